package io.sluice.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.complete.Publication;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * A lake whose table {@code types} has a column of each type, and the filters that engines are
 * asked, with the number of rows that they have to find.
 *
 * <p>It has twelve rows, from 0 to 11, four of a date. Each fourth has no value but those that are
 * required; in the others each column has a value of its own.
 */
public final class TypesLake {
  /** How many rows there are. */
  public static final int ROWS = 12;

  /** The first date; two more follow. */
  public static final LocalDate DATE = LocalDate.of(2026, 2, 1);

  private static final int OF_A_DATE = 4;

  private static final String BEGIN =
      """
      table: types
      topic: types
      event_time: t
      version: "%d"
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

  /** A column that each row has to have. */
  private static final String FIRST = "  - {name: must, type: string, required: true}\n";

  /** The same may be absent, and there is a new one. */
  private static final String SECOND =
      "  - {name: must, type: string}\n  - {name: extra, type: string}\n";

  private final Path directory;
  private final List<String> flags;
  private SluiceOptions options;
  private long offset;

  /**
   * @param directory for contracts
   * @param flags of the lake and of its followers
   */
  public TypesLake(Path directory, List<String> flags) throws IOException {
    this.directory = directory;
    this.flags = List.copyOf(flags);
    this.options = options(1, FIRST);
  }

  /** From now on {@code must} is optional, and there is a column {@code extra}. */
  public void change() throws IOException {
    options = options(2, SECOND);
  }

  private SluiceOptions options(int version, String columns) throws IOException {
    Path contract = directory.resolve("types-" + version + ".yaml");
    Files.writeString(contract, BEGIN.formatted(version) + columns);
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of("--bootstrapServers=none:1", "--contract=" + contract, "--fileInterval=0s"));
    PipelineOptionsFactory.register(SluiceOptions.class);
    return PipelineOptionsFactory.fromArgs(all.toArray(new String[0])).as(SluiceOptions.class);
  }

  /** Writes all rows. */
  public void write() throws IOException {
    List<String> documents = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      documents.add(document(row));
    }
    write(documents);
  }

  /** Writes a row of the first date that has nothing but what is required, and an extra. */
  public void writeExtra(String extra) throws IOException {
    write(List.of("{\"t\":\"%sT20:00:00Z\",\"extra\":\"%s\"}".formatted(DATE, extra)));
  }

  private void write(List<String> documents) throws IOException {
    List<TimestampedValue<SourceRecord>> records = new ArrayList<>();
    Instant time = Instant.parse("2026-02-04T00:00:00Z");
    for (String document : documents) {
      records.add(
          TimestampedValue.of(
              new SourceRecord(
                  "s", 0, offset++, time.getMillis(), null, document.getBytes(UTF_8), List.of()),
              time));
    }
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
  }

  private String document(int row) {
    String required =
        "{\"t\":\"%sT10:00:%02d.123456Z\",\"must\":\"m\""
            .formatted(DATE.plusDays(row / OF_A_DATE), row);
    if (row % OF_A_DATE == OF_A_DATE - 1) {
      return required + "}";
    }
    return required
        + String.format(
            Locale.ROOT,
            """
            ,"s":"text ü %d","b":%b,"i":%d,"l":%d,"f":%d.5,"d":%de-3,
            "m5":%s,"m15":%s,"m38":%s,"day":"%s","raw":"%s","id":"00000000-0000-4000-8000-%012x",
            "js":{"i":%d},"counts":{"x":%d},"tags":["t%d"],"nested":{"x":%d,"y":[{"z":%s}]}}
            """,
            row,
            row % 3 == 0,
            row * 1000 - 5000,
            (row - 6) * 1_000_000_000_000L,
            row,
            row - 6,
            BigDecimal.valueOf(row - 6).add(new BigDecimal("0.25")),
            BigDecimal.valueOf(row)
                .scaleByPowerOfTen(10)
                .add(new BigDecimal("0.125"))
                .toPlainString(),
            BigDecimal.valueOf(row - 6)
                .scaleByPowerOfTen(20)
                .add(new BigDecimal("0.0123456789"))
                .toPlainString(),
            LocalDate.EPOCH.plusDays(row - 6),
            Base64.getEncoder().encodeToString(new byte[] {(byte) row}),
            row,
            row,
            row,
            row % OF_A_DATE,
            row,
            row / 2.0);
  }

  /** Publishes all dates and makes a follower equal to them, in one commit. */
  public void follow(String kind) throws IOException {
    Stores stores = LakeStores.lake(options);
    try (Store store = stores.open(options)) {
      LakeTable lake =
          LakeTable.open(store, stores, SluiceConfig.contract(options), LakeTable.Access.READ);
      for (LocalDate date : LakeFiles.dates(store, lake.table())) {
        new Publication(store, lake.table(), date).complete(Map.of());
      }
      try (Follower follower = FollowerKind.named("publish", kind).open(lake, options)) {
        Reconcile reconcile = new Reconcile(Published.in(store, lake.table()), follower, kind);
        for (Reconcile.Outcome outcome : reconcile.dates(reconcile.dates(), () -> {}).values()) {
          if (outcome.failed() != null) {
            throw new IOException(outcome.failed().getMessage(), outcome.failed());
          }
        }
      }
    }
  }

  /**
   * A filter, in words that most engines understand.
   *
   * @param rows how many it has to find
   */
  public record Filter(String where, int rows) {}

  /** One of each column and of the partition; none finds all rows, and none finds nothing. */
  public static List<Filter> filters() {
    return List.of(
        new Filter("t >= timestamp '2026-02-02 10:00:05 UTC'", 7),
        new Filter("t = timestamp '2026-02-02 10:00:05.123456 UTC'", 1),
        new Filter("s = 'text ü 5'", 1),
        new Filter("s > 'text ü 4'", 4),
        new Filter("s is null", 3),
        new Filter("b = true", 3),
        new Filter("i < 0", 4),
        new Filter("l > 0", 3),
        new Filter("f between 1 and 5", 3),
        new Filter("d >= 0", 4),
        new Filter("m5 < 0", 5),
        new Filter("m15 >= 80000000000.125", 3),
        new Filter("m38 < 0", 5),
        new Filter("day < date '1970-01-01'", 5),
        new Filter("raw >= X'05'", 5),
        new Filter("js like '{\"i\":1%'", 2),
        new Filter("element_at(counts, 'x') > 5", 4),
        new Filter("element_at(tags, 1) = 't1'", 3),
        new Filter("nested.x <= 2", 3),
        new Filter("element_at(nested.y, 1).z > 2", 5),
        new Filter("event_date = date '2026-02-02'", 4),
        new Filter("event_date > date '2026-02-01' and i < 0", 1));
  }
}
