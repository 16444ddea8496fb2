package io.sluice.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ParquetRows;
import io.sluice.UserException;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.ReadOnlyStore;
import io.sluice.lake.Store;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;

/** A date is derived again, whole and with another contract, or refused. */
class RebuildTest extends RebuildFixture {
  @Test
  void aDateWithoutFilesIsDerivedAsAWhole() throws Exception {
    Rebuild.Result result = fill("one", "int64");
    // Of fifty records a partition ten are bad, of which five only are of this date.
    assertEquals(90, result.missing());
    assertEquals(0, result.derived());
    assertEquals(90, positions("events").size());
    assertEquals(90, rows().size());
    assertTrue(new Publication(store, contract("one", "int64").lakeTable(), DATE).isCurrent());
    assertEquals(0, rebuild(store, contract("one", "int64"), false).run(DATE, true).missing());
  }

  @Test
  void aNewContractMovesRowsToTheDeadLettersAndBack() throws Exception {
    fill("one", "int64");
    Positions before = positions("events");
    Rebuild.Result dry = rebuild(store, contract("two", "int32"), false).run(DATE, true);
    assertEquals(before, positions("events"));
    Rebuild.Result result = rebuild(store, contract("two", "int32"), false).run(DATE, false);
    assertEquals(10, result.rejected());
    assertEquals(80, result.derived());
    assertEquals(dry.rejected(), result.rejected());
    assertEquals(dry.derived(), result.derived());
    assertEquals(80, rows().size());
    assertEquals(80, positions("events").size());
    assertEquals(before, positions("events").addAll(positions("events_dead_letters")));
    // And back: they are appended, as what was dead and is recovered.
    Rebuild.Result back = rebuild(store, contract("three", "int64"), false).run(DATE, false);
    assertEquals(10, back.missing());
    assertEquals(10, back.recovered());
    assertEquals(before, positions("events"));
    assertEquals(90, rows().size());
    assertEquals(
        10,
        LiveFiles.read(store, contract("three", "int64").lakeTable()).files().stream()
            .filter(file -> file.footer().recovered())
            .mapToLong(file -> file.footer().rows())
            .sum());
  }

  /** The event times are finer than microseconds, in the files that rows leave and come to. */
  @Test
  void nanosecondsAreDerivedAgain() throws Exception {
    topic.replaceAll(
        record ->
            new SourceRecord(
                record.source(),
                record.partition(),
                record.offset(),
                record.recordTime(),
                null,
                new String(record.value(), UTF_8)
                    .replace(":00Z", ":00.0000001%02dZ".formatted(record.offset()))
                    .getBytes(UTF_8),
                List.of()));
    String yaml = YAML.replace("timestamp(micros)", "timestamp(nanos)");
    Contract one = ContractParser.parse(yaml.formatted("one", "int64"), "one.yaml");
    assertEquals(90, rebuild(store, one, false).run(DATE, false).missing());
    assertEquals(nanos(9), nanos());
    // Rows of a damaged file and rows that a new contract leaves.
    damage(first(DATE));
    rebuild(store, one, true).run(DATE, false);
    assertEquals(nanos(9), nanos());
    Contract two = ContractParser.parse(yaml.formatted("two", "int32"), "two.yaml");
    assertEquals(10, rebuild(store, two, false).run(DATE, false).rejected());
    assertEquals(nanos(8), nanos());
  }

  /** Of the rows of {@link #DATE} whose offsets end in less: a few are rejected. */
  private static List<Long> nanos(int end) {
    return IntStream.range(0, 2 * (ROWS - 10))
        .mapToObj(i -> i / 2)
        .filter(i -> i % 10 < end)
        .map(i -> (NOON.getEpochSecond() + i * 60L) * 1_000_000_000L + 100 + i)
        .toList();
  }

  private List<Long> nanos() throws Exception {
    List<Long> all = new ArrayList<>();
    for (LakeFiles.DataFile file :
        LiveFiles.read(store, contract("any", "int64").lakeTable()).files()) {
      if (file.part().date().equals(DATE)) {
        for (Group row :
            ParquetRows.of(directory.resolve("lake").resolve(file.entry().key()), "t")) {
          all.add(row.getLong("t", 0));
        }
      }
    }
    all.sort(null);
    return all;
  }

  /** Of the texts there are ten a date, all of them the same. */
  @Test
  void aRowBecomesOneThatIsSkippedAndARowAgain() throws Exception {
    fill("one", "string");
    assertEquals(10, rows().size());
    Positions before = positions("events");
    Contract two =
        ContractParser.parse(
            YAML.formatted("two", "string") + "transform: [{skip_if: {column: n, equals: many}}]\n",
            "two.yaml");
    for (boolean dryRun : new boolean[] {true, false}) {
      Rebuild.Result skipping = rebuild(store, two, false).run(DATE, dryRun);
      assertEquals(10, skipping.derived());
      assertEquals(10, skipping.skipped());
      assertEquals(0, skipping.rejected());
    }
    assertEquals(List.of(), rows());
    assertEquals(before, positions("events"));
    // A date without files has the same.
    assertEquals(0, rebuild(store, two, false).run(DATE, true).missing());
    Rebuild.Result back = rebuild(store, contract("three", "string"), false).run(DATE, false);
    assertEquals(10, back.derived());
    assertEquals(0, back.skipped());
    assertEquals(10, rows().size());
    assertEquals(before, positions("events"));
  }

