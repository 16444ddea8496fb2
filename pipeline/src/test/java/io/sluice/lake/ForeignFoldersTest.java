package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Files that are not the table's lie there, and harm nobody. */
class ForeignFoldersTest {
  private static final Table TABLE = ContractParser.userActions().lakeTable();

  @TempDir Path directory;

  @Test
  void foldersThatAreNoDateAreLeftAlone() throws IOException {
    try (Store store = new LocalStore(directory)) {
      for (String folder :
          List.of(
              "event_date=2026-01-31",
              "event_date=2026-01-30",
              "event_date=2026-01-31.bak",
              "event_date=__HIVE_DEFAULT_PARTITION__",
              "event_date=2026-02-30",
              "event_date=0000-01-01",
              "event_date=+12026-01-01",
              "event_date=",
              "load_date=2026-01-29",
              "notes",
              "_temporary")) {
        store.replace("user_actions/" + folder + "/part-00000-00000000.parquet", new byte[1]);
      }
      store.replace("user_actions/readme.txt", new byte[1]);
      store.replace("user_actions/event_date=2026-01-31/copy of part.parquet", new byte[1]);
      assertEquals(
          List.of(LocalDate.of(2026, 1, 30), LocalDate.of(2026, 1, 31)),
          LakeFiles.dates(store, TABLE));
      assertEquals(
          List.of(
              "user_actions/event_date=2026-01-30/part-00000-00000000.parquet",
              "user_actions/event_date=2026-01-31/part-00000-00000000.parquet"),
          LakeFiles.list(store, TABLE).stream().map(Store.Entry::key).toList());
    }
  }

  /** A console makes an empty object for a folder, an editor a copy of a file. */
  @Test
  void whatLiesBesideContractsAndStartsIsLeftAlone() throws IOException {
    try (Store store = new LocalStore(directory)) {
      ContractHistory.record(store, ContractParser.userActions());
      Duration minute = Duration.ofMinutes(1);
      RunStarts.record(
          store,
          "user_actions",
          "s",
          Map.of(0, 5L),
          true,
          new RunStarts.Timing(minute, minute, minute));
      for (String folder : List.of("contracts", "starts")) {
        store.replace("_sluice/user_actions/" + folder + "/copy.json~", new byte[1]);
      }
      assertEquals(1, ContractHistory.read(store, "user_actions").size());
      assertEquals(Map.of(0, 5L), RunStarts.least(RunStarts.read(store, "user_actions", "s")));
    }
  }

  @Test
  void eachIsWarnedOfOnce() throws IOException {
    Logger logger = (Logger) LoggerFactory.getLogger(Foreign.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    Level before = logger.getLevel();
    logger.setLevel(Level.WARN);
    try (Store store = new LocalStore(directory)) {
      store.replace(
          "user_actions/event_date=2026-01-31.bak/part-00000-00000000.parquet", new byte[1]);
      store.replace(
          "user_actions/event_date=2026-01-31.bak/part-00000-00000001.parquet", new byte[1]);
      store.replace("user_actions/event_date=2026-01-31/_SUCCESS", new byte[1]);
      for (int time = 0; time < 3; time++) {
        LakeFiles.dates(store, TABLE);
        LakeFiles.list(store, TABLE);
      }
    } finally {
      logger.detachAppender(log);
      logger.setLevel(before);
    }
    List<String> said = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).contains("user_actions/event_date=2026-01-31.bak"), said.get(0));
    assertTrue(said.get(0).contains("left alone"), said.get(0));
  }

  @ParameterizedTest
  @CsvSource({
    "t, event_date, +57879-08-01, 0, 0",
    "t, event_date, 0000-12-31, 0, 0",
    "t, event_date, -0001-12-31, 0, 0",
    "t, event_date, 2026-01-01, 100000, 0",
    "t, event_date, 2026-01-01, -1, 0",
    "t, event_date, 2026-01-01, 0, -1",
    "a/b, event_date, 2026-01-01, 0, 0",
    "t, Event, 2026-01-01, 0, 0",
  })
  void aNameThatWouldNotBeFoundAgainIsRefused(
      String table, String column, LocalDate date, int shard, long sequence) {
    PartFile file = new PartFile(table, column, date, shard, sequence);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, file::requireReadable);
    assertTrue(e.getMessage().startsWith(file.key() + ": a file of this name"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0001-01-01, 0", "9999-12-31, 99999"})
  void theFirstAndTheLastDateAreFound(LocalDate date, int shard) {
    PartFile file = new PartFile("t", "event_date", date, shard, Long.MAX_VALUE);
    assertEquals(file, PartFile.parse(file.requireReadable().key()).orElseThrow());
  }

  /** Before anything is uploaded. */
  @Test
  void aLogOfADateBeyondIsRefused() throws IOException {
    try (Store store = new LocalStore(directory)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new AppendLog(store, TABLE, LocalDate.of(57_879, 8, 1), 0, false));
      assertEquals(List.of(), store.list(""));
    }
  }
}
