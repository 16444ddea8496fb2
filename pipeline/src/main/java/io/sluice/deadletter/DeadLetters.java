package io.sluice.deadletter;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Positioned;
import io.sluice.contract.RowSchemas;
import io.sluice.contract.Table;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * The table of dead letters: the record as it was, with where it stood, why it is here and when it
 * was first seen. Its date is the date of the record's Kafka timestamp in UTC, or the nearest of
 * the years 1 to 9999.
 */
public final class DeadLetters {
  private static final Timestamp TIME =
      new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.EPOCH_MS);
  private static final ColumnType.StructOf HEADER =
      new ColumnType.StructOf(
          List.of(
              new ColumnType.Field("key", Scalar.STRING, true),
              new ColumnType.Field("value", Scalar.BYTES, false)));

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("key", Scalar.BYTES, false),
          Column.of("value", Scalar.BYTES, false).withoutDictionary(),
          Column.of("headers", new ColumnType.ListOf(HEADER), true),
          Column.of("source", Scalar.STRING, true),
          Column.of("partition", Scalar.INT32, true),
          Column.of("offset", Scalar.INT64, true).withoutDictionary(),
          Column.of("record_time", TIME, true),
          Column.of("reason", Scalar.STRING, true),
          Column.of("path", Scalar.STRING, true),
          Column.of("message", Scalar.STRING, true),
          Column.of("contract_version", Scalar.STRING, true),
          Column.of("first_seen", TIME, true));

  private static final int RECORD_TIME_COLUMN = 6;
  private static final Schema HEADER_SCHEMA = RowSchemas.structSchema(HEADER);

  /** The schema of dead letters, whatever the contract. */
  public static final Schema SCHEMA = RowSchemas.of(COLUMNS);

  private DeadLetters() {}

  /** The table beside the contract's. */
  public static Table table(Contract contract) {
    return new Table(
        contract.table() + "_dead_letters",
        "dead_letter_date",
        ZoneOffset.UTC,
        COLUMNS,
        RECORD_TIME_COLUMN,
        contract.version(),
        List.of());
  }

  /**
   * @param path the path of the offending value, empty where the whole record is meant
   * @param firstSeen when this run first met the record
   */
  public static Row row(
      SourceRecord record,
      Reason reason,
      String path,
      String message,
      Contract contract,
      Instant firstSeen) {
    return Row.withSchema(SCHEMA)
        .attachValues(
            record.key(),
            record.value(),
            record.headers().stream().map(DeadLetters::header).toList(),
            record.source(),
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(Positioned.inRange(record.recordTime())),
            reason.name(),
            path,
            message,
            contract.version(),
            firstSeen.truncatedTo(ChronoUnit.MILLIS),
            record.source(),
            record.partition(),
            record.offset(),
            record.recordTime());
  }

  /** The letter that {@link #row} made a row of. */
  public static DeadLetter letter(Row row) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (Row header : Objects.<Collection<Row>>requireNonNull(row.getArray("headers"))) {
      headers.add(
          new SourceRecord.Header(
              Objects.requireNonNull(header.getString("key")), header.getBytes("value")));
    }
    return new DeadLetter(
        new SourceRecord(
            Objects.requireNonNull(row.getString("source")),
            Objects.requireNonNull(row.getInt32("partition")),
            Objects.requireNonNull(row.getInt64("offset")),
            Objects.requireNonNull(row.getInt64(Positioned.RECORD_TIME)),
            row.getBytes("key"),
            row.getBytes("value"),
            headers),
        Reason.valueOf(Objects.requireNonNull(row.getString("reason"))),
        Objects.requireNonNull(row.getString("path")),
        Objects.requireNonNull(row.getString("message")),
        Objects.requireNonNull(row.getString("contract_version")),
        Objects.requireNonNull(row.getLogicalTypeValue("first_seen", Instant.class)));
  }

  private static Row header(SourceRecord.Header header) {
    byte @Nullable [] value = header.value();
    return Row.withSchema(HEADER_SCHEMA).attachValues(header.key(), value);
  }
}
