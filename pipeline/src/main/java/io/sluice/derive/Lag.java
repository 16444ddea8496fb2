package io.sluice.derive;

import io.sluice.complete.DateFiles;
import io.sluice.complete.Manifest;
import io.sluice.contract.Table;
import io.sluice.lake.PositionRanges;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a version is behind its table.
 *
 * @param files that have a record which it has not
 * @param rows of these files
 * @param oldest since when the oldest of them has been there, by the store's clock; null where
 *     there is none
 */
public record Lag(int files, long rows, @Nullable Instant oldest) {
  public static final Lag NONE = new Lag(0, 0, null);

  /** With another file that it lacks. */
  public Lag plus(long rowsOfFile, Instant since) {
    return plus(new Lag(1, rowsOfFile, since));
  }

  /** Both together. */
  public Lag plus(Lag other) {
    return new Lag(files + other.files, rows + other.rows, earlier(oldest, other.oldest));
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  /**
   * By what a date's newest manifest says; no file is opened. What has no manifest yet is not in
   * it.
   *
   * @param has the positions of the version
   * @throws IOException where the manifest cannot be read
   */
  static Lag of(Store store, Table table, LocalDate date, Positions has) throws IOException {
    DateFiles now = DateFiles.read(store, table, date);
    Optional<Manifest> manifest = now.manifest();
    if (manifest.isEmpty()) {
      return NONE;
    }
    Map<String, Instant> live = new HashMap<>();
    now.live()
        .forEach(
            file ->
                live.put(file.key().substring(file.key().lastIndexOf('/') + 1), file.modified()));
    Lag lag = NONE;
    for (Manifest.DataFile file : manifest.get().files()) {
      // A rule of the bucket may have removed a file since: nobody can read it.
      Instant since = live.get(file.name());
      if (since != null && !isIn(has, file.positions())) {
        lag = lag.plus(file.rows(), since);
      }
    }
    return lag;
  }

  private static boolean isIn(Positions has, PositionRanges positions) {
    boolean[] isIn = {true};
    positions.forEach(
        (partition, from, to) ->
            isIn[0] = isIn[0] && has.count(partition, from, to + 1) == to + 1 - from);
    return isIn[0];
  }
}
