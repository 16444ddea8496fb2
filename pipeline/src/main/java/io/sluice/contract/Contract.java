package io.sluice.contract;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * What the records of a source must look like, and the table that they become. Read from YAML by
 * {@link ContractParser}, which refuses what is not consistent; docs/contract.md describes the
 * format.
 *
 * @param version names this contract in files and dead letters
 * @param source which records these are
 * @param format how they are written
 * @param columns what records are decoded to; the table has these, or what {@code transform} makes
 *     of them: {@link #rowColumns}
 * @param eventTime the index in {@code columns} of the event time, a required timestamp
 * @param maxBytes a record's value above this is a dead letter, TOO_LARGE
 * @param maxDepth a document nested deeper than this is a dead letter, TOO_DEEP
 */
public record Contract(
    String version,
    String table,
    Plugged source,
    Plugged format,
    List<Column> columns,
    int eventTime,
    ZoneId zone,
    UnknownFields unknownFields,
    int maxBytes,
    int maxDepth,
    boolean positionColumns,
    Transform transform)
    implements Serializable {

  /** What names the folders of accepted rows. */
  public static final String DATE_COLUMN = "event_date";

  /** What becomes of a field that the contract does not name. It is counted either way. */
  public enum UnknownFields {
    IGNORE,
    DEAD_LETTER
  }

  public Contract {
    columns = List.copyOf(columns);
  }

  /** A contract without {@code transform}. */
  public Contract(
      String version,
      String table,
      Plugged source,
      Plugged format,
      List<Column> columns,
      int eventTime,
      ZoneId zone,
      UnknownFields unknownFields,
      int maxBytes,
      int maxDepth,
      boolean positionColumns) {
    this(
        version,
        table,
        source,
        format,
        columns,
        eventTime,
        zone,
        unknownFields,
        maxBytes,
        maxDepth,
        positionColumns,
        Transform.NONE);
  }

  /** The same contract for records as they are decoded. */
  public Contract withoutTransform() {
    return new Contract(
        version,
        table,
        source,
        format,
        columns,
        eventTime,
        zone,
        unknownFields,
        maxBytes,
        maxDepth,
        positionColumns);
  }

  /** The columns of accepted rows. */
  public List<Column> rowColumns() {
    return transform.isNone() ? columns : transform.columns();
  }

  /**
   * The contract as it is for a table: what it calls {@code timestamp} alone has the table's unit.
   */
  public Contract withTimestamps(ColumnType.Timestamp.Unit unit) {
    return new Contract(
        version,
        table,
        source,
        format,
        columns.stream().map(column -> column.withTimestamps(unit)).toList(),
        eventTime,
        zone,
        unknownFields,
        maxBytes,
        maxDepth,
        positionColumns,
        transform.withTimestamps(unit));
  }

  /** The schema of accepted rows. */
  public Schema rowSchema() {
    return RowSchemas.of(rowColumns());
  }

  /** The table of accepted rows. */
  public Table lakeTable() {
    return new Table(
        table,
        DATE_COLUMN,
        zone,
        rowColumns(),
        rowColumns().indexOf(columns.get(eventTime)),
        version,
        positionColumns ? Positioned.COLUMNS : List.of());
  }
}
