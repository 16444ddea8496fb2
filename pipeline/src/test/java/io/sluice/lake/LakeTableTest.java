package io.sluice.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Choice;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Positioned;
import io.sluice.contract.Reading;
import io.sluice.contract.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one door to a table: what it has of its timestamps and fields, and what is recorded when. */
class LakeTableTest {
  @TempDir Path directory;
  private Stores stores;
  private Store store;

  @BeforeEach
  void open() {
    stores = TestStores.of(directory);
    store = new LocalStore(directory);
  }

  private static Contract contract(String version, String... columns) {
    StringBuilder yaml =
        new StringBuilder("table: t\ntopic: t\nevent_time: at\nposition_columns: true\n")
            .append("version: ")
            .append(version)
            .append("\ncolumns:\n  - {name: at, type: timestamp, required: true}\n");
    for (String column : columns) {
      yaml.append("  - {name: ").append(column).append(", type: string}\n");
    }
    return ContractParser.parse(yaml.toString(), "contract");
  }

  private LakeTable begin(Contract contract) throws IOException {
    return LakeTable.begin(store, stores, contract, null, false);
  }

  private static Timestamp.Unit unit(Table table) {
    return ((Timestamp) table.columns().get(0).type()).unit();
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aTableThatIsBegunHasMicrosecondsAndNoOlderVersionStartsThere() throws Exception {
    LakeTable table = begin(contract("1"));
    assertEquals(Timestamp.Unit.MICROS, unit(table.table()));
    assertEquals(
        Timestamp.Unit.MICROS,
        ((Timestamp) table.table().positionColumns().get(3).type()).unit(),
        Positioned.RECORD_TIME);
    // Version 0.1 knows formats up to 2.
    String json = new String(store.read("_sluice/t.json").orElseThrow(), UTF_8);
    assertTrue(json.contains("\"format\" : 3"), json);
    assertEquals(table, begin(contract("1")));
  }

  @Test
  void aTableThatVersion01BeganKeepsItsMilliseconds() throws Exception {
    store.replace(
        "_sluice/t.json", "{\"format\":2,\"shards\":4,\"resharded\":false}".getBytes(UTF_8));
    store.replace(
        "_sluice/t/contracts/1.json",
        "{\"version\":\"1\",\"table\":\"t\",\"topic\":\"t\",\"event_time\":\"at\",\"position_columns\":true,\"columns\":[{\"name\":\"at\",\"type\":\"timestamp(millis, iso8601)\",\"required\":true}]}"
            .getBytes(UTF_8));
    LakeTable table = begin(contract("1"));
    assertEquals(Timestamp.Unit.MILLIS, unit(table.table()));
    assertEquals(Timestamp.Unit.MILLIS, unit(begin(contract("2", "a")).table()));
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                begin(
                    ContractParser.parse(
                        "table: t\ntopic: t\nevent_time: at\nversion: 3\ncolumns: [{name: at, type: timestamp(micros), required: true}]",
                        "contract")));
    assertTrue(
        e.getMessage()
            .contains("column at, timestamp(millis, iso8601) -> timestamp(micros, iso8601)"),
        e.getMessage());
  }

  @Test
  void fieldsKeepTheirNumbersOverVersions() throws Exception {
    begin(contract("1", "a", "b"));
    begin(contract("2", "c", "b"));
    Table third = begin(contract("3", "d", "c", "a")).table();
    assertEquals(2, third.ids().of("a"));
    assertEquals(3, third.ids().of("b"));
    assertEquals(8, third.ids().of("c"));
    assertEquals(9, third.ids().of("d"));
    assertEquals(
        third.ids(),
        LakeTable.open(store, stores, contract("2", "c", "b"), LakeTable.Access.READ)
            .table()
            .ids());
  }

  /** A rebuild or a replay of one table; whoever reads takes each row for what it is. */
  @Test
  void whoeverWritesBesideARunHasToHaveTheContractsBeforeTheTables() throws Exception {
    Contract alone = contract("1");
    Condition kind =
        new Condition(Reading.From.VALUE, "", List.of("kind"), Condition.Test.IN, List.of("x"));
    begin(alone.with(Choice.ALL.among(List.of(List.of(kind)), Choice.Unrouted.DEAD_LETTER)));
    List<String> before = listing();
    for (LakeTable.Access access : List.of(LakeTable.Access.DRY_RUN, LakeTable.Access.WRITE)) {
      for (Contract one : List.of(alone, contract("2"))) {
        String message =
            assertThrows(ContractException.class, () -> LakeTable.open(store, stores, one, access))
                .getMessage();
        assertTrue(message.contains("choose with --table=t"), message);
      }
    }
    assertEquals(before, listing());
    LakeTable.open(store, stores, contract("2"), LakeTable.Access.READ);
  }

  /** What would be refused is found out before anything is written. */
  @Test
  void whatIsLookedAtBeforeATableIsBegunIsNotWritten() throws Exception {
    LakeTable.requireToBegin(store, stores, contract("1"), null, false);
    assertEquals(List.of(), listing());
    LakeTable.begin(store, stores, contract("1"), 8, false);
    List<String> before = listing();
    LakeTable.requireToBegin(store, stores, contract("2", "a"), 8, false);
    LakeTable.requireToBegin(store, stores, contract("2", "a"), 9, true);
    assertThrows(
        UserException.class,
        () -> LakeTable.requireToBegin(store, stores, contract("2"), 9, false));
    assertThrows(
        ContractException.class,
        () -> LakeTable.requireToBegin(store, stores, contract("1", "a"), null, false));
    assertEquals(before, listing());
  }

  @Test
  void onlyWhoWritesRecordsAnything() throws Exception {
    begin(contract("1", "a"));
    List<String> before = listing();
    Contract next = contract("2", "b");
    LakeTable.open(store, stores, next, LakeTable.Access.READ);
    LakeTable dry = LakeTable.open(store, stores, next, LakeTable.Access.DRY_RUN);
    assertEquals(before, listing());
    LakeTable written = LakeTable.open(store, stores, next, LakeTable.Access.WRITE);
    assertEquals(dry, written);
    List<String> added = new ArrayList<>(listing());
    added.removeAll(before);
    assertEquals(2, added.size(), added.toString());
  }

  /** Each gives the next number, and looks again where another was faster. */
  @Test
  void jobsThatBeginAtOnceWithOtherContractsNeverGiveOneNumberTwice() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<LakeTable>> jobs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Contract own = contract("v" + i, "own" + i, "both");
        jobs.add(() -> begin(own));
      }
      List<LakeTable> tables = new ArrayList<>();
      for (Future<LakeTable> job : threads.invokeAll(jobs)) {
        tables.add(job.get());
      }
      Table last = begin(contract("last")).table();
      assertEquals(1 + 8 + 1 + 4, last.ids().byPath().size());
      assertEquals(14, new HashSet<>(last.ids().byPath().values()).size());
      for (LakeTable table : tables) {
        table
            .table()
            .ids()
            .byPath()
            .forEach((path, id) -> assertEquals(id, last.ids().of(path), path));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aTableThatIsNotThereIsNamedAndNotBegun() throws Exception {
    for (LakeTable.Access access : LakeTable.Access.values()) {
      UserException e =
          assertThrows(
              UserException.class, () -> LakeTable.open(store, stores, contract("1"), access));
      assertTrue(
          e.getMessage().endsWith("has no table t: check --lake and --contract"), e.getMessage());
    }
    assertEquals(List.of(), listing());
  }
}
