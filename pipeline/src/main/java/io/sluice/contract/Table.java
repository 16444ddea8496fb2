package io.sluice.contract;

import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the lake needs to know of a table: its name, the column that names its directories, and its
 * columns.
 *
 * @param dateColumn {@code event_date} or {@code dead_letter_date}: in the path, never in the file
 * @param zone the zone whose calendar gives a row its date
 * @param timeColumn the index in {@code columns} of the column whose value is the row's time
 * @param contractVersion the version of the contract that decided which rows are here
 * @param positionColumns what files carry behind the columns: {@link Positioned#COLUMNS} or nothing
 * @param ids the number of each field of {@link #fileColumns}
 */
public record Table(
    String name,
    String dateColumn,
    ZoneId zone,
    List<Column> columns,
    int timeColumn,
    String contractVersion,
    List<Column> positionColumns,
    FieldIds ids)
    implements Serializable {
  private static final LocalDate EARLIEST = LocalDate.of(1, 1, 1);
  private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);

  /** In seconds from the epoch: beyond both, and few enough to be microseconds in a long. */
  private static final long FARTHEST = 1_000_000_000_000L;

  public Table {
    columns = List.copyOf(columns);
    positionColumns = List.copyOf(positionColumns);
  }

  /** A table of which no file is there: its fields are numbered from 1 on. */
  public Table(
      String name,
      String dateColumn,
      ZoneId zone,
      List<Column> columns,
      int timeColumn,
      String contractVersion,
      List<Column> positionColumns) {
    this(
        name,
        dateColumn,
        zone,
        columns,
        timeColumn,
        contractVersion,
        positionColumns,
        FieldIds.NONE.with(columns).with(positionColumns));
  }

  /** What its files have: the columns, and what is behind them. */
  public List<Column> fileColumns() {
    return Stream.concat(columns.stream(), positionColumns.stream()).toList();
  }

  /**
   * The table as it is in a lake.
   *
   * @param unit what {@code timestamp} alone means there
   * @param known the numbers that its fields have there; others get the next ones
   */
  public Table in(ColumnType.Timestamp.Unit unit, FieldIds known) {
    return new Table(
        name,
        dateColumn,
        zone,
        columns.stream().map(column -> column.withTimestamps(unit)).toList(),
        timeColumn,
        contractVersion,
        positionColumns.stream().map(column -> column.withTimestamps(unit)).toList(),
        known.with(columns).with(positionColumns));
  }

  /**
   * Tells the tables apart whose rows are encoded in different ways: the same in every JVM for the
   * same columns.
   */
  public int layout() {
    return Layout.of(columns);
  }

  /**
   * The date of a row, from its time in microseconds since the epoch: from 0001-01-01 to
   * 9999-12-31, which a time beyond gets the nearest of. Other dates have no name that the lake, or
   * whoever reads it, would find.
   */
  public LocalDate dateOf(long micros) {
    Instant time = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L));
    return inRange(LocalDate.ofInstant(time, zone).toEpochDay());
  }

  /** The same from any time at all. */
  public LocalDate dateOf(Instant time) {
    return dateOf(
        Math.max(-FARTHEST, Math.min(time.getEpochSecond(), FARTHEST)) * 1_000_000L
            + time.getNano() / 1_000);
  }

  /** Whether the date of a time is its own: rows of any other are not accepted. */
  public boolean hasDate(Instant time) {
    int year = LocalDate.ofInstant(time, zone).getYear();
    return year >= EARLIEST.getYear() && year <= LATEST.getYear();
  }

  /** The date that tables can have which is nearest to a date, given in days since 1970-01-01. */
  public static LocalDate inRange(long epochDay) {
    return LocalDate.ofEpochDay(
        Math.max(EARLIEST.toEpochDay(), Math.min(epochDay, LATEST.toEpochDay())));
  }
}
