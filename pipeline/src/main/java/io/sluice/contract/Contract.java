package io.sluice.contract;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
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
 * @param intake what becomes of records besides their columns
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
    Transform transform,
    Intake intake)
    implements Serializable {

  /** As deep as a contract may let documents be. */
  static final int GREATEST_MAX_DEPTH = 500;

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

  /** A contract with columns and limits alone. */
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
        Transform.NONE,
        Intake.PLAIN);
  }

  /** The same contract for records as they are decoded. */
  public Contract withoutTransform() {
    return with(columns, Transform.NONE, intake);
  }

  /**
   * The same contract for a format, which leaves columns that are not of a record's value as they
   * are, and misses none that is filled in after it.
   */
  public Contract asRead() {
    return withColumns(columns.stream().map(Column::asRead).toList());
  }

  /** The same contract with another choice of the records of its topic. */
  public Contract with(Choice choice) {
    return with(columns, transform, intake.with(choice));
  }

  /**
   * The same contract for whoever has no keys: what it masks by one is masked without, as other
   * values of the same form. Which records it accepts is the same.
   */
  public Contract withoutMaskKeys() {
    return with(
        columns.stream().map(Column::withoutMaskKey).toList(), transform.withoutMaskKeys(), intake);
  }

  /** Whether messages and examples may have whatever a record holds. */
  public boolean showsValues() {
    return intake.letters() == Intake.Letters.KEEP
        && !intake.choice().hidesOthers()
        && columns.stream().allMatch(column -> column.reading().mask() == null);
  }

  /** Whether a column's value is of an element of the list that is exploded. */
  public boolean isOfElement(Column column) {
    List<String> explode = intake.explode();
    return !explode.isEmpty()
        && column.reading().isOfValue()
        && column.path().size() >= explode.size()
        && column.path().subList(0, explode.size()).equals(explode);
  }

  /** Whether its columns are those of a table; else they are of {@link #asAsked}. */
  public boolean isOfTable() {
    return eventTime >= 0;
  }

  /**
   * A contract that reads of records what conditions ask of their values, in their order: each is a
   * column of type json.
   */
  public Contract asAsked(List<Condition> conditions) {
    List<Column> asked = new ArrayList<>();
    for (Condition condition : conditions) {
      asked.add(
          new Column(
              "c" + asked.size(), condition.path(), ColumnType.Scalar.JSON, false, false, false));
    }
    return new Contract(
        version,
        table,
        source,
        format,
        asked,
        -1,
        zone,
        UnknownFields.IGNORE,
        Integer.MAX_VALUE - 1,
        GREATEST_MAX_DEPTH,
        false);
  }

  /**
   * The same contract for the format of keys: of its columns, those that are read from the key are
   * of the value.
   *
   * @throws IllegalStateException where keys have no format
   */
  public Contract asKeyRead() {
    Plugged keys = intake.keyFormat();
    if (keys == null) {
      throw new IllegalStateException("keys have no format");
    }
    return new Contract(
        version,
        table,
        source,
        keys,
        columns.stream().map(Column::asKeyRead).toList(),
        eventTime,
        zone,
        UnknownFields.IGNORE,
        maxBytes,
        maxDepth,
        positionColumns,
        Transform.NONE,
        new Intake(null, List.of(), Choice.ALL, List.of(), intake.letters()));
  }

  /** The same contract for another table, of another source. */
  Contract of(String table, Plugged source) {
    return with(table, source, columns, transform, intake);
  }

  /** The same contract with other columns to decode to, in the same order. */
  public Contract withColumns(List<Column> others) {
    return with(others, transform, intake);
  }

  private Contract with(List<Column> columns, Transform transform, Intake intake) {
    return with(table, source, columns, transform, intake);
  }

  private Contract with(
      String table, Plugged source, List<Column> columns, Transform transform, Intake intake) {
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
        positionColumns,
        transform,
        intake);
  }

  /** The columns of accepted rows. */
  public List<Column> rowColumns() {
    return transform.isNone() ? columns : transform.columns();
  }

  /**
   * The contract as it is for a table: what it calls {@code timestamp} alone has the table's unit.
   */
  public Contract withTimestamps(ColumnType.Timestamp.Unit unit) {
    return with(
        columns.stream().map(column -> column.withTimestamps(unit)).toList(),
        transform.withTimestamps(unit),
        intake);
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
