package io.sluice.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Follower;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type of a contract, and its dead letters, written by the pipeline and read by the kernel.
 */
@Tag("slow")
class DeltaTypesTest {
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
        - {name: raw, type: bytes}
        - {name: id, type: uuid}
        - {name: js, type: json}
        - {name: counts, type: {map: int64}}
        - {name: tags, type: {list: string}}
        - {name: nested, type: {struct: [{name: x, type: int32, required: true}, {name: y, type: {list: {struct: [{name: z, type: double}]}}}]}}
      """;
  private static final String FULL =
      """
      {"t":"2026-01-31T23:59:59.123456Z","s":"naïve, and longer than the thirty-two characters of a bound 🦉","b":true,"i":-2147483648,"l":9223372036854775807,"f":0.5,"d":-1e-300,
       "m5":-123.45,"m15":123456789012.345,"m38":-1234567890123456789012345678.0123456789,"day":"1969-12-31",
       "raw":"AP8=","id":"C0FFEE00-1234-4abc-8def-0123456789ab",
       "js":{"b":[1.50,null]},"counts":{"x":1,"":null},"tags":["a",null,""],"nested":{"x":1,"y":[{"z":1.5},{},null]}}
      """;
  private static final String SPARSE = "{\"t\":\"2026-01-31T23:00:00Z\",\"tags\":[]}";
  private static final LocalDate DATE = LocalDate.of(2026, 2, 1);

  @TempDir Path directory;

  private static TimestampedValue<SourceRecord> record(long offset, String json) {
    Instant time = Instant.parse("2026-02-01T00:00:00Z");
    return TimestampedValue.of(
        new SourceRecord("s", 0, offset, time.getMillis(), null, json.getBytes(UTF_8), List.of()),
        time);
  }

  private static void follow(Stores stores, LakeTable lake, SluiceOptions options)
      throws Exception {
    try (Store store = stores.open(options);
        Follower follower = new DeltaKind().open(lake, options)) {
      for (LocalDate date : LakeFiles.dates(store, lake.table())) {
        new Publication(store, lake.table(), date).complete(Map.of());
        new Reconcile(Published.in(store, lake.table()), follower, "delta").date(date);
      }
    }
  }

  private static Predicate is(String column, Literal value) {
    return new Predicate("=", new Column(column.split("\\.")), value);
  }

  @Test
  void eachTypeIsReadAndFilteredByAReaderThatIsNotOurs() throws Exception {
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
            Create.timestamped(List.of(record(0, FULL), record(1, SPARSE), record(2, "no JSON")))
                .withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();

    Contract contract = SluiceConfig.contract(options);
    Stores stores = LakeStores.lake(options);
    try (Store store = stores.open(options)) {
      follow(stores, LakeTable.open(store, stores, contract, LakeTable.Access.READ), options);
      check(new KernelTable(store, "types"));
    }
    Stores dead = LakeStores.deadLetters(options);
    try (Store store = dead.open(options)) {
      Table letters = DeadLetters.table(contract);
      follow(dead, LakeTable.open(store, dead, letters, LakeTable.Access.READ), options);
      List<Map<String, Object>> rows = new KernelTable(store, letters.name()).rows();
      assertEquals(1, rows.size());
      assertEquals("MALFORMED_JSON", rows.get(0).get("reason"));
    }
  }

  private static void check(KernelTable table) throws Exception {
    List<Map<String, Object>> all = table.rows();
    assertEquals(2, all.size());
    Map<String, Object> full =
        all.stream().filter(one -> one.get("s") != null).findFirst().orElseThrow();
    Map<String, Object> sparse = all.stream().filter(one -> one != full).findFirst().orElseThrow();
    assertEquals((int) DATE.toEpochDay(), full.get("event_date"));
    assertEquals(new BigDecimal("-1234567890123456789012345678.0123456789"), full.get("m38"));
    assertEquals(16, ((byte[]) full.get("id")).length);
    assertNull(sparse.get("nested"));
    String text = (String) full.get("s");
    assertTrue(text.startsWith("naïve"), text);
    OffsetDateTime time = OffsetDateTime.parse("2026-01-31T23:59:59.123456Z");
    Map<String, Literal> filters =
        Map.ofEntries(
            Map.entry(
                "t", Literal.ofTimestamp(time.toEpochSecond() * 1_000_000 + time.getNano() / 1000)),
            Map.entry("s", Literal.ofString(text)),
            Map.entry("b", Literal.ofBoolean(true)),
            Map.entry("i", Literal.ofInt(Integer.MIN_VALUE)),
            Map.entry("l", Literal.ofLong(Long.MAX_VALUE)),
            Map.entry("f", Literal.ofFloat(0.5f)),
            Map.entry("d", Literal.ofDouble(-1e-300)),
            Map.entry("m5", Literal.ofDecimal(new BigDecimal("-123.45"), 5, 2)),
            Map.entry("m15", Literal.ofDecimal(new BigDecimal("123456789012.345"), 15, 3)),
            Map.entry(
                "m38",
                Literal.ofDecimal(
                    new BigDecimal("-1234567890123456789012345678.0123456789"), 38, 10)),
            Map.entry("day", Literal.ofDate(-1)),
            Map.entry("nested.x", Literal.ofInt(1)));
    for (Map.Entry<String, Literal> filter : filters.entrySet()) {
      List<Map<String, Object>> found =
          table.rows(Optional.of(is(filter.getKey(), filter.getValue())));
      assertEquals(1, found.size(), filter.getKey());
      assertEquals(text, found.get(0).get("s"), filter.getKey());
    }
  }
}
