package io.sluice.iceberg;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.follow.Follower;
import io.sluice.follow.Footers;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type of a contract, written by the pipeline, read and filtered by Iceberg's own reader. */
@Tag("slow")
class IcebergTypesTest {
  private static final String CONTRACT =
      """
      table: types
      topic: types
      event_time: t
      zone: Asia/Tokyo
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: s, type: string}
        - {name: b, type: boolean}
        - {name: i, type: int32}
        - {name: l, type: int64}
        - {name: f, type: float}
        - {name: d, type: double}
        - {name: m5, type: "decimal(5,2)"}
        - {name: m15, type: "decimal(15,3)"}
        - {name: m38, type: "decimal(38,10)"}
        - {name: day, type: date}
        - {name: ns, type: timestamp(nanos)}
        - {name: raw, type: bytes}
        - {name: clock, type: time}
        - {name: id, type: uuid}
        - {name: js, type: json}
        - {name: counts, type: {map: int64}}
        - {name: tags, type: {list: string}}
        - {name: nested, type: {struct: [{name: x, type: int32, required: true}, {name: y, type: {list: {struct: [{name: z, type: double}]}}}]}}
      """;
  private static final String FULL =
      """
      {"t":"2026-01-31T23:59:59.123456Z","s":"naïve","b":true,"i":-2147483648,"l":9223372036854775807,"f":0.5,"d":-1e-300,
       "m5":-123.45,"m15":123456789012.345,"m38":-1234567890123456789012345678.0123456789,"day":"1969-12-31",
       "ns":"2026-01-31T23:59:59.123456789Z","raw":"AP8=","clock":"23:59:59.999999","id":"C0FFEE00-1234-4abc-8def-0123456789ab",
       "js":{"b":[1.50,null]},"counts":{"x":1,"":null},"tags":["a",null,""],"nested":{"x":1,"y":[{"z":1.5},{},null]}}
      """;
  private static final String SPARSE = "{\"t\":\"2026-01-31T23:00:00Z\",\"tags\":[]}";
  private static final TableIdentifier NAME = TableIdentifier.of("lake", "types");

  @TempDir Path directory;

  private static TimestampedValue<SourceRecord> record(long offset, String json) {
    Instant time = Instant.parse("2026-02-01T00:00:00Z");
    return TimestampedValue.of(
        new SourceRecord("s", 0, offset, time.getMillis(), null, json.getBytes(UTF_8), List.of()),
        time);
  }

