package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.SETTINGS;
import static io.sluice.mirror.ChangesLake.envelope;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type of a contract as readers of a mirror's tables find and filter it. */
class MirrorTypesTest {
  private static final String CONTRACT =
      """
      table: order_changes
      topic: types
      format: {name: debezium, key: [l], truncates: row, decimals: text}
      event_time: changed_at
      position_columns: true
      columns:
        - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        - {name: op, path: _op, type: string, required: true}
        - {name: lsn, path: _lsn, type: int64}
        - {name: unavailable, path: _unavailable, type: {list: string}}
        - {name: t, type: "timestamp(micros)"}
        - {name: s, type: string}
        - {name: b, type: boolean}
        - {name: i, type: int32}
        - {name: l, type: int64}
        - {name: f, type: float}
        - {name: d, type: double}
        - {name: m5, type: "decimal(5,2)"}
        - {name: m38, type: "decimal(38,10)"}
        - {name: day, type: date}
        - {name: raw, type: bytes}
        - {name: id, type: uuid}
        - {name: js, type: json}
        - {name: counts, type: {map: int64}}
        - {name: tags, type: {list: string}}
        - {name: nested, type: {struct: [{name: x, type: int32, required: true}, {name: y, type: {list: {struct: [{name: z, type: double}]}}}]}}
      """;
  private static final String OF_ICEBERG =
      """
        - {name: ns, type: timestamp(nanos)}
        - {name: clock, type: time}
      """;
  private static final String FULL =
      """
      {"t":"2026-01-31T23:59:59.123456Z","s":"naïve","b":true,"i":-2147483648,"l":9223372036854775807,"f":0.5,"d":-1e-300,
       "m5":"-123.45","m38":"-1234567890123456789012345678.0123456789","day":-1,
       "ns":"2026-01-31T23:59:59.123456789Z","raw":"AP8=","clock":86399999999,"id":"C0FFEE00-1234-4abc-8def-0123456789ab",
       "js":"{\\"b\\":[1.50,null]}","counts":{"x":1,"":null},"tags":["a",null,""],"nested":{"x":1,"y":[{"z":1.5},{},null]}}
      """;
  private static final String SPARSE = "{\"l\":1,\"tags\":[]}";

  @TempDir Path directory;

  private static void write(ChangesLake lake, PublishedTable table) throws IOException {
    lake.append(
        List.of(
            lake.send(0, envelope("c", null, FULL.replace("\n", ""), 10, 1_767_323_045_000_000L)),
            lake.send(0, envelope("c", null, SPARSE, 20, 1_767_323_045_000_001L))));
    assertEquals(
        Optional.empty(),
        lake.run(SETTINGS, table.followers()).followers().late(PublishedTable.NAME));
  }

  private static List<Record> read(Table table, Expression where) throws IOException {
    List<Record> found = new ArrayList<>();
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).where(where).build()) {
      records.forEach(found::add);
    }
    return found;
  }

  @Test
  void icebergReadsAndFiltersEachType() throws Exception {
    IcebergCurrent current = new IcebergCurrent(directory);
    try (ChangesLake lake = new ChangesLake(directory.resolve("lake"), CONTRACT + OF_ICEBERG)) {
      write(lake, current);
      Table table = current.table();
      Map<String, Expression> filters =
          Map.ofEntries(
              Map.entry("t", Expressions.equal("t", "2026-01-31T23:59:59.123456+00:00")),
              Map.entry("s", Expressions.equal("s", "naïve")),
              Map.entry("b", Expressions.equal("b", true)),
              Map.entry("i", Expressions.equal("i", Integer.MIN_VALUE)),
              Map.entry("l", Expressions.equal("l", Long.MAX_VALUE)),
              Map.entry("f", Expressions.equal("f", 0.5f)),
              Map.entry("d", Expressions.equal("d", -1e-300)),
              Map.entry("m5", Expressions.equal("m5", new BigDecimal("-123.45"))),
              Map.entry(
                  "m38",
                  Expressions.equal(
                      "m38", new BigDecimal("-1234567890123456789012345678.0123456789"))),
              Map.entry("day", Expressions.equal("day", "1969-12-31")),
              Map.entry("ns", Expressions.equal("ns", "2026-01-31T23:59:59.123456789+00:00")),
              Map.entry("clock", Expressions.equal("clock", "23:59:59.999999")),
              Map.entry("id", Expressions.equal("id", "c0ffee00-1234-4abc-8def-0123456789ab")),
              Map.entry("js", Expressions.equal("js", "{\"b\":[1.50,null]}")),
              Map.entry("raw", Expressions.equal("raw", ByteBuffer.wrap(new byte[] {0, -1}))),
              Map.entry("changed_at", Expressions.equal("changed_at", "2026-01-02T03:04:05+00:00")),
              Map.entry("nested.x", Expressions.equal("nested.x", 1)));
      for (Map.Entry<String, Expression> filter : filters.entrySet()) {
        List<Record> found = read(table, filter.getValue());
        assertEquals(1, found.size(), filter.getKey());
        assertEquals("naïve", found.get(0).getField("s"), filter.getKey());
        assertEquals("[a, null, ]", found.get(0).getField("tags").toString());
      }
      assertEquals(2, read(table, Expressions.alwaysTrue()).size());
      assertEquals(1, read(table, Expressions.isNull("nested.x")).size());
      // What no row has is found out from the bounds that the table knows, and no file is read.
      for (Expression filter :
          List.of(
              Expressions.greaterThan("t", "2026-02-01T00:00:00+00:00"),
              Expressions.equal("s", "other"),
              Expressions.lessThan("l", 1L),
              Expressions.greaterThan("m38", BigDecimal.ZERO.setScale(10)),
              Expressions.greaterThan("day", "1970-01-01"),
              Expressions.greaterThan("ns", "2026-01-31T23:59:59.123456790+00:00"),
              Expressions.lessThan("clock", "23:59:59"),
              Expressions.lessThan("changed_at", "2026-01-02T03:04:05+00:00"),
              Expressions.equal("nested.x", 2))) {
        assertEquals(List.of(), read(table, filter), filter.toString());
        try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(filter).planFiles()) {
          assertFalse(tasks.iterator().hasNext(), filter + " reads a file");
        }
      }
    }
  }

  @Test
  void deltaReadsEachType() throws Exception {
    try (ChangesLake lake = new ChangesLake(directory.resolve("lake"), CONTRACT)) {
      DeltaCurrent current = new DeltaCurrent(lake.store);
      write(lake, current);
      List<Map<String, Object>> rows = current.table().rows();
      assertEquals(2, rows.size());
      Map<String, Object> full =
          rows.stream().filter(row -> "naïve".equals(row.get("s"))).findFirst().orElseThrow();
      assertEquals(new BigDecimal("-1234567890123456789012345678.0123456789"), full.get("m38"));
      assertEquals(new BigDecimal("-123.45"), full.get("m5"));
      assertEquals(Long.MAX_VALUE, full.get("l"));
      assertEquals(-1, full.get("day"));
      assertEquals("{\"b\":[1.50,null]}", full.get("js"));
      assertEquals(1_769_903_999_123_456L, full.get("t"));
      assertEquals(true, full.get("b"));
    }
  }
}
