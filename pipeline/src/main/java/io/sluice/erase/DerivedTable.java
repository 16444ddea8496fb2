package io.sluice.erase;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A table that is derived from another one's rows, which loses those that are erased. */
public interface DerivedTable {
  /**
   * How to.
   *
   * @param grace how long what is replaced can still be read
   * @param dryRun says what would be done and changes nothing
   * @param found is told which of the keys a row had
   * @param progress is told how many more files were looked at
   */
  record Settings(
      Duration grace, int zstdLevel, boolean dryRun, FoundKeys found, LongConsumer progress) {}

  /**
   * What was done, or would be. No key is in it.
   *
   * @param files that the table has, each of which was looked at
   * @param rewritten how many of them were written again, or went as a whole
   * @param rows that were erased
   * @param left rows that are to go and stay for now
   * @param kept until when something that was replaced stays, with all that it has; null for none
   * @param holders what else still holds what was erased, a sentence each
   * @param why nothing was erased though there is something, or it was not seen whether there is;
   *     null where all of it was
   * @param damaged whether that has to be mended, and does not pass by itself
   */
  record Result(
      String table,
      int files,
      int rewritten,
      long rows,
      long left,
      @Nullable Instant kept,
      List<String> holders,
      @Nullable String why,
      boolean damaged) {
    public Result {
      holders = List.copyOf(holders);
    }

    /** Nothing was erased. */
    public static Result leftOut(String table, String why, boolean damaged) {
      return new Result(table, 0, 0, 0, 0, null, List.of(), why, damaged);
    }

    /** Whether all is gone that is to go. */
    public boolean isDone() {
      return left == 0 && why == null;
    }
  }

  /** Its name in the lake. */
  String name();

  /**
   * Erases the rows that have one of some keys, for readers at once. It is called after the rows
   * that they were derived from are gone, and keeps whatever derives them meanwhile from bringing
   * them back: what was read before is not written after. Killed at any point, it is called again.
   *
   * @throws IOException where the store failed
   * @throws io.sluice.UserException where a newer version of Sluice has written the table
   */
  Result erase(Where where, Settings settings) throws IOException;
}
