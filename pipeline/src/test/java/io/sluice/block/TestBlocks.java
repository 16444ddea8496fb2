package io.sluice.block;

import io.sluice.SampleEvents;
import io.sluice.contract.Table;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.RecordDecoder;
import io.sluice.decode.TestDecoders;
import io.sluice.record.EncodedValues;
import io.sluice.record.RowValues;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.window.WindowTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** Makes blocks without a pipeline. */
public final class TestBlocks {
  private TestBlocks() {}

  /** A block of user actions, one row for each offset. */
  public static Block userActions(
      Table table,
      org.apache.beam.sdk.schemas.Schema schema,
      String source,
      int partition,
      long... offsets) {
    return userActions(table, schema, source, partition, 0, offsets);
  }

  /** The same, of a window that ends then. */
  public static Block userActions(
      Table table,
      org.apache.beam.sdk.schemas.Schema schema,
      String source,
      int partition,
      long windowEnd,
      long[] offsets) {
    return builder(table, schema, source, partition, windowEnd, offsets).build();
  }

  private static BlockBuilder builder(
      Table table,
      org.apache.beam.sdk.schemas.Schema schema,
      String source,
      int partition,
      long windowEnd,
      long[] offsets) {
    BlockBuilder builder = new BlockBuilder(table, table.layout(), source);
    RowValues values = new RowValues(table.columns());
    for (long offset : offsets) {
      Instant time = Instant.parse("2026-01-02T00:00:00Z").plusSeconds(offset);
      Row row =
          Row.withSchema(schema)
              .attachValues(
                  time,
                  "view",
                  "user_" + offset,
                  null,
                  null,
                  null,
                  source,
                  partition,
                  offset,
                  time.toEpochMilli());
      builder.add(
          values.of(row),
          partition,
          offset,
          time.toEpochMilli(),
          EncodedValues.micros(time),
          windowEnd);
    }
    return builder;
  }

  /** Rows at some offsets, and records at others that are skipped. */
  public static Block userActions(
      Table table,
      org.apache.beam.sdk.schemas.Schema schema,
      String source,
      int partition,
      long[] offsets,
      long[] skipped) {
    BlockBuilder builder = builder(table, schema, source, partition, 0, offsets);
    for (long offset : skipped) {
      Instant time = Instant.parse("2026-01-02T00:00:00Z").plusSeconds(offset);
      builder.skip(partition, offset, time.toEpochMilli(), EncodedValues.micros(time), 0);
    }
    return builder.build();
  }

  /** The blocks of records of user actions. */
  public static List<Block> of(List<SourceRecord> records) {
    RecordDecoder decoder =
        new RecordDecoder(
            SampleEvents.CONTRACT, new DecodeSettings(null, null, SchemaSettings.NONE));
    List<Row> rows = records.stream().map(record -> TestDecoders.row(decoder, record)).toList();
    return of(SampleEvents.CONTRACT.lakeTable(), rows, rows.size());
  }

  /**
   * The blocks of rows, as one bundle after the other gathers them.
   *
   * @param bundle how many rows a bundle has
   */
  public static List<Block> of(Table table, List<Row> rows, int bundle) {
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += bundle) {
      Gatherer gatherer =
          new Gatherer(
              table, 1, KeySpread.NONE, new WindowTime(Duration.ofDays(1), Duration.ofDays(1)));
      for (Row row : rows.subList(from, Math.min(rows.size(), from + bundle))) {
        gatherer.add(row, 0, block -> blocks.add(block.getValue()));
      }
      gatherer.flush(block -> blocks.add(block.getValue()));
    }
    return blocks;
  }
}
