package io.sluice.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.complete.LiveFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.Gaps;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table of two dates, to be derived again of a topic that is a list. */
abstract class RebuildFixture {
  static final String YAML =
      """
      table: events
      topic: events
      event_time: t
      version: "%s"
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: n, type: %s}
      """;
  static final LocalDate DATE = LocalDate.of(2026, 2, 1);
  static final Instant NOON = Instant.parse("2026-02-01T12:00:00Z");
  static final WriteSettings WRITE = new WriteSettings(1 << 20, Duration.ZERO, 1);
  static final int ROWS = 60;
  static final String SOURCE = "cluster/topic/id";

  @TempDir Path directory;
  final List<SourceRecord> topic = new ArrayList<>();
  long beginning;
  String source = SOURCE;
  Store store;

  /** A row a minute, those of every second partition's last ten on the day after; some are bad. */
  @BeforeEach
  void write() throws Exception {
    store = stores().open(PipelineOptionsFactory.create());
    for (int partition = 0; partition < 2; partition++) {
      for (int i = 0; i < ROWS; i++) {
        Instant time =
            NOON.plus(Duration.ofMinutes(i))
                .plus(i < ROWS - 10 ? 0 : 1, java.time.temporal.ChronoUnit.DAYS);
        String n = i % 10 == 9 ? "\"many\"" : String.valueOf(i % 10 == 8 ? 3_000_000_000L + i : i);
        topic.add(
            new SourceRecord(
                SOURCE,
                partition,
                i,
                time.toEpochMilli(),
                null,
                ("{\"t\":\"" + time + "\",\"n\":" + n + "}").getBytes(UTF_8),
                List.of()));
      }
    }
  }

  Stores stores() {
    return TestStores.of(directory.resolve("lake"));
  }

  static Contract contract(String version, String type) throws IOException {
    Path file = Files.createTempFile("rebuild", ".yaml");
    Files.writeString(file, YAML.formatted(version, type));
    try {
      return ContractParser.read(file);
    } finally {
      Files.delete(file);
    }
  }

  class Records implements SourceReader {
    @Override
    public SourceId id() {
      return new SourceId(source);
    }

    @Override
    public Map<Integer, Long> beginnings() {
      return new TreeMap<>(Map.of(0, beginning, 1, beginning));
    }

    @Override
    public Map<Integer, Long> at(long epochMillis) {
      Map<Integer, Long> at = new TreeMap<>(Map.of(0, (long) ROWS, 1, (long) ROWS));
      topic.stream()
          .filter(record -> record.recordTime() >= epochMillis)
          .forEach(record -> at.merge(record.partition(), record.offset(), Math::min));
      return at;
    }

    @Override
    public Map<Integer, Long> ends() {
      return new TreeMap<>(Map.of(0, (long) ROWS, 1, (long) ROWS));
    }

    @Override
    public Cleanup cleanup() {
      return Cleanup.RETENTION;
    }

    @Override
    public List<Integer> partitions() {
      return List.of(0, 1);
    }

    @Override
    public void requireReadable() {}

    @Override
    public void requireEnds(Map<Integer, Long> starts) {}

    @Override
    public <E extends Exception> void read(
        Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
      Gaps<E> gaps = new Gaps<>(from, ends, this::cleanup, reader);
      for (int partition : from.keySet()) {
        gaps.deleted(partition, beginning);
      }
      for (SourceRecord record : topic) {
        if (record.offset() >= Math.max(from.getOrDefault(record.partition(), 0L), beginning)) {
          gaps.record(record);
        }
      }
    }

    @Override
    public void close() {}
  }

  Rebuild rebuild(Store at, Contract contract, boolean replaceDamaged) throws IOException {
    return rebuild(at, contract, replaceDamaged, Duration.ofDays(1));
  }

  Rebuild rebuild(Store at, Contract contract, boolean replaceDamaged, Duration maxFuture)
      throws IOException {
    return rebuild(at, contract, replaceDamaged, maxFuture, Duration.ZERO, new Records());
  }

