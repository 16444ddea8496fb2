package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.audit.Audit;
import io.sluice.audit.Covered;
import io.sluice.compact.Compact;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTagList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A contract's transform, and one of one's own, in a run: what is skipped has a position and no
 * row, each position is in one place, and the lake reads like any other.
 */
class TransformTest {
  private static final String YAML =
      """
      table: events
      topic: t
      event_time: at
      columns:
        - {name: secret, type: string}
        - {name: at, type: timestamp, required: true}
        - {name: name, type: string, required: true}
      """;
  private static final String TRANSFORM =
      """
      transform:
        - skip_if: {column: name, equals: debug}
        - reject_if: {column: name, equals: bad}
        - fail_if: {column: name, equals: broken}
        - upper_case: {column: name, into: loud}
        - remove: {columns: [secret]}
      """;
  private static final String SOURCE = "cluster/t/id";
  private static final LocalDate DATE = LocalDate.of(2026, 3, 10);
  private static final LocalDate QUIET = DATE.plusDays(1);
  private static final List<String> NAMES = List.of("view", "debug", "bad", "buy", "broken");

  @TempDir Path directory;
  private final List<SourceRecord> records = new ArrayList<>();

  /** On one date all names, ten times in each of two partitions; on the next nothing but debug. */
  @BeforeEach
  void records() {
    for (int partition = 0; partition < 2; partition++) {
      for (int offset = 0; offset < 60; offset++) {
        boolean isQuiet = offset >= 50;
        Instant at =
            (isQuiet ? QUIET : DATE)
                .atStartOfDay()
                .toInstant(java.time.ZoneOffset.UTC)
                .plusSeconds(offset);
        String name = isQuiet ? "debug" : NAMES.get(offset % NAMES.size());
        String json =
            "{\"at\":\"" + at + "\",\"name\":\"" + name + "\",\"secret\":\"s" + offset + "\"}";
        records.add(
            new SourceRecord(
                SOURCE,
                partition,
                offset,
                at.toEpochMilli(),
                null,
                json.getBytes(UTF_8),
                List.of()));
      }
    }
  }

  private Contract contract(String more) throws Exception {
    Path file = directory.resolve("contract.yaml");
    Files.writeString(file, YAML + more);
    return ContractParser.read(file);
  }

  private interface Build {
    void build(SluicePipeline sluice, PCollection<SourceRecord> records);
  }

  private void run(Build build) {
    run(records, build);
  }

