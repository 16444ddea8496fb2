package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.audit.Audit;
import io.sluice.audit.AuditReport;
import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Compact;
import io.sluice.compact.Rebuild;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.replay.Fixes;
import io.sluice.replay.LakeTarget;
import io.sluice.replay.Replay;
import io.sluice.replay.ReplayReport;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.TestRegistry;
import io.sluice.source.ListSource;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import io.sluice.source.SourceRecordCoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is proved of a lake, whatever its records are written in: each is once a row, a dead letter
 * or skipped, and so it stays through a replay, a compaction and a rebuild; rows have the values
 * that were sent, and dead letters the bytes. A format's test extends this with its own records.
 */
@Tag("slow")
public abstract class FormatProofContract {
  private static final LocalDate DATE = LocalDate.of(2026, 3, 10);
  private static final List<LocalDate> DATES = List.of(DATE, DATE.plusDays(1));
  private static final int PARTITIONS = 2;

  /** Of each kind. */
  private static final int ODD = 4;

  private static final int MOST_SHOWN = 8;

  /** How many good records there are, of which the first half is the first to be written. */
  protected static final int GOOD = 200;

  /** A record as it is sent. */
  public record Sent(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    public static Sent of(byte @Nullable [] value) {
      return new Sent(null, value, List.of());
    }
  }

  /**
   * A record that the first contract accepts.
   *
   * @param row its columns but that of the event time, as DuckDB has them as texts, with a bar
   *     between
   */
  public record Good(Sent sent, String row) {}

  /**
   * A record that the first contract does not accept.
   *
   * @param reason why; null for one that is skipped
   * @param mended its row under the second contract, or once its schema is registered; null where
   *     it has none then either
   */
  public record Odd(Sent sent, @Nullable Reason reason, @Nullable String mended) {}

  /** As a contract names the format. */
  protected abstract String format();

  /**
   * The contract: its keys {@code format}, {@code event_time} and {@code columns}, with {@code %s}
   * where its two versions differ.
   */
  protected abstract String contract();

  /** What the first version has there. */
  protected String firstKeys() {
    return "";
  }

  /** What the second one has, which accepts what the first does, and some of what it does not. */
  protected String nextKeys() {
    return ", coerce: true";
  }

  /**
   * A good record.
   *
   * @param number from 0 on: where schemas evolve, those of the second half are of a later one
   * @param time its event time, whole seconds
   */
  protected abstract Good good(int number, Instant time);

  /** One record of each kind that is no row, of this event time where it has one. */
  protected abstract List<Odd> odd(Instant time);

  /** The schemas that records name, by id. */
  protected Map<Integer, RegisteredSchema> schemas() {
    return Map.of();
  }

  /** Those that come too late: until they do, records that name them are dead letters. */
  protected Map<Integer, RegisteredSchema> lateSchemas() {
    return Map.of();
  }

  @TempDir Path directory;
  private final List<SourceRecord> records = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private final TreeMap<String, String> rows = new TreeMap<>();
  private final TreeMap<String, String> mended = new TreeMap<>();
  private final TreeMap<String, String> letters = new TreeMap<>();
  private long skipped;
  private ListSource source;

  private SluiceOptions options(String version, String keys) throws Exception {
    Path contract = directory.resolve("contract-" + version + ".yaml");
    Files.writeString(
        contract,
        "table: proof\nsource: {name: lists, of: %s}\nversion: %s\nposition_columns: true\n%s"
            .formatted(source.name(), version, keys));
    return SluiceFlags.read(
        List.of(
            "--bootstrapServers=none:1",
            "--contract=" + contract,
            "--schemaRegistry=" + TestRegistry.address(source.name()),
            "--lake=" + directory.resolve("lake"),
            "--deadLetters=" + directory.resolve("dead"),
            "--shards=1",
            "--fileInterval=0s"));
  }

  private void register(Map<Integer, RegisteredSchema> schemas) {
    schemas.forEach((id, schema) -> TestRegistry.register(source.name(), id, schema));
  }

  /** Both dates and both partitions have records of each half. */
  private void send() {
    source = new ListSource("proof_" + format());
    source.create(PARTITIONS);
    register(schemas());
    long[] ends = new long[PARTITIONS];
    for (int i = 0; i < GOOD; i++) {
      Instant time =
          DATES.get(i / 2 % 2).atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(60L * i);
      Good good = good(i, time);
      rows.put(send(i % 2, ends, good.sent(), time), time.getEpochSecond() + "|" + good.row());
      if (i % (GOOD / ODD) == 7) {
        // As the marker of a transaction: no record.
        source.leaveOut(i % 2);
        ends[i % 2]++;
        for (Odd odd : odd(time)) {
          sendOdd(odd, i % 2, ends, time);
        }
      }
    }
  }

