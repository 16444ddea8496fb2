package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are several rows, in a lake: each row once by position and ordinal. */
class ExplodedLakeTest {
  private static final String YAML =
      """
      table: lines
      topic: t
      event_time: at
      explode: lines
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: p, type: int32, from: partition}
        - {name: o, type: int64, from: offset}
        - {name: i, type: int32, from: ordinal}
        - {name: sku, path: lines.sku, type: string, required: true}
        - {name: n, path: lines.n, type: int64}
      """;
  private static final String SOURCE = "cluster/t/id";
  private static final LocalDate DATE = LocalDate.of(2026, 3, 10);
  private static final int OFFSETS = 60;

  /** More than a block holds. */
  private static final int MANY = 40_000;

  @TempDir Path directory;
  private final List<SourceRecord> records = new ArrayList<>();
  private long rows;

  /** Records of none to four lines, each eleventh wrong, one of very many. */
  @BeforeEach
  void records() throws Exception {
    Files.writeString(directory.resolve("contract.yaml"), YAML);
    for (int partition = 0; partition < 2; partition++) {
      for (int offset = 0; offset < OFFSETS; offset++) {
        int count = partition == 1 && offset == 30 ? MANY : offset % 5;
        boolean isBad = count > 0 && offset % 11 == 3;
        rows += isBad ? 0 : count;
        Instant at = DATE.atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(offset);
        String lines =
            IntStream.range(0, count)
                .mapToObj(i -> "{\"sku\":\"sku-" + i % 7 + "\",\"n\":" + i + "}")
                .collect(Collectors.joining(","));
        String json = "{\"at\":\"" + at + "\",\"lines\":[" + lines + (isBad ? ",{}" : "") + "]}";
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

  private static Contract contract() {
    return ContractParser.parse(YAML, "contract.yaml");
  }

  private SluiceOptions options() {
    PipelineOptionsFactory.register(SluiceOptions.class);
    return PipelineOptionsFactory.fromArgs(
            "--bootstrapServers=none:1",
            "--contract=" + directory.resolve("contract.yaml"),
            "--lake=" + directory.resolve("lake"),
            "--deadLetters=" + directory.resolve("dead"),
            "--fileInterval=0s")
        .as(SluiceOptions.class);
  }

  private void run(List<SourceRecord> some) throws Exception {
    SluiceOptions options = options();
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(Create.of(some).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
  }

  private Store store(String root) {
    return TestStores.of(directory.resolve(root)).open(PipelineOptionsFactory.create());
  }

  private List<String> query(String what) throws Exception {
    return DuckDb.query(
        "select "
            + what
            + " from read_parquet('"
            + directory
            + "/lake/lines/*/*.parquet', hive_partitioning=false)");
  }

  private void assertEachOnce() throws Exception {
    assertEquals(List.of(rows + " " + rows), query("count(*) || ' ' || count(distinct (p, o, i))"));
    // The ordinals of a record are 0 to its last, and its lines are in their places.
    assertEquals(List.of("true"), query("bool_and(n = i and sku = 'sku-' || (i % 7))"));
    try (Store lake = store("lake");
        Store dead = store("dead")) {
      Covered covered =
          Audit.covered(lake, dead, contract(), Audit.Expiry.NEVER, Audit.Visitor.NONE);
      assertEquals(List.of(), covered.damaged());
      assertTrue(covered.duplicate().isEmpty(), covered.duplicate().toString());
      Positions all = new Positions();
      records.forEach(one -> all.add(one.source(), one.partition(), one.offset()));
      assertEquals(all, covered.lake().copy().addAll(covered.deadLetters()));
      assertEquals(all.size(), covered.lake().size() + covered.deadLetters().size());
      assertEquals(
          23L, covered.skipped().values().stream().mapToLong(Long::longValue).sum(), "no lines");
    }
  }

  @Test
  void eachRowIsThereOnceHoweverOftenItsRecordIsRead() throws Exception {
    run(records.stream().filter(one -> one.offset() % 3 == 0).toList());
    run(records);
    assertEachOnce();
    run(records);
    assertEachOnce();
    try (Store lake = store("lake")) {
      long inFiles = 0;
      long ofFiles = 0;
      for (LakeFiles.DataFile file : LakeFiles.read(lake, "lines/")) {
        assertTrue(file.footer().addsUp());
        inFiles += file.footer().rows();
        ofFiles += file.footer().records();
      }
      assertEquals(rows, inFiles);
      assertTrue(ofFiles > 0 && ofFiles < 2 * OFFSETS, "records: " + ofFiles);
      new Publication(lake, contract().lakeTable(), DATE).complete(Map.of());
      Compact.Result result =
          new Compact(
                  lake,
                  contract().lakeTable(),
                  new Compact.Settings(1 << 20, Duration.ZERO, 3, false),
                  bytes -> {})
              .run(DATE, false);
      assertTrue(result.rewritten() > 1, result.toString());
      long expected = ofFiles;
      LiveFiles live = LiveFiles.read(lake, contract().lakeTable());
      assertEquals(
          expected, live.files().stream().mapToLong(file -> file.footer().records()).sum());
      assertEachOnce();
      List<Store.Entry> before = lake.list("lines/");
      run(records);
      assertEquals(before, lake.list("lines/"));
    }
  }

  /** It would take the rows of a record one by one, and they could come apart. */
  @Test
  void aTransformOfOnesOwnIsRefused() throws Exception {
    SluiceOptions options = options();
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    PCollection<SourceRecord> none =
        Pipeline.create(options).apply(Create.empty(SourceRecordCoder.of()));
    UserException e = assertThrows(UserException.class, () -> sluice.build(none, new Unchanged()));
    assertTrue(e.getMessage().contains("have to stay together"), e.getMessage());
  }

  private static final class Unchanged extends PTransform<PCollection<Row>, PCollection<Row>> {
    private static final long serialVersionUID = 1L;

    @Override
    public PCollection<Row> expand(PCollection<Row> rows) {
      return rows.apply("All", Filter.by(row -> true));
    }
  }
}
