package io.sluice.follow;

import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files a follower's target names at one moment: what whoever reads the target reads, so what
 * is to be proved of it.
 *
 * @param table what the target calls itself
 * @param id by which a reader finds this moment again; null of a target that has only the present
 * @param at when the target came to it, by the clock of who wrote it; null where it does not say
 * @param isCurrent whether it is what readers find who ask for none
 * @param exists whether there is such a table
 * @param files each as often as the target names it
 * @param manifests by date, the version of the manifest that the target says it was equal to, at
 *     this moment or before; of dates of which it does not say, none
 */
public record TableSnapshot(
    String table,
    @Nullable String id,
    @Nullable Instant at,
    boolean isCurrent,
    boolean exists,
    List<NamedFile> files,
    Map<LocalDate, Integer> manifests) {
  public TableSnapshot {
    files = List.copyOf(files);
    manifests = Map.copyOf(manifests);
  }

  /** Of a table that exists. */
  public TableSnapshot(
      String table,
      @Nullable String id,
      @Nullable Instant at,
      boolean isCurrent,
      List<NamedFile> files,
      Map<LocalDate, Integer> manifests) {
    this(table, id, at, isCurrent, true, files, manifests);
  }

  /** Where there is no table: readers find nothing. */
  public static TableSnapshot none(String name) {
    return new TableSnapshot(name, null, null, true, false, List.of(), Map.of());
  }

  /**
   * A file as the target names it.
   *
   * @param key below the lake's root; of a file that is elsewhere, all of its place
   * @param date under which the target has it; null where it does not say
   * @param rows as the target has them; null where it does not say
   * @param bytes the same
   * @param hasDeletes whether rows of it are deleted in the target, and are in the file
   */
  public record NamedFile(
      String key,
      @Nullable LocalDate date,
      @Nullable Long rows,
      @Nullable Long bytes,
      boolean hasDeletes) {}

  /** Of a target without snapshots: what it has now, as it says it of each date. */
  public static TableSnapshot present(Follower follower, Table table, String name)
      throws IOException {
    List<NamedFile> files = new ArrayList<>();
    List<LocalDate> dates = List.copyOf(follower.dates());
    for (int from = 0; from < dates.size(); from += Reconcile.AT_ONCE) {
      List<LocalDate> some = dates.subList(from, Math.min(from + Reconcile.AT_ONCE, dates.size()));
      new TreeMap<>(follower.states(some))
          .forEach(
              (date, state) -> {
                String folder = PartFile.folder(table.name(), table.dateColumn(), date);
                state
                    .files()
                    .forEach(
                        file ->
                            files.add(
                                new NamedFile(
                                    file.contains("/") ? file : folder + file,
                                    date,
                                    null,
                                    null,
                                    false)));
              });
    }
    return new TableSnapshot(name, null, null, true, files, Map.of());
  }
}
