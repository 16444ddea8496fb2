package io.sluice.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.BySource;
import io.sluice.source.RecordBatch;
import io.sluice.source.RecordBatchCoder;
import io.sluice.source.SourceRecord;
import io.sluice.window.WindowTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Several tables of one source, which is read from where on the first of them needs it. */
class SharedSourceTest {
  private static Contract contract(String table, String more) {
    return ContractParser.parse(
        "table: "
            + table
            + "\ntopic: t\nevent_time: record_time\n"
            + more
            + "\ncolumns: [{name: v, type: int64}]\n",
        "c.yaml");
  }

  private static final class Positions extends DoFn<KV<LogKey, Block>, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element KV<LogKey, Block> block, OutputReceiver<String> out) {
      BlockPositions rows = BlockPositions.ofRows(block.getValue());
      while (rows.next()) {
        out.output(block.getKey().table() + " row " + rows.offset());
      }
      BlockPositions skipped = BlockPositions.ofSkipped(block.getValue());
      while (skipped.next()) {
        out.output(block.getKey().table() + " skips " + skipped.offset());
      }
    }
  }

  private static final class Letters extends DoFn<Row, String> {
    private static final long serialVersionUID = 1L;

    private final String table;

    Letters(String table) {
      this.table = table;
    }

    @ProcessElement
    public void process(@Element Row letter, OutputReceiver<String> out) {
      out.output(table + " letter " + letter.getInt64("offset"));
    }
  }

  /** Twice the same is one that is there once: assertions count. */
  private static final class Expect extends DoFn<KV<String, Long>, Void> {
    private static final long serialVersionUID = 1L;

    private final List<String> expected;

    Expect(List<String> expected) {
      this.expected = expected;
    }

    @ProcessElement
    public void process(@Element KV<String, Long> found) {
      assertEquals(1L, found.getValue(), found.getKey());
      assertEquals(true, expected.contains(found.getKey()), found.getKey());
    }
  }

  @Test
  void eachTableHasThePositionsFromItsOwnStartOn() {
    Contract odd = contract("odd", "when: [{path: odd, is: true}]\nunrouted: others");
    Contract rest = contract("rest", "unless: [[{path: odd, is: true}]]");
    List<RecordBatch> batches = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int offset = 0; offset < 8; offset++) {
      boolean isOdd = offset % 2 == 1;
      boolean isBad = offset == 6;
      String json = "{\"odd\":" + isOdd + ",\"v\":" + (isBad ? "\"x\"" : offset) + "}";
      batches.add(
          RecordBatch.of(
              new SourceRecord("s", 3, offset, 1_000, null, json.getBytes(UTF_8), List.of())));
      if (offset >= 5) {
        expected.add("odd " + (isOdd ? "row " : "skips ") + offset);
      }
      expected.add("rest " + (isBad ? "letter " : isOdd ? "skips " : "row ") + offset);
    }
    Pipeline pipeline = Pipeline.create();
    PCollectionTuple decoded =
        pipeline
            .apply(Create.of(batches).withCoder(new RecordBatchCoder()))
            .apply(
                new DecodeToBlocks(
                    BySource.of(
                        Map.of(
                            "s",
                            List.of(
                                new DecodeToBlocks.Route(odd, 1, new TreeMap<>(Map.of(3, 5L))),
                                new DecodeToBlocks.Route(rest, 1, new TreeMap<>())))),
                    new DecodeSettings(null, null, SchemaSettings.NONE),
                    KeySpread.NONE,
                    new WindowTime(Duration.ofDays(1), Duration.ZERO)));
    PCollection<String> found =
        org.apache.beam.sdk.values.PCollectionList.of(
                decoded.get(DecodeToBlocks.BLOCKS).apply(ParDo.of(new Positions())))
            .and(
                decoded.get(DecodeToBlocks.deadLetters(0)).apply("0", ParDo.of(new Letters("odd"))))
            .and(
                decoded
                    .get(DecodeToBlocks.deadLetters(1))
                    .apply("1", ParDo.of(new Letters("rest"))))
            .apply(org.apache.beam.sdk.transforms.Flatten.pCollections());
    found.apply(Count.perElement()).apply(ParDo.of(new Expect(expected)));
    org.apache.beam.sdk.testing.PAssert.thatSingleton(found.apply(Count.globally()))
        .isEqualTo((long) expected.size());
    pipeline.run().waitUntilFinish();
  }
}
