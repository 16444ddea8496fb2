package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.chaos.Ledger.Known;
import io.sluice.chaos.Ledger.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge sees each thing that can be wrong, in files that DuckDB wrote. */
class JudgeTest {
  private static final String TIME = "2026-01-02 03:04:05+00";

  /** The other columns, as a file of the second contract has them. */
  private static final String MORE =
      "'view' event_name, null::varchar user_id, %s::varchar platform";

  @TempDir Path directory;
  private Ledger ledger;
  private int files;

  @BeforeEach
  void sendFive() throws Exception {
    ledger = new Ledger(directory.resolve("ledger.csv"));
    for (int n = 0; n < 4; n++) {
      ledger.write(0, n, n, Known.ACKNOWLEDGED, Place.LAKE, kept(n));
    }
    ledger.write(0, 4, 4, Known.ACKNOWLEDGED, Place.DEAD_LETTER, null);
    ledger.write(0, 5, 5, Known.ABORTED, Place.LAKE, kept(5));
    ledger.write(0, -1, 6, Known.IN_DOUBT, Place.LAKE, kept(6));
  }

  private static EventWriter.Action kept(int n) {
    long time = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
    return new EventWriter.Action(n, time, "view", null, "web");
  }

  private void row(String date, int offset, int n, String time, int contract) throws Exception {
    row(date, offset, n, time, "'view' event_name, null::varchar user_id", contract);
  }

  private void row(String date, int offset, int n, String time, String more, int contract)
      throws Exception {
    write(
        "lake/event_date=" + date,
        "select 0 _partition, %d::bigint _offset, %d::bigint n, timestamptz '%s' event_datetime, %s"
            .formatted(offset, n, time, more),
        contract);
  }

  private void row(int offset, int n) throws Exception {
    row("2026-01-02", offset, n, TIME, 1);
  }

  private void deadLetter(int offset, int n) throws Exception {
    write(
        "dead/dead_letter_date=2026-01-02",
        ("select 0 \"partition\", %d::bigint \"offset\", [{'key':'n','value':'%d'::blob}] headers,"
                + " timestamptz '2026-01-02 01:02:03+00' record_time")
            .formatted(offset, n),
        1);
  }

  private void write(String folder, String select, int contract) throws Exception {
    Path file = Files.createDirectories(directory.resolve(folder)).resolve(++files + ".parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = connection.createStatement()) {
      sql.execute("set timezone='UTC'");
      sql.execute(
          "copy (%s) to '%s' (format parquet, kv_metadata {'sluice.contract_version': '%d'})"
              .formatted(select, file, contract));
    }
  }

  private void allButTheLastRow() throws Exception {
    for (int n = 0; n < 3; n++) {
      row(n, n);
    }
    deadLetter(4, 4);
  }

  private Judge.Count count() throws Exception {
    ledger.close();
    return Judge.count(
        directory.resolve("ledger.csv"),
        Judge.Rows.in(directory.resolve("lake")),
        Judge.Rows.in(directory.resolve("dead")),
        "false",
        (partition, offset) -> offset != 2);
  }

  private void assertCount(long lost, long duplicate, long wrong) throws Exception {
    Judge.Count count = count();
    assertEquals(lost, count.lost(), count.toString());
    assertEquals(duplicate, count.duplicate(), count.toString());
    assertEquals(wrong, count.wrong(), count.toString());
    assertEquals(lost + duplicate + wrong == 0, count.isPerfect());
    assertEquals(count.isPerfect(), count.examples().isEmpty(), count.toString());
  }

  @Test
  void allThereOnceIsPerfect() throws Exception {
    allButTheLastRow();
    row(3, 3);
    // Sent in a transaction of which nobody knows the end.
    row(7, 6);
    assertCount(0, 0, 0);
    assertEquals(5, count().produced());
  }

  @Test
  void nothingThereIsAllLostButWhatKafkaHasNoMore() throws Exception {
    assertCount(4, 0, 0);
  }

  @Test
  void aRowThatIsMissingIsLost() throws Exception {
    allButTheLastRow();
    assertCount(1, 0, 0);
  }

  @Test
  void aRowThatIsThereTwiceIsADuplicate() throws Exception {
    allButTheLastRow();
    row(3, 3);
    row(3, 3);
    assertCount(0, 1, 0);
  }

  @Test
  void whatIsCountedIsTheFilesThatAreNamedEachAsOftenAsItIs() throws Exception {
    allButTheLastRow();
    row(3, 3);
    ledger.close();
    List<Path> lake = files("lake");
    Judge.Rows dead = Judge.Rows.of(files("dead"));
    assertEquals(0, countOf(lake, dead).lost() + countOf(lake, dead).duplicate());
    List<Path> twice = new ArrayList<>(lake);
    twice.add(lake.get(3));
    assertEquals(1, countOf(twice, dead).duplicate());
    assertEquals(0, countOf(twice, dead).wrong());
    assertEquals(1, countOf(lake.subList(0, 3), dead).lost());
    assertEquals(5, countOf(List.of(), Judge.Rows.of(List.of())).lost());
  }

