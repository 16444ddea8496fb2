package io.sluice.report;

import io.sluice.complete.Manifest;
import io.sluice.complete.Manifests;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which dates are complete, and since when. */
final class Publications {

  /**
   * A date that is complete.
   *
   * @param first when it was first called complete, and {@code firstFiles} and {@code
   *     firstPositions} with what
   * @param since when the newest manifest was written; null where it does not name what is there
   */
  record State(
      Instant first, Set<String> firstFiles, Positions firstPositions, @Nullable Instant since) {}

  private final Map<LocalDate, State> states;

  private Publications(Map<LocalDate, State> states) {
    this.states = states;
  }

  static Publications read(Store store, Table table, Steps steps) throws IOException {
    List<LocalDate> dates = LakeFiles.dates(store, table);
    Map<LocalDate, State> states = new ConcurrentHashMap<>();
    InSteps.forEach(
        dates,
        "manifests",
        steps,
        date -> {
          State state = read(store, table, date);
          if (state != null) {
            states.put(date, state);
          }
        });
    return new Publications(states);
  }

  private static @Nullable State read(Store store, Table table, LocalDate date) throws IOException {
    Manifests manifests = new Manifests(store, table, date);
    List<Store.Entry> versions = manifests.versions();
    Optional<Manifest> newest = manifests.newestReadable(versions);
    if (newest.isEmpty() || !newest.get().isComplete()) {
      return null;
    }
    int number = newest.get().firstComplete();
    List<Store.Entry> complete =
        versions.stream().filter(version -> Manifests.number(version) >= number).toList();
    Manifest first = newest.get();
    for (int i = 0; Manifests.number(complete.get(i)) < first.version(); i++) {
      first = manifests.read(complete.get(i)).orElse(first);
    }
    return new State(
        complete.get(0).modified(),
        first.names(),
        first.positions(),
        new Publication(store, table, date).isCurrent()
            ? versions.get(versions.size() - 1).modified()
            : null);
  }

  @Nullable State of(LocalDate date) {
    return states.get(date);
  }

  /**
   * The rows of a file that came after its date was first called complete. By positions, so that
   * rows which were only moved to another file are none of them.
   */
  long late(LocalDate date, LakeFiles.DataFile file) {
    State state = states.get(date);
    return state == null || state.firstFiles().contains(file.part().name())
        ? 0
        : Math.min(
            file.footer().rows(), file.footer().positions().minus(state.firstPositions()).size());
  }
}
