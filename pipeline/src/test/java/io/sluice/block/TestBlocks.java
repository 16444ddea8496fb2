package io.sluice.block;

import io.sluice.contract.Table;
import java.time.Instant;
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
    BlockBuilder builder = new BlockBuilder(table, source);
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
      builder.add(row, partition, offset, time.toEpochMilli(), BlockBuilder.micros(time), 0);
    }
    return builder.build();
  }
}