  private void sendOdd(Odd odd, int partition, long[] ends, Instant time) {
    String position = send(partition, ends, odd.sent(), time);
    if (odd.mended() != null) {
      mended.put(position, time.getEpochSecond() + "|" + odd.mended());
    }
    if (odd.reason() == null) {
      skipped++;
    } else {
      letters.put(position, odd.reason() + "|" + text(odd.sent()));
    }
  }

  private String send(int partition, long[] ends, Sent sent, Instant time) {
    source.send(
        partition,
        new SourceRecord("", 0, 0, time.toEpochMilli(), sent.key(), sent.value(), sent.headers()));
    String position = partition + ":" + ends[partition]++;
    order.add(position);
    return position;
  }

  private static String text(Sent sent) {
    return hex(sent.key())
        + "|"
        + hex(sent.value())
        + "|"
        + sent.headers().stream()
            .map(header -> header.key() + "=" + hex(header.value()))
            .collect(Collectors.joining(","));
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "null" : HexFormat.of().withUpperCase().formatHex(bytes);
  }

  private static void run(SluiceConfig config, SluiceOptions options, List<SourceRecord> some)
      throws Exception {
    SluicePipeline sluice = SluicePipeline.open(config, options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(Create.of(some).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
  }

  private void assertRows(Contract contract, Map<String, String> expected) throws Exception {
    String time = contract.columns().get(contract.eventTime()).name();
    String values =
        contract.columns().stream()
            .filter(column -> !column.name().equals(time) && !column.name().startsWith("_"))
            .map(column -> "coalesce(\"" + column.name() + "\"::varchar, 'null')")
            .collect(Collectors.joining(", '|', "));
    assertSame(
        expected,
        query(
            "_partition",
            "_offset",
            "concat(epoch_ms(\"" + time + "\") // 1000, '|', " + values + ")",
            "lake/proof/*/*.parquet"));
  }

  private static void assertSame(Map<String, String> expected, Map<String, String> actual) {
    TreeSet<String> positions = new TreeSet<>(expected.keySet());
    positions.addAll(actual.keySet());
    List<String> different =
        positions.stream()
            .filter(at -> !Objects.equals(expected.get(at), actual.get(at)))
            .map(at -> "\n" + at + ": " + expected.get(at) + " was sent\n" + actual.get(at))
            .toList();
    assertEquals(List.of(), different.subList(0, Math.min(MOST_SHOWN, different.size())));
  }

  /** By position, which is once in the files. */
  private Map<String, String> query(String partition, String offset, String what, String files)
      throws Exception {
    TreeMap<String, String> found = new TreeMap<>();
    for (String line :
        DuckDb.query(
            "select concat(%s, ':', %s, ' ', %s) from read_parquet('%s/%s', union_by_name=true)"
                .formatted(partition, offset, what, directory, files))) {
      String[] parts = line.split(" ", 2);
      assertEquals(null, found.put(parts[0], parts[1]), parts[0] + " is there twice");
    }
    return found;
  }

  private void assertLetters() throws Exception {
    assertSame(
        letters,
        query(
            "\"partition\"",
            "\"offset\"",
            "concat(reason, '|', coalesce(hex(key), 'null'), '|', coalesce(hex(value), 'null'), '|',"
                + " array_to_string([h.key || '=' || coalesce(hex(h.value), 'null') for h in headers], ','))",
            "dead/proof_dead_letters/*/*.parquet"));
  }

  private Replay replay(SluiceConfig config, LakeTarget target, Store dead) {
    return new Replay(
        config.contract(),
        Fixes.NONE,
        config.decoding(),
        dead,
        target,
        new Replay.Choice(Set.of(), null, null, false, 5, false));
  }

  /** What the second contract makes of the dead letters. */
  private void assertReplayed(SluiceConfig config, Store lake, Store dead) throws Exception {
    LakeTable table =
        LakeTable.open(lake, config.lake(), config.contract(), LakeTable.Access.WRITE);
    for (boolean isFirst : new boolean[] {true, false}) {
      try (Replay replay = replay(config, new LakeTarget(table, lake, config.write()), dead)) {
        ReplayReport report = replay.run(done -> {});
        assertEquals(letters.size(), report.letters());
        assertEquals(isFirst ? mended.size() : 0, report.recovered(), report.line());
        assertEquals(isFirst ? 0 : mended.size(), report.already(), report.line());
        assertEquals(letters.size() - mended.size(), report.dead(), report.line());
      }
    }
  }

  /** Each offset was a row, a dead letter or skipped, and is so once. */
  private void assertProved(SluiceConfig config, Store lake, Store dead, long recovered)
      throws Exception {
    Audit audit = new Audit(lake, dead, config.contract(), source, config.decoding().schemas());
    AuditReport report =
        audit.run(
            new Audit.Request(
                true,
                true,
                true,
                null,
                null,
                recorded -> config.timing(),
                Duration.ofMinutes(10),
                Audit.Expiry.NEVER));
    assertTrue(report.complete(), report.line());
    assertEquals(
        "lake=%d dead=%d lost=0 duplicate=0 waiting=0 skipped=%d recovered=%d damaged=[]"
            .formatted(GOOD + recovered, letters.size() - recovered, skipped, recovered),
        "lake=%d dead=%d lost=%d duplicate=%d waiting=%d skipped=%d recovered=%d damaged=%s"
            .formatted(
                report.lake(),
                report.dead(),
                report.lost(),
                report.duplicate(),
                report.waiting(),
                report.skipped(),
                report.recovered(),
                report.damaged()),
        report.line());
  }

  private void compact(Contract contract, Store lake) throws Exception {
    Compact.Settings settings = new Compact.Settings(1 << 20, Duration.ZERO, 3, false);
    for (LocalDate date : DATES) {
      new Publication(lake, contract.lakeTable(), date).complete(Map.of());
      Compact.Result result =
          new Compact(lake, contract.lakeTable(), settings, bytes -> {}).run(date, false);
      assertTrue(result.rewritten() > 1, result.toString());
    }
  }

  private void rebuild(SluiceConfig config, Store lake, Store dead) throws Exception {
    Contract contract = config.contract();
    LakeTable rebuilt = LakeTable.open(lake, config.lake(), contract, LakeTable.Access.WRITE);
    long derived = 0;
    try (SourceReader reader = source.open()) {
      Rebuild rebuild =
          new Rebuild(
              rebuilt.resolve(contract),
              rebuilt,
              () -> rebuilt,
              lake,
              LakeTable.open(
                  dead, config.deadLetters(), DeadLetters.table(contract), LakeTable.Access.READ),
              dead,
              reader,
              new Rebuild.Settings(config.write(), Duration.ZERO, false, false, config.decoding()),
              read -> {},
              BeforeDeletion.NOTHING);
      for (LocalDate date : DATES) {
        Rebuild.Result result = rebuild.run(date, false);
        assertEquals(0, result.missing() + result.rejected(), result.toString());
        derived += result.derived();
      }
    }
    assertEquals(GOOD + skipped, derived);
  }

  @Test
  void whatWasSentIsThereOnceThroughReplayCompactionAndRebuild() throws Exception {
    send();
    SluiceOptions firstFlags = options("one", contract().formatted(firstKeys()));
    SluiceConfig first = SluiceConfig.from(firstFlags);
    assertEquals(format(), first.contract().format().name());
    SluiceOptions nextFlags = options("two", contract().formatted(nextKeys()));
    SluiceConfig next = SluiceConfig.from(nextFlags);
    try (SourceReader reader = source.open();
        Store lake = first.lake().open(firstFlags);
        Store dead = first.deadLetters().open(firstFlags)) {
      reader.read(reader.beginnings(), reader.ends(), records::add);
      records.sort(
          Comparator.comparing(one -> order.indexOf(one.partition() + ":" + one.offset())));
      RunStarts.record(
          lake, "proof", reader.id().text(), reader.beginnings(), true, first.timing());
      run(first, firstFlags, records.subList(0, records.size() / 2));
      run(first, firstFlags, records);
      assertRows(first.contract(), rows);
      assertLetters();
      assertProved(first, lake, dead, 0);

      register(lateSchemas());
      assertFalse(mended.isEmpty(), "the second contract accepts nothing more");
      assertReplayed(next, lake, dead);
      rows.putAll(mended);
      assertRows(next.contract(), rows);
      assertProved(next, lake, dead, mended.size());

      compact(next.contract(), lake);
      assertRows(next.contract(), rows);
      assertProved(next, lake, dead, mended.size());

      List<Store.Entry> compacted = LakeFiles.list(lake, "proof/");
      rebuild(next, lake, dead);
      assertFalse(compacted.equals(LakeFiles.list(lake, "proof/")), "nothing was written");
      assertRows(next.contract(), rows);
      assertProved(next, lake, dead, mended.size());

      List<Store.Entry> rebuilt = LakeFiles.list(lake, "proof/");
      run(next, nextFlags, records);
      assertEquals(rebuilt, LakeFiles.list(lake, "proof/"), "a record was written again");
      assertRows(next.contract(), rows);
      assertLetters();
    }
  }
}
