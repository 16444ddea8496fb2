package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import io.sluice.source.RecordBatch;
import io.sluice.source.RecordBatchCoder;
import io.sluice.source.Source;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of several contracts: each has its rows, its dead letters and its dates for itself. */
@Tag("slow")
class ManyTablesTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final String ORDERS =
      """
      table: orders
      topic: orders-in
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: id, type: string, required: true}
      """;
  private static final String CLICKS =
      """
      table: clicks
      topic: clicks-in
      event_time: clicked
      columns:
        - {name: page, type: string, required: true}
        - {name: clicked, type: timestamp, required: true}
      """;

  @TempDir Path directory;
  private SluiceOptions options;
  private final Map<String, Long> offsets = new HashMap<>();

  /** What the test says, in the order in which it says it, whichever sources are read together. */
  private static final class Scripted implements Source {
    private final String name;
    private final @Nullable TestStream<RecordBatch> script;

    /**
     * @param script null for one that is not read with others
     */
    Scripted(String name, @Nullable TestStream<RecordBatch> script) {
      this.name = name;
      this.script = script;
    }

    static String id(String name) {
      return "cluster/" + name + "/id";
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String address() {
      return "this test";
    }

    @Override
    public List<Probe> probes() {
      return List.of();
    }

    @Override
    public PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others) {
      if (script == null) {
        throw new UserException("the two are not read in one step");
      }
      return script;
    }

    /** Of a source that has nothing yet: the script comes later. */
    @Override
    public SourceReader open() {
      return new SourceReader() {
        @Override
        public SourceId id() {
          return new SourceId(Scripted.id(name));
        }

        @Override
        public List<Integer> partitions() {
          return List.of(0);
        }

        @Override
        public Map<Integer, Long> beginnings() {
          return Map.of(0, 0L);
        }

        @Override
        public Map<Integer, Long> ends() {
          return Map.of(0, 0L);
        }

        @Override
        public Map<Integer, Long> at(long epochMillis) {
          return ends();
        }

        @Override
        public Cleanup cleanup() {
          return Cleanup.RETENTION;
        }

        @Override
        public void requireReadable() {}

        @Override
        public void requireEnds(Map<Integer, Long> starts) {}

        @Override
        public <E extends Exception> void read(
            Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) {}

        @Override
        public void close() {}
      };
    }
  }

  private void contracts() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("contracts"));
    Files.writeString(folder.resolve("b.yaml"), ORDERS);
    Files.writeString(folder.resolve("a.yaml"), CLICKS);
  }

  private SluicePipeline sluice(TestStream<RecordBatch> script) throws IOException {
    return sluice(name -> new Scripted(name, script));
  }

  private SluicePipeline sluice(Function<String, Source> sources) throws IOException {
    contracts();
    options =
        SluiceFlags.read(
            List.of(
                "--bootstrapServers=none:1",
                "--contract=" + directory.resolve("contracts"),
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--windowSize=1m",
                "--fileInterval=0s"));
    SluiceConfig config = SluiceConfig.from(options);
    assertEquals(
        List.of("clicks-in", "orders-in"),
        config.inputs().stream().map(input -> input.source().name()).toList());
    return SluicePipeline.open(
        config.withInputs(
            config.inputs().stream()
                .map(
                    input ->
                        new SluiceConfig.Input(
                            input.located(), sources.apply(input.source().name())))
                .toList()),
        options);
  }

  private void run(TestStream<RecordBatch> script) throws IOException {
    SluicePipeline sluice = sluice(script);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline);
    pipeline.run().waitUntilFinish();
  }

  private TimestampedValue<RecordBatch> record(String topic, String json, Instant time) {
    long offset = offsets.merge(topic, 1L, Long::sum) - 1;
    return TimestampedValue.of(
        RecordBatch.of(
            new SourceRecord(
                Scripted.id(topic),
                0,
                offset,
                time.getMillis(),
                null,
                json.getBytes(UTF_8),
                List.of())),
        time);
  }

  private TimestampedValue<RecordBatch> order(String id, Instant time) {
    return record("orders-in", "{\"at\":\"" + time + "\",\"id\":\"" + id + "\"}", time);
  }

  private TimestampedValue<RecordBatch> click(String page, Instant time) {
    return record("clicks-in", "{\"clicked\":\"" + time + "\",\"page\":\"" + page + "\"}", time);
  }

  private static TestStream.Builder<RecordBatch> script() {
    return TestStream.create(new RecordBatchCoder());
  }

  private String table(String lake, String table) {
    return "read_parquet('"
        + directory
        + "/"
        + lake
        + "/"
        + table
        + "/*/*.parquet', hive_partitioning=true)";
  }

  private TreeSet<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      TreeSet<String> names = new TreeSet<>();
      files.map(Path::toString).filter(name -> name.endsWith(".parquet")).forEach(names::add);
      return names;
    }
  }

  private static double counted(String name, String table) {
    return PrometheusRegistry.defaultRegistry.scrape(name::equals).stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> table.equals(point.getLabels().get("table")))
        .mapToDouble(point -> ((CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  @Test
  void rowsAndDeadLettersOfEachTopicAreInItsOwnTablesThoughOffsetsAreTheSame() throws Exception {
    TestStream<RecordBatch> script =
        script()
            .addElements(order("o0", NOON), click("p0", NOON), click("p1", NOON), order("o1", NOON))
            // Each is what the other topic's contract takes.
            .addElements(
                record("orders-in", "{\"clicked\":\"" + NOON + "\",\"page\":\"p\"}", NOON),
                record("clicks-in", "{\"at\":\"" + NOON + "\",\"id\":\"o\"}", NOON))
            .advanceWatermarkToInfinity();
    run(script);
    assertEquals(
        List.of("o0", "o1"),
        DuckDb.query("select id from " + table("lake", "orders") + " order by 1"));
    assertEquals(
        List.of("p0", "p1"),
        DuckDb.query("select page from " + table("lake", "clicks") + " order by 1"));
    for (String topic : List.of("orders", "clicks")) {
      assertEquals(
          List.of("cluster/" + topic + "-in/id 2"),
          DuckDb.query(
              "select source || ' ' || \"offset\" from " + table("dead", topic + "_dead_letters")));
    }
    // Positions are by source: a replay of both finds each.
    TreeSet<String> before = files();
    run(script);
    assertEquals(before, files());
    assertEquals(4, before.size(), before.toString());
  }

  @Test
  void aTopicOfNothingButGarbageHurtsNoOther() throws Exception {
    double rows = counted("sluice_rows", "orders");
    double letters = counted("sluice_dead_letters", "clicks");
    double ordersLetters = counted("sluice_dead_letters", "orders");
    double files = counted("sluice_files", "orders");
    TestStream.Builder<RecordBatch> script = script();
    for (int i = 0; i < 300; i++) {
      script =
          script.addElements(record("clicks-in", "\u0000{".repeat(i), NOON), order("o" + i, NOON));
    }
    run(script.advanceWatermarkToInfinity());
    assertEquals(
        List.of("300"), DuckDb.query("select count(*)::varchar from " + table("lake", "orders")));
    assertEquals(
        List.of("300"),
        DuckDb.query("select count(*)::varchar from " + table("dead", "clicks_dead_letters")));
    assertFalse(Files.exists(directory.resolve("dead/orders_dead_letters")));
    assertEquals(300, counted("sluice_rows", "orders") - rows);
    assertEquals(300, counted("sluice_dead_letters", "clicks") - letters);
    assertEquals(0, counted("sluice_dead_letters", "orders") - ordersLetters);
    assertTrue(counted("sluice_files", "orders") > files);
  }

  @Test
  void aDateIsCompletedAndReopenedForItsTableAlone() throws Exception {
    Instant evening = NOON.plus(Duration.standardHours(24));
    run(
        script()
            .addElements(order("o0", NOON), click("p0", NOON))
            .advanceWatermarkTo(evening)
            .addElements(click("late", NOON))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkTo(evening.plus(Duration.standardHours(2)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity());
    Path orders = directory.resolve("lake/orders/event_date=2026-03-10");
    Path clicks = directory.resolve("lake/clicks/event_date=2026-03-10");
    assertTrue(Files.exists(orders.resolve("_manifest-000001.json")));
    assertFalse(Files.exists(orders.resolve("_manifest-000002.json")));
    assertTrue(Files.readString(orders.resolve("_SUCCESS")).contains("000001"));
    assertTrue(Files.readString(clicks.resolve("_SUCCESS")).contains("000002"));
    assertTrue(Files.readString(clicks.resolve("_manifest-000002.json")).contains("\"rows\" : 2,"));
    for (String table : List.of("orders", "clicks")) {
      try (Stream<Path> starts =
          Files.list(directory.resolve("lake/_sluice/" + table + "/starts"))) {
        assertEquals(1, starts.count(), "what each was asked to read is recorded for it");
      }
    }
  }

  private static final String SHARED =
      """
      table: %s
      topic: events-in
      event_time: at
      %s
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: id, type: string, required: true}
        - {name: n, type: int64}
      """;

  private TimestampedValue<RecordBatch> event(String rest) {
    return record("events-in", "{\"at\":\"" + NOON + "\"," + rest + "}", NOON);
  }

  private List<String> sharedRows(String table) throws Exception {
    return DuckDb.query("select id from " + table("lake", table) + " order by 1");
  }

  /** Each record is in one table, as a row or a dead letter, and each table has each position. */
  @Test
  void oneTopicFeedsSeveralTablesByWhatEachContractAsks() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("shared"));
    Files.writeString(
        folder.resolve("1.yaml"),
        SHARED.formatted("first", "when: [{path: type, is: order}, {path: n, exists: true}]"));
    Files.writeString(
        folder.resolve("2.yaml"),
        SHARED.formatted("second", "when: [{path: type, in: [order, refund]}]"));
    Files.writeString(
        folder.resolve("3.yaml"),
        SHARED.formatted("third", "when: [{path: user.kind, starts_with: bot}]"));
    TestStream<RecordBatch> script =
        script()
            .addElements(
                event("\"id\":\"a\",\"type\":\"order\",\"n\":1"),
                event("\"id\":\"b\",\"type\":\"order\""),
                event("\"id\":\"c\",\"type\":\"refund\",\"n\":1"),
                event("\"id\":\"d\",\"type\":\"x\",\"user\":{\"kind\":\"bot-7\"}"),
                // Nobody's, no JSON, one that is the first's and wrong there, one of two.
                event("\"id\":\"e\",\"type\":\"view\""),
                record("events-in", "{", NOON),
                event("\"id\":\"f\",\"type\":\"order\",\"n\":\"x\""),
                event("\"id\":\"g\",\"type\":\"refund\",\"user\":{\"kind\":\"bot\"}"))
            .advanceWatermarkToInfinity();
    options =
        SluiceFlags.read(
            List.of(
                "--bootstrapServers=none:1",
                "--contract=" + folder,
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--windowSize=1m",
                "--fileInterval=0s"));
    for (int run = 0; run < 2; run++) {
      SluiceConfig config = SluiceConfig.from(options);
      SluicePipeline sluice =
          SluicePipeline.open(
              config.withInputs(
                  config.inputs().stream()
                      .map(
                          input ->
                              new SluiceConfig.Input(
                                  input.located(), new Scripted("events-in", script)))
                      .toList()),
              options);
      Pipeline pipeline = Pipeline.create(options);
      sluice.build(pipeline);
      pipeline.run().waitUntilFinish();
      assertEquals(List.of("a"), sharedRows("first"));
      assertEquals(List.of("b", "c", "g"), sharedRows("second"));
      assertEquals(List.of("d"), sharedRows("third"));
      assertEquals(
          List.of("WRONG_TYPE 6"),
          DuckDb.query(
              "select reason || ' ' || \"offset\" from " + table("dead", "first_dead_letters")));
      assertFalse(Files.exists(directory.resolve("dead/second_dead_letters")));
      assertEquals(
          List.of("MALFORMED_JSON 5", "UNROUTED 4"),
          DuckDb.query(
              "select reason || ' ' || \"offset\" from "
                  + table("dead", "third_dead_letters")
                  + " order by 1"));
    }
    for (String table : List.of("first", "second", "third")) {
      Positions all = new Positions();
      for (String lake : List.of("lake", "dead")) {
        try (Store store = TestStores.of(directory.resolve(lake)).open(options)) {
          String folderOf = lake.equals("lake") ? table + "/" : table + "_dead_letters/";
          LakeFiles.read(store, folderOf).forEach(file -> all.addAll(file.footer().positions()));
        }
      }
      assertEquals(8, all.size(), table + " has each position once");
    }
  }

  @Test
  void recordsOfASourceThatNoContractIsForFailTheJob() throws Exception {
    TestStream<RecordBatch> script =
        script().addElements(record("others", "{}", NOON)).advanceWatermarkToInfinity();
    Exception e = assertThrows(Exception.class, () -> run(script));
    assertTrue(e.toString().contains("records of cluster/others/id came"), e.toString());
    assertEquals(new TreeSet<>(), files());
  }

  @Test
  void whatCannotBeReadInOneStepIsRefusedAndNoStartOfItIsRecorded() throws Exception {
    TestStream<RecordBatch> script = script().advanceWatermarkToInfinity();
    Map<String, Function<String, Source>> refused =
        Map.of(
            "the two are not read in one step",
            name -> new Scripted(name, null),
            "same and same both have the identity cluster/same/id, so that a position would name a"
                + " record of each: start a run for each",
            name -> new Scripted("same", script));
    for (Map.Entry<String, Function<String, Source>> one : refused.entrySet()) {
      SluicePipeline sluice = sluice(one.getValue());
      UserException e =
          assertThrows(UserException.class, () -> sluice.build(Pipeline.create(options)));
      assertEquals(one.getKey(), e.getMessage());
      for (String table : List.of("orders", "clicks")) {
        assertFalse(Files.exists(directory.resolve("lake/_sluice/" + table + "/starts")));
      }
    }
  }

  @Test
  void oneSownTransformAndRecordsAreOfOneContract() throws Exception {
    SluicePipeline sluice = sluice(script().advanceWatermarkToInfinity());
    Pipeline pipeline = Pipeline.create(options);
    PCollection<SourceRecord> records =
        pipeline.apply(Create.empty(io.sluice.source.SourceRecordCoder.of()));
    List<UserException> refused = new ArrayList<>();
    refused.add(assertThrows(UserException.class, () -> sluice.build(records)));
    refused.add(assertThrows(UserException.class, () -> sluice.build(records, none())));
    for (UserException e : refused) {
      assertEquals(
          "--contract names contracts of 2 tables (clicks, orders), and this takes one: choose it with --table",
          e.getMessage());
    }
  }

  private static PTransform<
          PCollection<org.apache.beam.sdk.values.Row>, PCollection<org.apache.beam.sdk.values.Row>>
      none() {
    return org.apache.beam.sdk.transforms.Filter.by(row -> true);
  }
}
