package io.sluice.lake;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file of a log.
 *
 * @param sequence counts the files of one date and shard, from 0
 */
public record PartFile(String table, String dateColumn, LocalDate date, int shard, long sequence) {
  private static final Pattern KEY =
      Pattern.compile("([^/]+)/([a-z_]+)=(\\d{4}-\\d{2}-\\d{2})/part-(\\d{5})-(\\d{8,})\\.parquet");

  public static String folder(String table, String dateColumn, LocalDate date) {
    return table + "/" + dateColumn + "=" + date + "/";
  }

  static String prefix(String table, String dateColumn, LocalDate date, int shard) {
    return folder(table, dateColumn, date) + String.format("part-%05d-", shard);
  }

  public String key() {
    return prefix(table, dateColumn, date, shard) + String.format("%08d.parquet", sequence);
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
              Long.parseLong(matcher.group(5))));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