  @Test
  void whatNoFileHasIsAppendedAsSkipped() throws Exception {
    Contract one =
        ContractParser.parse(
            YAML.formatted("one", "string") + "transform: [{skip_if: {column: n, equals: many}}]\n",
            "one.yaml");
    Rebuild.Result result = rebuild(store, one, false).run(DATE, false);
    assertEquals(10, result.missing());
    assertEquals(10, result.skipped());
    assertEquals(10, positions("events").size());
    assertEquals(List.of(), rows());
  }

  /** Under a contract that no parser lets pass: without its time a record passes all checks. */
  @Test
  void aFaultOfTheDecoderMovesNoRow() throws Exception {
    fill("one", "int64");
    Contract two = contract("two", "int64");
    Column time = two.columns().get(0);
    Contract failing =
        new Contract(
            two.version(),
            two.table(),
            two.source(),
            two.format(),
            List.of(
                new Column("t", List.of("absent"), time.type(), false, true, false),
                two.columns().get(1)),
            0,
            two.zone(),
            two.unknownFields(),
            two.maxBytes(),
            two.maxDepth(),
            false);
    String message = refusal(failing, DATE);
    assertTrue(
        message.startsWith(
            DATE
                + ": the decoder fails at 90 of its rows, which is a fault of Sluice: partition 0 "),
        message);
  }

  @Test
  void aLogOfWhichNothingIsLeftKeepsItsNumbers() throws Exception {
    fill("one", "int64");
    long greatest = greatest();
    Rebuild.Result result = rebuild(store, contract("two", "boolean"), false).run(DATE, false);
    assertEquals(90, result.rejected());
    assertEquals(List.of(), rows());
    assertEquals(greatest, greatest());
    assertEquals(90, positions("events_dead_letters").size());
  }

  private long greatest() throws IOException {
    return LakeFiles.read(store, "events/event_date=2026-02-01/").stream()
        .mapToLong(file -> file.part().sequence())
        .max()
        .orElseThrow();
  }

  @Test
  void whatKafkaDoesNotHaveAnyMoreIsNotGivenUp() throws Exception {
    fill("one", "int64");
    beginning = 7;
    assertTrue(refusal(contract("one", "int64"), DATE).contains("partition 0 0..6"));
    beginning = 0;
    SourceRecord gone = topic.remove(20);
    assertTrue(refusal(contract("one", "int64"), DATE).contains("partition 0 " + gone.offset()));
  }

  @Test
  void whatWouldFallElsewhereOrIsOfAnotherSourceIsRefused() throws Exception {
    fill("one", "int64");
    Contract elsewhere = contract("two", "int64");
    Contract tokyo =
        new Contract(
            elsewhere.version(),
            elsewhere.table(),
            elsewhere.source(),
            elsewhere.format(),
            elsewhere.columns(),
            elsewhere.eventTime(),
            java.time.ZoneId.of("Pacific/Kiritimati"),
            elsewhere.unknownFields(),
            elsewhere.maxBytes(),
            elsewhere.maxDepth(),
            elsewhere.positionColumns());
    assertTrue(refusal(tokyo, DATE).contains("another date, as 2026-02-02"));
    source = "cluster/topic/another";
    topic.clear();
    assertTrue(refusal(elsewhere, DATE).contains(SOURCE));
    assertTrue(refusal(elsewhere, LocalDate.now(java.time.ZoneOffset.UTC)).contains("not ended"));
  }

  @Test
  void theSameContractIsNotStricterThanBefore() throws Exception {
    fill("one", "int64");
    List<Store.Entry> before = store.list("");
    Rebuild strict = rebuild(store, contract("one", "int32"), false);
    UserException e = assertThrows(UserException.class, () -> strict.run(DATE, false));
    assertTrue(e.getMessage().contains("give the contract a new version"), e.getMessage());
    assertEquals(before, store.list(""));
  }

  @Test
  void aDryRunNeedsNoRightToWrite() throws Exception {
    fill("one", "int64");
    Rebuild looking =
        rebuild(
            new ReadOnlyStore(store),
            contract("two", "int64"),
            false,
            Duration.ofDays(1),
            Duration.ofHours(1),
            new Records());
    int files = LakeFiles.list(store, "events/event_date=2026-02-01/").size();
    assertEquals(files, looking.run(DATE, true).kept());
  }
}
