package io.sluice.lake;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a file of a log: {@code part-SSSSS-NNNNNNNN.parquet} of one that was appended, {@code
 * part-SSSSS-NNNNNNNN_REWRITE.parquet} of one that a rewrite put in the place of others.
 *
 * @param sequence counts the files of one date and shard, from 0; that of a rewritten file is the
 *     greatest of those that it replaces, so that a writer that lists the log finds the same
 *     greatest number whether they are still there or not, and no name is ever free again
 * @param rewrite tells the files of rewrites apart; null for an appended file. Behind the names of
 *     what it replaces in the order of keys: a list that goes through the names in order and did
 *     not meet a replaced file any more meets this one
 */
public record PartFile(
    String table,
    String dateColumn,
    LocalDate date,
    int shard,
    long sequence,
    @Nullable String rewrite) {
  private static final Pattern DATE = Pattern.compile("(?!0000)\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern KEY =
      Pattern.compile(
          "([^/]+)/([a-z_]+)=(\\d{4}-\\d{2}-\\d{2})/part-(\\d{5})-(\\d{8,})(?:_([0-9a-f]+-\\d{3,}))?\\.parquet");

  /** The name of a file that was, or is to be, appended. */
  public PartFile(String table, String dateColumn, LocalDate date, int shard, long sequence) {
    this(table, dateColumn, date, shard, sequence, null);
  }

  public static String folder(String table, String dateColumn, LocalDate date) {
    return table + "/" + dateColumn + "=" + date + "/";
  }

  static String prefix(String table, String dateColumn, LocalDate date, int shard) {
    return folder(table, dateColumn, date) + String.format("part-%05d-", shard);
  }

  /** Whether it takes the place of others. */
  public boolean isRewritten() {
    return rewrite != null;
  }

  public String key() {
    return prefix(table, dateColumn, date, shard)
        + String.format("%08d", sequence)
        + (rewrite == null ? "" : "_" + rewrite)
        + ".parquet";
  }

  /**
   * Makes sure that a file of this name would be found again: whoever writes one asks first, for
   * nobody would ever list it, and its name would be taken for good.
   *
   * @throws IllegalArgumentException where it would not
   */
  public PartFile requireReadable() {
    if (!parse(key()).equals(Optional.of(this))) {
      throw new IllegalArgumentException(
          key()
              + ": a file of this name would not be found again, so it is not written; dates are "
              + "0001-01-01 to 9999-12-31, shards 0 to 99999, and a table's name is one folder");
    }
    return this;
  }

  /** The name without its folder. */
  public String name() {
    return key().substring(key().lastIndexOf('/') + 1);
  }

  /** Empty where a key is not a file of a log. */
  public static Optional<PartFile> parse(String key) {
    Matcher matcher = KEY.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      long sequence = Long.parseLong(matcher.group(5));
      return date(matcher.group(3))
          .map(
              date ->
                  new PartFile(
                      matcher.group(1),
                      matcher.group(2),
                      date,
                      Integer.parseInt(matcher.group(4)),
                      sequence,
                      matcher.group(6)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The date of a folder, from 0001-01-01 to 9999-12-31; empty where the text is no such date. */
  public static Optional<LocalDate> date(String text) {
    try {
      return DATE.matcher(text).matches() ? Optional.of(LocalDate.parse(text)) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