  private static List<Record> read(Table table, Expression where) throws Exception {
    List<Record> found = new ArrayList<>();
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).where(where).build()) {
      records.forEach(found::add);
    }
    return found;
  }

  @Test
  void eachTypeIsReadAndFilteredByReadersThatAreNotOurs() throws Exception {
    Path file = Files.writeString(directory.resolve("types.yaml"), CONTRACT);
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--contract=" + file,
                "--fileInterval=0s")
            .as(SluiceOptions.class);
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(
        pipeline.apply(
            Create.timestamped(List.of(record(0, FULL), record(1, SPARSE)))
                .withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();

    Contract contract = SluiceConfig.contract(options);
    Stores stores = LakeStores.lake(options);
    Catalog catalog = JdbcCatalogTest.jdbc(directory.resolve("warehouse"), "types");
    LocalDate date = LocalDate.of(2026, 2, 1);
    try (Store store = stores.open(options)) {
      LakeTable lake = LakeTable.open(store, stores, contract, LakeTable.Access.READ);
      new Publication(store, lake.table(), date).complete(Map.of());
      Follower follower =
          new IcebergFollower(
              catalog, NAME, new LakeSchema(lake.table()), Footers.in(stores.open(options)));
      new Reconcile(Published.in(store, lake.table()), follower, "iceberg").date(date);
    }

    Table table = catalog.loadTable(NAME);
    List<Record> all = read(table, Expressions.alwaysTrue());
    assertEquals(2, all.size());
    Record full = all.stream().filter(one -> one.getField("s") != null).findFirst().orElseThrow();
    Record sparse = all.stream().filter(one -> one != full).findFirst().orElseThrow();
    assertEquals(date, full.getField("event_date"));
    assertEquals(new BigDecimal("-1234567890123456789012345678.0123456789"), full.getField("m38"));
    assertEquals("2026-01-31T23:59:59.123456789Z", full.getField("ns").toString());
    assertEquals("23:59:59.999999", full.getField("clock").toString());
    assertEquals(UUID.fromString("c0ffee00-1234-4abc-8def-0123456789ab"), full.getField("id"));
    assertEquals("[a, null, ]", full.getField("tags").toString());
    assertNull(sparse.getField("nested"));
    assertEquals(List.of(), sparse.getField("tags"));
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
            Map.entry("m15", Expressions.equal("m15", new BigDecimal("123456789012.345"))),
            Map.entry(
                "m38",
                Expressions.equal(
                    "m38", new BigDecimal("-1234567890123456789012345678.0123456789"))),
            Map.entry("day", Expressions.equal("day", "1969-12-31")),
            Map.entry("ns", Expressions.equal("ns", "2026-01-31T23:59:59.123456789+00:00")),
            Map.entry("clock", Expressions.equal("clock", "23:59:59.999999")),
            Map.entry("id", Expressions.equal("id", "c0ffee00-1234-4abc-8def-0123456789ab")),
            Map.entry("js", Expressions.equal("js", "{\"b\":[1.50,null]}")),
            Map.entry("js begins", Expressions.startsWith("js", "{\"b\"")),
            Map.entry("js is there", Expressions.notNull("js")),
            Map.entry("raw", Expressions.equal("raw", ByteBuffer.wrap(new byte[] {0, -1}))),
            Map.entry("nested.x", Expressions.equal("nested.x", 1)));
    for (Map.Entry<String, Expression> filter : filters.entrySet()) {
      List<Record> found = read(table, filter.getValue());
      assertEquals(1, found.size(), filter.getKey());
      assertEquals("naïve", found.get(0).getField("s"), filter.getKey());
    }
    assertEquals(1, read(table, Expressions.isNull("js")).size());
    assertEquals(1, read(table, Expressions.isNull("nested.x")).size());
    assertEquals(2, read(table, Expressions.equal("event_date", "2026-02-01")).size());
    // What no row has is found out from the bounds that the table knows, and no file is read.
    List<Expression> none =
        List.of(
            Expressions.greaterThan("t", "2026-02-01T00:00:00+00:00"),
            Expressions.lessThan("t", "2026-01-31T22:00:00+00:00"),
            Expressions.equal("s", "other"),
            Expressions.equal("i", 7),
            Expressions.lessThan("l", Long.MAX_VALUE),
            Expressions.lessThan("f", 0.25f),
            Expressions.greaterThan("d", 1.0),
            Expressions.equal("m5", new BigDecimal("123.45")),
            Expressions.greaterThan("m15", new BigDecimal("123456789012.346")),
            Expressions.greaterThan("m38", BigDecimal.ZERO.setScale(10)),
            Expressions.greaterThan("day", "1970-01-01"),
            Expressions.greaterThan("ns", "2026-01-31T23:59:59.123456790+00:00"),
            Expressions.lessThan("clock", "23:59:59"),
            Expressions.equal("id", "00000000-1234-4abc-8def-0123456789ab"),
            Expressions.equal("js", "null"),
            Expressions.equal("nested.x", 2),
            Expressions.equal("event_date", "2026-01-31"));
    for (Expression filter : none) {
      assertEquals(List.of(), read(table, filter), filter.toString());
      try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(filter).planFiles()) {
        assertFalse(tasks.iterator().hasNext(), filter + " reads a file");
      }
    }
  }
}
