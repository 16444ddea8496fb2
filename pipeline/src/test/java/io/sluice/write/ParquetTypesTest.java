package io.sluice.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type of a contract arrives as it was sent, in readers that are not ours: DuckDB, and Beam's
 * ParquetIO.
 */
@Tag("slow")
class ParquetTypesTest {
  private static final String CONTRACT =
      """
      table: types
      topic: types
      event_time: t
      zone: Asia/Tokyo
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: s, type: string, dictionary: false, bloom_filter: true}
        - {name: b, type: boolean}
        - {name: i, type: int32}
        - {name: l, type: int64, bloom_filter: true}
        - {name: f, type: float}
        - {name: d, type: double}
        - {name: m5, type: "decimal(5,2)"}
        - {name: m15, type: "decimal(15,3)"}
        - {name: m38, type: "decimal(38,10)"}
        - {name: day, type: date}
        - {name: ms, type: "timestamp(millis, epoch_ms)"}
        - {name: ns, type: timestamp(nanos)}
        - {name: ns_bloom, type: "timestamp(nanos, epoch_ns)", bloom_filter: true}
        - {name: ns_list, type: {list: {struct: [{name: at, type: "timestamp(nanos, epoch_s)"}]}}}
        - {name: raw, type: bytes}
        - {name: clock, type: time}
        - {name: id, type: uuid, bloom_filter: true}
        - {name: js, type: json}
        - {name: counts, type: {map: int64}}
        - {name: by_key, type: {map: {list: {struct: [{name: id, type: uuid}, {name: at, type: time}]}}}}
        - {name: tags, type: {list: string}}
        - {name: nested, type: {struct: [{name: x, type: int32, required: true}, {name: y, type: {list: {struct: [{name: z, type: double}]}}}]}}
      """;
  private static final String FULL =
      """
      {"t":"2026-01-31T23:59:59.123456Z","s":"naïve 😀","b":true,"i":-2147483648,"l":9223372036854775807,"f":0.5,"d":-1e-300,
       "m5":-123.45,"m15":123456789012.345,"m38":-1234567890123456789012345678.0123456789,"day":"1969-12-31","ms":-1,"raw":"AP8=",
       "ns":"2262-04-11T23:47:16.854774999Z","ns_bloom":-1,"ns_list":[{"at":1769903999.123456789},null,{"at":-9223372036.854775}],
       "clock":"23:59:59.9999999","id":"C0FFEE00-1234-4abc-8def-0123456789ab","js":{"b": [1.50, null, "\u00e9"], "a":{}},
       "counts":{"x":1,"":null,"naïve":-9},"by_key":{"k":[{"id":"00000000-0000-0000-0000-000000000001","at":"00:00"},null],"none":[]},
       "tags":["a",null,""],"nested":{"x":1,"y":[{"z":1.5},{},null]}}
      """;
  private static final String SPARSE =
      "{\"t\":\"2026-02-01T00:00:00Z\",\"tags\":[],\"nested\":{\"x\":2}}";

  @TempDir Path directory;

  private SluiceOptions options(String lake) throws Exception {
    Path contract = directory.resolve("types.yaml");
    Files.writeString(contract, CONTRACT);
    PipelineOptionsFactory.register(SluiceOptions.class);
    return PipelineOptionsFactory.fromArgs(
            "--bootstrapServers=none:1",
            "--lake=" + directory.resolve(lake),
            "--deadLetters=" + directory.resolve(lake),
            "--contract=" + contract,
            "--fileInterval=0s")
        .as(SluiceOptions.class);
  }

  private static TimestampedValue<SourceRecord> record(long offset, String json) {
    Instant time = Instant.parse("2026-02-01T00:00:00Z");
    return TimestampedValue.of(
        new SourceRecord("s", 0, offset, time.getMillis(), null, json.getBytes(UTF_8), List.of()),
        time);
  }

  private void write(SluiceOptions options, List<TimestampedValue<SourceRecord>> records)
      throws Exception {
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
  }