  /** How often a table was opened to be written, which records its contract. */
  int begun;

  Rebuild rebuild(
      Store at,
      Contract contract,
      boolean replaceDamaged,
      Duration maxFuture,
      Duration settle,
      SourceReader records)
      throws IOException {
    Table lakeTable = contract.lakeTable();
    Table deadTable = DeadLetters.table(contract);
    LakeTable opened = LakeTable.begin(store, stores(), lakeTable, null, false);
    return new Rebuild(
        contract,
        opened,
        () -> {
          begun++;
          return opened;
        },
        at,
        LakeTable.begin(store, stores(), deadTable, null, false),
        at,
        records,
        new Rebuild.Settings(
            WRITE,
            settle,
            false,
            replaceDamaged,
            new DecodeSettings(maxFuture, null, SchemaSettings.NONE)),
        read -> {},
        BeforeDeletion.NOTHING);
  }

  /** Appends rows as a job does, or as a replay does where they are recovered. */
  LogWriter writer(Contract contract, boolean recovered) throws IOException {
    return new LogWriter(
        LakeTable.begin(store, stores(), contract.lakeTable(), null, false),
        store,
        WRITE,
        recovered,
        (date, file, positions) -> {});
  }

  /** Rows go to the writer; dead letters nowhere. */
  static void add(LogWriter writer, RecordDecoder decoder, SourceRecord record) throws IOException {
    if (decoder.decode(record) instanceof Outcome.Accepted accepted) {
      writer.add(decoder.rows(record, accepted));
    }
  }

  /** What a date without files becomes: all of it is missing. */
  Rebuild.Result fill(String version, String type) throws IOException {
    int begunBefore = begun;
    Rebuild.Result result = rebuild(store, contract(version, type), false).run(DATE, false);
    assertEquals(begunBefore + 1, begun, "its contract would not be recorded");
    rebuild(store, contract(version, type), false).run(DATE.plusDays(1), false);
    return result;
  }

  Positions positions(String table) throws IOException {
    Positions all = new Positions();
    long rowsAndSkipped = 0;
    Contract contract = contract("any", "int64");
    Table of = table.equals("events") ? contract.lakeTable() : DeadLetters.table(contract);
    for (LakeFiles.DataFile file : LiveFiles.read(store, of).files()) {
      if (file.part().date().equals(DATE)) {
        all.addAll(file.footer().positions());
        rowsAndSkipped += file.footer().rows() + file.footer().skipped().total();
      }
    }
    assertEquals(rowsAndSkipped, all.size(), "double");
    return all;
  }

  List<String> rows() throws Exception {
    return CompactTest.query(
        "select n from read_parquet('"
            + directory
            + "/lake/events/event_date=2026-02-01/*.parquet') order by n");
  }

  Store.Entry first(LocalDate date) throws IOException {
    return LakeFiles.list(store, "events/event_date=" + date + "/").get(0);
  }

  String refusal(Contract contract, LocalDate date) throws IOException {
    List<Store.Entry> before = store.list("");
    int begunBefore = begun;
    Rebuild rebuild = rebuild(store, contract, false);
    String message = assertThrows(UserException.class, () -> rebuild.run(date, false)).getMessage();
    assertEquals(before, store.list(""));
    assertEquals(begunBefore, begun, "its contract would be recorded");
    return message;
  }

  /** Gives what it was. */
  byte[] damage(Store.Entry file) throws IOException {
    Path path = directory.resolve("lake").resolve(file.key());
    FileTime modified = Files.getLastModifiedTime(path);
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Files.setLastModifiedTime(path, modified);
    return bytes;
  }

  void damageUnchecked(Store.Entry file) {
    try {
      damage(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  void removeManifests() throws IOException {
    store.delete(
        store.list("events/event_date=2026-02-01/_").stream().map(Store.Entry::key).toList());
  }
}
