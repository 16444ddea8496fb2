package io.sluice.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.complete.DateManifest;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which dates were called complete, and when. */
final class Publications {

  /**
   * A date with a manifest.
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
          List<Store.Entry> versions = DateManifest.versions(store, table, date);
          Optional<JsonNode> found = Optional.empty();
          for (int i = 0; i < versions.size() && found.isEmpty(); i++) {
            found = DateManifest.read(store, versions.get(i));
          }
          if (found.isPresent()) {
            JsonNode first = found.get();
            Set<String> files = new HashSet<>();
            first.path("files").forEach(file -> files.add(file.path("name").asText()));
            states.put(
                date,
                new State(
                    versions.get(0).modified(),
                    files,
                    DateManifest.positions(first),
                    DateManifest.isCurrent(store, table, date)
                        ? versions.get(versions.size() - 1).modified()
                        : null));
          }
        });
    return new Publications(states);
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
        : file.footer().positions().minus(state.firstPositions()).size();
  }
}
