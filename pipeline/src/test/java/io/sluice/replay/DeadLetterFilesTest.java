package io.sluice.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pipeline writes of a dead letter comes back, to the byte. */
class DeadLetterFilesTest {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

  @TempDir Path directory;
  private Store store;
  private DeadLetterFiles files;
  private final TreeMap<Long, DeadLetter> written = new TreeMap<>();

  @BeforeEach
  void writeOneOfEachReason() throws Exception {
    Stores stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    files = new DeadLetterFiles(store, CONTRACT);
    LogWriter writer =
        new LogWriter(
            new LakeTable(DeadLetters.table(CONTRACT), stores, new LakeDescriptor(2, false)),
            store,
            new WriteSettings(1 << 20, Duration.ZERO, 3),
            false,
            (date, file, positions) -> {});
    for (Reason reason : Reason.values()) {
      for (int i = 0; i < 40; i++) {
        DeadLetter letter = letter(reason, reason.ordinal() * 40 + i);
        written.put(letter.record().offset(), letter);
        writer.add(
            DeadLetters.row(
                letter.record(),
                reason,
                letter.path(),
                letter.message(),
                CONTRACT,
                letter.firstSeen()));
      }
    }
    writer.flush();
  }

  private static DeadLetter letter(Reason reason, int n) {
    byte[] bytes = new byte[n % 7 * 50];
    new java.util.Random(n).nextBytes(bytes);
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (int i = 0; i < n % 4; i++) {
      headers.add(
          new SourceRecord.Header(
              "höader" + i, i == 0 ? null : i == 1 ? new byte[0] : ("v" + n).getBytes(UTF_8)));
    }
    return new DeadLetter(
        new SourceRecord(
            "cluster/topic/id",
            n % 3,
            n,
            NOON.plus(Duration.ofHours(n % 48)).toEpochMilli(),
            n % 5 == 0 ? null : new byte[] {(byte) n, (byte) 0xFF},
            n % 7 == 0 && n % 2 == 0 ? null : bytes,
            headers),
        reason,
        n % 3 == 0 ? "" : "items[" + n + "].price",
        "what is wrong: " + n,
        CONTRACT.version(),
        NOON.plusMillis(n));
  }

  @Test
  void everyReasonComesBackByteForByte() throws Exception {
    assertEquals(
        List.of(
            LocalDate.parse("2026-03-10"),
            LocalDate.parse("2026-03-11"),
            LocalDate.parse("2026-03-12")),
        files.dates());
    TreeMap<Long, DeadLetter> found = new TreeMap<>();
    for (LocalDate date : files.dates()) {
      files.read(
          date,
          Set.of(),
          DeadLetterFiles.Columns.ALL,
          letter -> assertNull(found.put(letter.record().offset(), letter)));
    }
    assertEquals(written.keySet(), found.keySet());
    found.forEach((offset, letter) -> assertSame(written.get(offset), letter, true));
  }

  @Test
  void whoCountsReadsNoBytes() throws Exception {
    List<DeadLetter> found = new ArrayList<>();
    files.read(
        LocalDate.parse("2026-03-11"),
        Set.of(Reason.TOO_DEEP, Reason.EMPTY),
        DeadLetterFiles.Columns.WITHOUT_RECORD,
        found::add);
    assertEquals(
        written.values().stream()
            .filter(l -> l.reason() == Reason.TOO_DEEP || l.reason() == Reason.EMPTY)
            .filter(
                l ->
                    Instant.ofEpochMilli(l.record().recordTime())
                        .toString()
                        .startsWith("2026-03-11"))
            .count(),
        found.size());
    assertTrue(found.size() > 2);
    for (DeadLetter letter : found) {
      assertSame(written.get(letter.record().offset()), letter, false);
    }
  }

  /** A rewrite is there beside what it replaces for a while. */
  @Test
  void whatIsInTwoFilesComesOnce() throws Exception {
    for (Path file : dataFiles()) {
      Files.copy(
          file, file.resolveSibling(file.getFileName().toString().replace("00000.p", "00009.p")));
    }
    List<DeadLetter> found = new ArrayList<>();
    for (LocalDate date : files.dates()) {
      files.read(date, Set.of(), DeadLetterFiles.Columns.ALL, found::add);
    }
    assertEquals(written.size(), found.size());
  }

  @Test
  void aFileThatIsReplacedMeanwhileIsReadWhereItsRowsAreNow() throws Exception {
    List<DeadLetter> found = new ArrayList<>();
    LocalDate date = LocalDate.parse("2026-03-11");
    List<Path> ofDate =
        dataFiles().stream().filter(file -> file.toString().contains("2026-03-11")).toList();
    assertTrue(ofDate.size() > 1);
    Path last = ofDate.get(ofDate.size() - 1);
    files.read(
        date,
        Set.of(),
        DeadLetterFiles.Columns.ALL,
        letter -> {
          found.add(letter);
          if (Files.exists(last)) {
            Files.move(
                last,
                last.resolveSibling(last.getFileName().toString().replace("00000.p", "00009.p")));
          }
        });
    assertEquals(
        written.values().stream()
            .filter(
                l ->
                    Instant.ofEpochMilli(l.record().recordTime())
                        .toString()
                        .startsWith(date.toString()))
            .count(),
        found.size());
  }

  private List<Path> dataFiles() throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void aFileOfAnotherTableIsNamed() throws Exception {
    Path folder = directory.resolve("user_actions_dead_letters/dead_letter_date=2026-03-13/");
    Files.createDirectories(folder);
    Path rows = directory.resolve("rows.parquet");
    try (var connection = java.sql.DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute("copy (select 1 as reason) to '" + rows + "' (format parquet)");
    }
    Files.move(rows, folder.resolve("part-00000-00000000.parquet"));
    UserException refused =
        assertThrows(
            UserException.class,
            () ->
                files.read(
                    LocalDate.parse("2026-03-13"),
                    Set.of(),
                    DeadLetterFiles.Columns.ALL,
                    letter -> {}));
    assertTrue(
        refused
            .getMessage()
            .contains("dead_letter_date=2026-03-13/part-00000-00000000.parquet: no column key"),
        refused.getMessage());
  }

  private static void assertSame(DeadLetter expected, DeadLetter letter, boolean all) {
    SourceRecord record = letter.record();
    SourceRecord was = expected.record();
    assertEquals(was.source(), record.source());
    assertEquals(was.partition(), record.partition());
    assertEquals(was.offset(), record.offset());
    assertEquals(was.recordTime(), record.recordTime());
    assertArrayEquals(all ? was.key() : null, record.key());
    assertArrayEquals(all ? was.value() : null, record.value());
    assertEquals(all ? was.headers().size() : 0, record.headers().size());
    for (int i = 0; i < record.headers().size(); i++) {
      assertEquals(was.headers().get(i).key(), record.headers().get(i).key());
      assertArrayEquals(was.headers().get(i).value(), record.headers().get(i).value());
    }
    assertEquals(expected.reason(), letter.reason());
    assertEquals(expected.path(), letter.path());
    assertEquals(expected.message(), letter.message());
    assertEquals(expected.contractVersion(), letter.contractVersion());
    assertEquals(expected.firstSeen(), letter.firstSeen());
  }
}
