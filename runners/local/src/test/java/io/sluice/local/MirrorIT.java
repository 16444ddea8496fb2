package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.DuckDb;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.cli.Main;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice mirror} as users call it: by the launcher, on Flink in this process. */
class MirrorIT {
  private static final String CONTRACT =
      """
      table: order_changes
      topic: shop.public.orders
      format: {name: debezium, key: [id], truncates: row}
      event_time: changed_at
      position_columns: true
      columns:
        - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        - {name: op, path: _op, type: string, required: true}
        - {name: lsn, path: _lsn, type: int64}
        - {name: unavailable, path: _unavailable, type: {list: string}}
        - {name: id, type: int64}
        - {name: status, type: string}
        - {name: tags, type: {list: string}}
        - {name: total, type: "decimal(12,2)"}
      """;

  @TempDir Path directory;
  private List<String> flags;
  private long offset;

  @BeforeEach
  void begin() throws IOException {
    Path contract = Files.writeString(directory.resolve("orders.yaml"), CONTRACT);
    flags = List.of("--contract=" + contract, "--lake=" + directory.resolve("lake"));
  }

  private void append(String... envelopes) throws IOException {
    SluiceOptions options = SluiceFlags.read(flags);
    Contract contract = SluiceConfig.contract(options);
    Stores stores = LakeStores.lake(options);
    try (Store store = stores.open(options);
        RecordDecoder decoder =
            new RecordDecoder(contract, SluiceConfig.decoding(options).unlimited())) {
      LakeTable table = LakeTable.begin(store, stores, contract, 2, false);
      LogWriter writer =
          new LogWriter(table, store, SluiceConfig.write(options), false, (d, f, p) -> {});
      for (String envelope : envelopes) {
        SourceRecord record =
            new SourceRecord(
                "cluster/orders",
                0,
                offset++,
                1_767_323_046_000L,
                null,
                envelope.getBytes(UTF_8),
                List.of());
        Outcome outcome = decoder.decode(record);
        writer.add(decoder.rows(record, assertInstanceOf(Outcome.Accepted.class, outcome)));
      }
      writer.flush();
    }
  }

  private static String envelope(String op, String before, String after, long lsn) {
    return "{\"before\":%s,\"after\":%s,\"source\":{\"ts_us\":%d,\"lsn\":%d},\"op\":\"%s\",\"ts_ms\":1}"
        .formatted(before, after, 1_767_323_045_000_000L + lsn, lsn, op);
  }

  private String said(int status, String... more) {
    return ran("mirror", status, more);
  }