  private static List<String> query(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set timezone='UTC'");
      try (ResultSet rows = statement.executeQuery(sql)) {
        List<String> values = new ArrayList<>();
        while (rows.next()) {
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            values.add(rows.getString(i));
          }
        }
        return values;
      }
    }
  }

  @Test
  void duckDbReadsEveryTypeAsItWasSent() throws Exception {
    write(options("lake"), List.of(record(0, FULL), record(1, SPARSE)));
    String files =
        "read_parquet('" + directory + "/lake/types/*/*.parquet', hive_partitioning=true)";
    // 23:59 UTC is the next day in Tokyo, and so is the date.
    assertEquals(
        List.of(
            "2026-02-01",
            "1769903999123456",
            "naïve 😀",
            "true",
            "-2147483648",
            "9223372036854775807",
            "0.5",
            "-1.0E-300",
            "-123.45",
            "123456789012.345",
            "-1234567890123456789012345678.0123456789",
            "1969-12-31",
            "-1",
            "9223372036854774",
            "00FF",
            "23:59:59.999999",
            "c0ffee00-1234-4abc-8def-0123456789ab",
            "{\"a\":{},\"b\":[1.50,null,\"é\"]}",
            "{x=1, ''=NULL, naïve=-9}",
            "{k=[{'id': 00000000-0000-0000-0000-000000000001, 'at': '00:00:00'}, NULL], none=[]}",
            "[a, NULL, '']",
            "{'x': 1, 'y': [{'z': 1.5}, {'z': NULL}, NULL]}"),
        query(
            "select event_date::varchar, epoch_us(t), s, b, i, l, f, d, m5, m15, m38, day::varchar, epoch_ms(ms), epoch_us(ns), hex(raw), clock::varchar, id::varchar, js::varchar, counts::varchar, by_key::varchar, tags::varchar,"
                + " nested::varchar from "
                + files
                + " where s is not null"));
    assertEquals(
        List.of("[]", "{'x': 2, 'y': NULL}"),
        query(
            "select tags::varchar, nested::varchar from "
                + files
                + " where s is null and b is null and m38 is null"));
    assertEquals(
        List.of("TIMESTAMP WITH TIME ZONE"), query("select distinct typeof(t) from " + files));
    assertEquals(
        List.of("ZSTD"),
        query(
            "select distinct compression from parquet_metadata('"
                + directory
                + "/lake/types/*/*.parquet')"));
    assertEquals(
        List.of("id", "l", "ns_bloom", "s"),
        query(
            "select distinct path_in_schema from parquet_metadata('"
                + directory
                + "/lake/types/*/*.parquet') where bloom_filter_offset is not null order by 1"));
  }

  /** DuckDB 1 shows microseconds of them; parquet-java shows what is in the file. */
  @Test
  void nanosecondsAreKept() throws Exception {
    write(options("lake"), List.of(record(0, FULL), record(1, SPARSE)));
    assertNanosAreKept("lake");
    assertEquals(
        List.of(
            "TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=<null>, NANOS=NanoSeconds()))"),
        query(
            "select distinct logical_type from parquet_schema('"
                + directory
                + "/lake/types/*/*.parquet') where name in ('ns', 'ns_bloom', 'at') and logical_type like 'Timestamp%'"));
  }

  private void assertNanosAreKept(String lake) {
    Pipeline pipeline = Pipeline.create();
    PAssert.that(
            pipeline
                .apply(FileIO.match().filepattern(directory + "/" + lake + "/types/*/*.parquet"))
                .apply(FileIO.readMatches())
                .apply(
                    ParquetIO.parseFilesGenericRecords(new Nanos())
                        .withCoder(StringUtf8Coder.of())))
        .containsInAnyOrder(
            "9223372036854774999 -1 [{\"element\": {\"at\": 1769903999123456789}}, {\"element\": null},"
                + " {\"element\": {\"at\": -9223372036854775000}}]",
            "null null null");
    pipeline.run().waitUntilFinish();
  }

  private static final class Nanos implements SerializableFunction<GenericRecord, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String apply(GenericRecord record) {
      return record.get("ns") + " " + record.get("ns_bloom") + " " + record.get("ns_list");
    }
  }

  @Test
  void beamsParquetIoReadsThem() throws Exception {
    write(options("lake"), List.of(record(0, FULL), record(1, SPARSE)));
    Pipeline pipeline = Pipeline.create();
    PAssert.that(
            pipeline
                .apply(FileIO.match().filepattern(directory + "/lake/types/*/*.parquet"))
                .apply(FileIO.readMatches())
                .apply(
                    ParquetIO.parseFilesGenericRecords(new Name()).withCoder(StringUtf8Coder.of())))
        .containsInAnyOrder("naïve 😀 -2147483648", "null null");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aFlippedBitBreaksTheSealWhereverItIs() throws Exception {
    SluiceOptions options = options("lake");
    write(options, List.of(record(0, FULL), record(1, SPARSE)));
    Store store =
        new Stores(directory.resolve("lake").toString(), LakeStores.lake(options).s3(), false)
            .open(options);
    Store.Entry file =
        store.list("types/").stream().filter(e -> e.key().endsWith(".parquet")).findFirst().get();
    Path path = directory.resolve("lake").resolve(file.key());
    byte[] bytes = Files.readAllBytes(path);
    assertEquals(
        new Seal.Check(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)), true),
        Seal.check(store, file));
    List<Integer> unseen = new ArrayList<>();
    // Some thousand of them: headers, pages, indexes and footer each have many.
    for (int at = 0; at < bytes.length; at += 1 + bytes.length / 3000) {
      bytes[at] ^= 1;
      Files.write(path, bytes);
      if (Seal.check(store, file).intact()) {
        unseen.add(at);
      }
      bytes[at] ^= 1;
    }
    assertEquals(List.of(), unseen);
  }

  private static final class Name implements SerializableFunction<GenericRecord, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String apply(GenericRecord record) {
      return record.get("s") + " " + record.get("i");
    }
  }

  /** The bundle's size decides how large blocks are, and nothing else. */
  @Test
  void theRowsAreTheSameWhateverTheBundles() throws Exception {
    List<TimestampedValue<SourceRecord>> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      records.add(record(i, SPARSE.replace("\"x\":2", "\"x\":" + i)));
    }
    // One bundle of all, against a bundle for each.
    write(options("one"), records);
    SluiceOptions options = options("many");
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    org.apache.beam.sdk.testing.TestStream.Builder<SourceRecord> stream =
        org.apache.beam.sdk.testing.TestStream.create(SourceRecordCoder.of());
    for (TimestampedValue<SourceRecord> record : records) {
      stream = stream.addElements(record);
    }
    sluice.build(pipeline.apply(stream.advanceWatermarkToInfinity()));
    pipeline.run().waitUntilFinish();
    TreeSet<String> one = new TreeSet<>(rows("one"));
    assertEquals(300, one.size());
    assertEquals(one, new TreeSet<>(rows("many")));
  }

  /** The way by rows and the way from bytes to blocks write the same values. */
  @Test
  void aTransformSeesTheRowsThatWouldBeWritten() throws Exception {
    List<TimestampedValue<SourceRecord>> records =
        List.of(record(0, FULL), record(1, SPARSE), record(2, "?"));
    write(options("straight"), records);
    SluiceOptions options = options("transformed");
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(
        pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())), new Shout());
    pipeline.run().waitUntilFinish();
    String all =
        "select t, s, b, i, l, f, d, m5, m15, m38, day, ms, ns, ns_bloom, ns_list, raw, clock, id, js, counts, by_key, tags, nested from '";
    assertEquals(
        List.of("NAÏVE 😀"),
        query(
            "select s from '" + directory + "/transformed/types/*/*.parquet' where s is not null"));
    assertEquals(
        List.of("2"),
        query(
            "select count(*) from ("
                + all.replace(" s,", " upper(s),")
                + directory
                + "/straight/types/*/*.parquet' intersect "
                + all
                + directory
                + "/transformed/types/*/*.parquet')"));
    assertEquals(
        List.of("1"),
        query(
            "select count(*) from '" + directory + "/transformed/types_dead_letters/*/*.parquet'"));
    assertNanosAreKept("straight");
    assertNanosAreKept("transformed");
  }

  private static final class Shout extends PTransform<PCollection<Row>, PCollection<Row>> {
    private static final long serialVersionUID = 1L;

    @Override
    public PCollection<Row> expand(PCollection<Row> rows) {
      return rows.apply(
              MapElements.into(TypeDescriptors.rows())
                  .via(
                      row ->
                          row.getString("s") == null
                              ? row
                              : Row.fromRow(row)
                                  .withFieldValue(
                                      "s", row.getString("s").toUpperCase(java.util.Locale.ROOT))
                                  .build()))
          .setRowSchema(rows.getSchema());
    }
  }

  private List<String> rows(String lake) throws Exception {
    return query(
        "select event_date::varchar || nested.x from read_parquet('"
            + directory
            + "/"
            + lake
            + "/types/*/*.parquet', hive_partitioning=true)");
  }

  @Test
  void twoTablesLiveInOneLake() throws Exception {
    write(options("lake"), List.of(record(0, FULL)));
    SluiceOptions other = options("lake");
    Path contract = directory.resolve("other.yaml");
    Files.writeString(contract, CONTRACT.replace("table: types", "table: types_too"));
    other.setContract(List.of(contract.toString()));
    other.setShards(2);
    write(other, List.of(record(0, FULL), record(1, "?")));
    assertEquals(
        List.of("1"),
        query("select count(*) from read_parquet('" + directory + "/lake/types/*/*.parquet')"));
    assertEquals(
        List.of("1"),
        query("select count(*) from read_parquet('" + directory + "/lake/types_too/*/*.parquet')"));
    assertEquals(
        List.of("1"),
        query(
            "select count(*) from read_parquet('"
                + directory
                + "/lake/types_too_dead_letters/*/*.parquet')"));
    try (Stream<Path> descriptors = Files.list(directory.resolve("lake/_sluice"))) {
      assertEquals(4, descriptors.filter(file -> file.toString().endsWith(".json")).count());
    }
  }
}