  @Test
  void whatIsNowhereIsErasedIfItIsOfAUserWhoMayBe() throws Exception {
    allButTheLastRow();
    row(3, 3);
    for (int n = 7; n < 10; n++) {
      String user = n == 7 ? "user_107" : "user_" + n;
      ledger.write(
          0,
          n,
          n,
          Known.ACKNOWLEDGED,
          Place.LAKE,
          new EventWriter.Action(n, kept(n).time(), "view", user, "web"));
    }
    row("2026-01-02", 9, 9, TIME, "'view' event_name, 'user_9' user_id", 1);
    ledger.close();
    Judge.Count count =
        Judge.count(
            directory.resolve("ledger.csv"),
            Judge.Rows.in(directory.resolve("lake")),
            Judge.Rows.in(directory.resolve("dead")),
            ChaosEvents.IS_ERASED,
            (partition, offset) -> true);
    assertEquals(1, count.erased(), count.toString());
    assertEquals(1, count.lost(), count.toString());
    assertEquals(List.of("lost: partition 0 offset 8"), count.examples());
  }

  private List<Path> files(String table) throws Exception {
    try (Stream<Path> all = Files.walk(directory.resolve(table))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Judge.Count countOf(List<Path> lake, Judge.Rows dead) throws Exception {
    return Judge.count(
        directory.resolve("ledger.csv"),
        Judge.Rows.of(lake),
        dead,
        "false",
        (partition, offset) -> true);
  }

  @Test
  void aRowThatIsADeadLetterTooUnderTheSameContractIsADuplicate() throws Exception {
    allButTheLastRow();
    row(3, 3);
    row(4, 4);
    assertCount(0, 1, 1);
  }

  @Test
  void aDeadLetterThatTheNextContractAcceptsIsNoDuplicate() throws Exception {
    ledger.write(0, 8, 8, Known.ACKNOWLEDGED, Place.EITHER, kept(8));
    allButTheLastRow();
    row(3, 3);
    deadLetter(8, 8);
    row("2026-01-02", 8, 8, TIME, MORE.formatted("'web'"), 2);
    assertCount(0, 0, 0);
    assertEquals(5, count().lake());
    assertEquals(1, count().dead());
  }

  private void skip(int n) {
    ledger.write(0, n, n, Known.ACKNOWLEDGED, Place.SKIPPED, null);
  }

  @Test
  void anEventThatTheFormatSkipsIsNotLost() throws Exception {
    skip(8);
    allButTheLastRow();
    row(3, 3);
    assertCount(0, 0, 0);
    assertEquals(6, count().produced());
    assertEquals(1, count().skipped());
  }

  @Test
  void aRowOfAnEventThatTheFormatSkipsIsWrong() throws Exception {
    skip(8);
    allButTheLastRow();
    row(3, 3);
    row(8, 8);
    assertCount(0, 0, 1);
  }

  @Test
  void aDeadLetterOfAnEventThatTheFormatSkipsIsWrong() throws Exception {
    skip(8);
    allButTheLastRow();
    row(3, 3);
    deadLetter(8, 8);
    assertCount(0, 0, 1);
  }

  @Test
  void anotherEventAtAPositionIsWrong() throws Exception {
    allButTheLastRow();
    row(3, 2);
    assertCount(0, 0, 1);
  }

  @Test
  void anAbortedRowIsWrong() throws Exception {
    allButTheLastRow();
    row(3, 3);
    row(5, 5);
    assertCount(0, 0, 1);
  }

  @Test
  void aRowThatNobodySentIsWrong() throws Exception {
    allButTheLastRow();
    row(3, 3);
    row(99, 99);
    assertCount(0, 0, 1);
  }

  @Test
  void aRowInAnotherDatesFolderIsWrong() throws Exception {
    allButTheLastRow();
    row("2026-01-03", 3, 3, TIME, 1);
    assertCount(0, 0, 1);
    assertTrue(count().examples().get(0).contains("event_date=2026-01-03"));
  }

  @Test
  void aRowOfItsEventWithAnotherValueIsWrong() throws Exception {
    allButTheLastRow();
    row("2026-01-02", 3, 3, "2026-01-02 03:04:05.001+00", 1);
    assertCount(0, 0, 1);
    assertTrue(count().examples().get(0).startsWith("wrong: partition 0 offset 3"));
  }

  @Test
  void aRowWithAnotherTextIsWrong() throws Exception {
    allButTheLastRow();
    row("2026-01-02", 3, 3, TIME, "'view' event_name, '' user_id", 1);
    assertCount(0, 0, 1);
  }

  /** The first contract has no such column. */
  @Test
  void whatOnlyTheSecondContractHasIsComparedThere() throws Exception {
    allButTheLastRow();
    row("2026-01-02", 3, 3, TIME, MORE.formatted("'web'"), 2);
    assertCount(0, 0, 0);
  }

  @Test
  void aNullForAValueIsWrong() throws Exception {
    allButTheLastRow();
    row("2026-01-02", 3, 3, TIME, MORE.formatted("null"), 2);
    assertCount(0, 0, 1);
  }
}
