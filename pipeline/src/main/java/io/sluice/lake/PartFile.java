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
      return Optional.of(
          new PartFile(
              matcher.group(1),
              matcher.group(2),
              LocalDate.parse(matcher.group(3)),
              Integer.parseInt(matcher.group(4)),
              Long.parseLong(matcher.group(5)),
              matcher.group(6)));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
