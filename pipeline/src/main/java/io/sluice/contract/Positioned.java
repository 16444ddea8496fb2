package io.sluice.contract;

import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The fields that every {@link org.apache.beam.sdk.values.Row} of the pipeline carries after its
 * table's columns: where in Kafka it came from. Your own transform keeps them as they are; they
 * decide where the row is written and whether it already is.
 */
public final class Positioned {
  public static final String SOURCE = "_source";
  public static final String PARTITION = "_partition";
  public static final String OFFSET = "_offset";

  /** The record's own Kafka timestamp, in milliseconds since the epoch. */
  public static final String RECORD_TIME = "_record_time";

  /** The columns that a file has after its table's own, where the contract asks for them. */
  public static final List<Column> COLUMNS =
      List.of(
          Column.of(SOURCE, ColumnType.Scalar.STRING, true),
          Column.of(PARTITION, ColumnType.Scalar.INT32, true),
          Column.of(OFFSET, ColumnType.Scalar.INT64, true).withoutDictionary(),
          Column.of(
                  RECORD_TIME,
                  new ColumnType.Timestamp(
                      ColumnType.Timestamp.Unit.DEFAULT, ColumnType.Timestamp.Format.EPOCH_MS),
                  true)
              .withoutDictionary());

  /**
   * In milliseconds: the greatest, and with a minus the least, that whoever holds microseconds can
   * hold.
   */
  private static final long GREATEST_TIME = Long.MAX_VALUE / 1000 - 1;

  private Positioned() {}

  /**
   * A record's Kafka timestamp, in milliseconds, or the nearest that is a whole number of
   * microseconds in 64 bits: a producer that sends nanoseconds goes beyond.
   */
  public static long inRange(long recordTime) {
    return Math.max(-GREATEST_TIME, Math.min(recordTime, GREATEST_TIME));
  }

  static Schema.Builder addTo(Schema.Builder schema) {
    return schema
        .addStringField(SOURCE)
        .addInt32Field(PARTITION)
        .addInt64Field(OFFSET)
        .addInt64Field(RECORD_TIME);
  }
}