  private void run(List<SourceRecord> some, Build build) {
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--contract=" + directory.resolve("contract.yaml"),
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--fileInterval=0s")
            .as(SluiceOptions.class);
    try {
      SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
      Pipeline pipeline = Pipeline.create(options);
      build.build(sluice, pipeline.apply(Create.of(some).withCoder(SourceRecordCoder.of())));
      pipeline.run().waitUntilFinish();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Store store(String root) {
    return TestStores.of(directory.resolve(root)).open(PipelineOptionsFactory.create());
  }

  private Covered covered(Contract contract) throws Exception {
    try (Store lake = store("lake");
        Store dead = store("dead")) {
      Covered covered = Audit.covered(lake, dead, contract, Audit.Expiry.NEVER, Audit.Visitor.NONE);
      assertEquals(List.of(), covered.damaged());
      assertTrue(covered.duplicate().isEmpty(), covered.duplicate().toString());
      return covered;
    }
  }

  private void assertEachOnce(Covered covered) {
    Positions all = new Positions();
    records.forEach(one -> all.add(one.source(), one.partition(), one.offset()));
    assertEquals(all, covered.lake().copy().addAll(covered.deadLetters()));
    assertEquals(
        all.size(), covered.lake().size() + covered.deadLetters().size(), "each in one place");
  }

  private List<String> query(String what) throws Exception {
    return DuckDb.query(
        "select "
            + what
            + " from read_parquet('"
            + directory
            + "/lake/events/*/*.parquet', hive_partitioning=false)");
  }

  private static final Build PLAIN = SluicePipeline::build;

  @Test
  void eachRecordIsARowALetterOrSkippedAndComesOnceHoweverOftenItIsRead() throws Exception {
    Contract contract = contract(TRANSFORM);
    for (Build build : List.of(PLAIN, PLAIN, TransformTest::withIdentity)) {
      run(build);
      Covered covered = covered(contract);
      assertEachOnce(covered);
      assertEquals(
          Map.of(new Partition(SOURCE, 0), 20L, new Partition(SOURCE, 1), 20L), covered.skipped());
      assertEquals(40, covered.deadLetters().size());
      assertEquals(List.of("40"), query("count(*)"));
    }
    assertEquals(
        List.of("BUY buy", "VIEW view"), query("distinct loud, name").stream().sorted().toList());
    assertEquals("at name loud", columns());
    assertEquals(
        List.of(
            "DECODER_FAILED  fail_if: java.lang.IllegalStateException: it broke",
            "TRANSFORM_REJECTED name reject_if: is not wanted"),
        DuckDb.query(
                "select distinct reason, path, regexp_replace(message, ' at io.*', '') from read_parquet('"
                    + directory
                    + "/dead/events_dead_letters/*/*.parquet')")
            .stream()
            .sorted()
            .toList());
  }

  private String columns() throws Exception {
    return String.join(
        " ",
        DuckDb.query(
            "select column_name from (describe select * from read_parquet('"
                + directory
                + "/lake/events/*/*.parquet', hive_partitioning=false))"));
  }

  private static void withIdentity(SluicePipeline sluice, PCollection<SourceRecord> records) {
    sluice.build(records, new Unchanged());
  }

  private static final class Unchanged extends PTransform<PCollection<Row>, PCollection<Row>> {
    private static final long serialVersionUID = 1L;

    @Override
    public PCollection<Row> expand(PCollection<Row> rows) {
      return rows.apply("All", Filter.by(row -> true));
    }
  }

  @Test
  void aDateOfSkippedRecordsAloneHasFilesWithoutRowsWhichCanBeRewritten() throws Exception {
    Contract contract = contract(TRANSFORM);
    run(records.stream().filter(one -> one.offset() % 2 == 0).toList(), PLAIN);
    run(PLAIN);
    try (Store lake = store("lake")) {
      List<LakeFiles.DataFile> quiet = LakeFiles.read(lake, "events/event_date=" + QUIET + "/");
      assertTrue(quiet.size() > 1, quiet.toString());
      for (LakeFiles.DataFile file : quiet) {
        assertEquals(0, file.footer().rows());
        assertTrue(file.footer().addsUp());
        assertEquals(QUIET, contract.lakeTable().dateOf(file.footer().eventTimes().from()));
      }
      assertEquals(List.of("40"), query("count(*)"));
      for (LocalDate date : List.of(DATE, QUIET)) {
        new Publication(lake, contract.lakeTable(), date).complete(Map.of());
        Compact.Result result =
            new Compact(
                    lake,
                    contract.lakeTable(),
                    new Compact.Settings(1 << 20, Duration.ZERO, 3, false),
                    bytes -> {})
                .run(date, false);
        assertTrue(result.rewritten() > 1, result.toString());
      }
      assertEquals(
          40,
          LiveFiles.read(lake, contract.lakeTable()).files().stream()
              .mapToLong(file -> file.footer().skipped().total())
              .sum());
      assertEquals(List.of("40"), query("count(*)"));
      assertEachOnce(covered(contract));
      // What a rewrite has merged is known to a run as well.
      List<Store.Entry> before = lake.list("events/");
      run(PLAIN);
      assertEquals(before, lake.list("events/"));
    }
  }

  /** Skips every row of a name, by Beam's own means. */
  private static final class OwnSkips extends PTransform<PCollection<Row>, PCollectionTuple> {
    private static final long serialVersionUID = 1L;

    @Override
    public PCollectionTuple expand(PCollection<Row> rows) {
      return rows.apply(
          "Own",
          ParDo.of(new OwnFn())
              .withOutputTags(SluicePipeline.ROWS, TupleTagList.of(SluicePipeline.SKIPPED)));
    }
  }

  private static final class OwnFn extends DoFn<Row, Row> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Row row, MultiOutputReceiver out) {
      boolean isWanted = !"debug".equals(row.getString("name"));
      out.get(isWanted ? SluicePipeline.ROWS : SluicePipeline.SKIPPED).output(row);
    }
  }

  @Test
  void aTransformOfOnesOwnSaysWhatItSkips() throws Exception {
    Contract contract = contract("");
    run((sluice, all) -> sluice.buildWithSkips(all, new OwnSkips()));
    Covered covered = covered(contract);
    assertEachOnce(covered);
    assertEquals(40, covered.skipped().values().stream().mapToLong(Long::longValue).sum());
    assertEquals(List.of("80"), query("count(*)"));
  }

  @Test
  void whatItJustLeavesOutIsNotThere() throws Exception {
    Contract contract = contract("");
    run(
        (sluice, all) ->
            sluice.build(
                all,
                new PTransform<PCollection<Row>, PCollection<Row>>() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  public PCollection<Row> expand(PCollection<Row> rows) {
                    return rows.apply(
                        "Left", Filter.by(row -> !"debug".equals(row.getString("name"))));
                  }
                }));
    Covered covered = covered(contract);
    assertEquals(80, covered.lake().size());
    assertEquals(Map.of(), covered.skipped());
  }
}