  private String ran(String verb, int status, String... more) {
    List<String> all = new ArrayList<>(List.of(verb));
    all.addAll(flags);
    all.addAll(List.of(more));
    PrintStream out = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, UTF_8));
    try {
      assertEquals(status, Main.execute(all.toArray(new String[0])), () -> said.toString(UTF_8));
    } finally {
      System.setOut(out);
    }
    return said.toString(UTF_8);
  }

  private List<String> rows(String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of("--files"));
    all.addAll(List.of(more));
    String files =
        said(0, all.toArray(new String[0]))
            .lines()
            .map(place -> "'" + place.substring("file://".length()) + "'")
            .collect(Collectors.joining(","));
    return DuckDb.query(
        "select id, status, array_to_string(tags, '+'), total from read_parquet(["
            + files
            + "]) order by id");
  }

  @Test
  void currentRowsAreMadeAndMadeAgainFromWhatIsNew() throws Exception {
    append(
        envelope(
            "r",
            "null",
            "{\"id\":1,\"status\":\"NEW\",\"tags\":[\"a\",\"b\"],\"total\":\"BNI=\"}",
            10),
        envelope("c", "null", "{\"id\":2,\"status\":\"NEW\"}", 11),
        envelope("c", "null", "{\"id\":3,\"status\":\"NEW\"}", 12));
    String first = said(0, "--buckets=2");
    assertTrue(first.contains("version 1: 3 rows"), first);
    append(
        envelope("u", "null", "{\"id\":2,\"status\":\"PAID\"}", 20),
        envelope("d", "{\"id\":3}", "null", 21));
    String dry = said(0, "--dry-run");
    assertTrue(dry.contains("Nothing was changed"), dry);
    String second = said(0);
    assertTrue(second.contains("version 2: 2 rows"), second);
    assertEquals(List.of("1 NEW a+b 12.34", "2 PAID null null"), rows());
    assertEquals(
        List.of("1 NEW a+b 12.34", "2 NEW null null", "3 NEW null null"),
        rows("--mirrorVersion=1"));
    assertTrue(said(0).contains("is up to date"), "nothing is new");
    String json = said(0, "--json");
    assertTrue(json.contains("\"version\":2"), json);
  }

  /** On an S3 server: the mirror is found, and what is read later does not bring it back. */
  @Test
  void whatIsErasedGoesFromItToo() throws Exception {
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), "lake")) {
      List<String> all = new ArrayList<>(s3.flags());
      all.add(flags.get(0));
      all.add("--lake=s3://lake/rows");
      flags = all;
      append(
          envelope("c", "null", "{\"id\":1,\"status\":\"SECRET-ONE\"}", 10),
          envelope("c", "null", "{\"id\":2,\"status\":\"NEW\"}", 11),
          envelope("d", "{\"id\":3}", "null", 12));
      said(0, "--buckets=2");
      String erased = ran("erase", 0, "--where=status = SECRET-ONE", "--settle=0s", "--grace=0s");
      assertTrue(erased.contains("rows=1 left=0 undecided=0"), erased);
      assertTrue(erased.contains(" derived=1\n"), erased);
      assertEquals(List.of("2 NEW"), rowsOnS3());
      assertTrue(said(0).contains("is up to date"), "nothing is new");
      append(envelope("u", "null", "{\"id\":2,\"status\":\"PAID\"}", 20));
      said(0);
      assertEquals(List.of("2 PAID"), rowsOnS3());
      said(0, "--from-scratch", "--buckets=2");
      assertEquals(List.of("2 PAID"), rowsOnS3());
    }
  }

  private List<String> rowsOnS3() throws Exception {
    String files =
        said(0, "--files")
            .lines()
            .map(
                place ->
                    "'"
                        + directory.resolve("s3/lake/" + place.substring("s3://lake/".length()))
                        + "'")
            .collect(Collectors.joining(","));
    return DuckDb.query("select id, status from read_parquet([" + files + "]) order by id");
  }

  @Test
  void aTableThatFollowsIsNamedAndOneThatFailsEndsWithAStatus() throws Exception {
    append(envelope("c", "null", "{\"id\":1,\"status\":\"NEW\"}", 10));
    String first = said(0, "--publish=delta");
    assertTrue(first.contains("delta: equal to version 1, as 0; 1 files added, 0 removed"), first);
    Path log = directory.resolve("lake/order_changes_current/_delta_log");
    Path gap = Files.writeString(log.resolve("00000000000000000009.json"), "{}");
    append(envelope("u", "null", "{\"id\":1,\"status\":\"PAID\"}", 20));
    String failed = said(Main.USER_ERROR, "--publish=delta", "--grace=0s");
    assertTrue(failed.contains("version 2: 1 rows"), failed);
    assertTrue(failed.contains("delta: failed: "), failed);
    assertEquals(List.of("1 NEW null null"), rows("--mirrorVersion=1"));
    Files.delete(gap);
    String json = said(0, "--publish=delta", "--json");
    assertTrue(
        json.contains(
            "\"followers\":[{\"follower\":\"delta\",\"version\":2,\"target\":\"1\",\"files\":1,\"added\":1,\"removed\":1}]"),
        json);
    said(Main.USER_ERROR, "--publish=glue", "--glueDatabase=x");
  }

  @Test
  void whatCannotBeDoneIsOneLine() {
    said(Main.USER_ERROR, "--mirrorVersion=1");
    said(Main.USER_ERROR, "--buckets=0");
    // There is no lake yet.
    said(Main.USER_ERROR);
  }
}
