package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Choice;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractHistoryTest {
  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void open() {
    store = new LocalStore(directory);
  }

  private static Contract contract(String version, String columns) {
    return ContractParser.parse(
        "version: "
            + version
            + "\ntable: t\ntopic: t\nevent_time: at\ncolumns: [{name: at, type: timestamp, required: true}"
            + columns
            + "]\n",
        "c.yaml");
  }

  private List<String> versions() throws IOException {
    return ContractHistory.read(store, "t").stream().map(Contract::version).toList();
  }

  private String refused(Contract contract) {
    UserException e =
        assertThrows(UserException.class, () -> ContractHistory.record(store, contract));
    assertEquals(1, e.getMessage().lines().count());
    return e.getMessage();
  }

  @Test
  void aVersionIsRecordedOnceAndMayComeBack() throws Exception {
    assertEquals(List.of(), ContractHistory.read(store, "t"));
    Contract one = contract("1", "");
    Contract two = contract("2", ", {name: x, type: string}");
    ContractHistory.record(store, one);
    byte[] recorded = Files.readAllBytes(directory.resolve("_sluice/t/contracts/1.json"));
    ContractHistory.record(store, two);
    ContractHistory.record(store, one);
    assertEquals(List.of("1", "2"), versions());
    assertEquals(
        new String(recorded, java.nio.charset.StandardCharsets.UTF_8),
        Files.readString(directory.resolve("_sluice/t/contracts/1.json")));
    assertEquals(two, ContractHistory.read(store, "t").get(1));
  }

  @Test
  void anotherContractOfTheSameVersionIsRefused() throws Exception {
    ContractHistory.record(store, contract("1", ""));
    String message = refused(contract("1", ", {name: x, type: string}"));
    assertTrue(message.contains("give the changed contract a new version"), message);
    assertTrue(message.contains("_sluice/t/contracts/1.json"), message);
  }

  private static Contract shared(String version, String when, String... before) {
    Contract contract = contract(version, "");
    List<List<Condition>> unless = Stream.of(before).map(kind -> List.of(asks(kind))).toList();
    List<Condition> own = when.isEmpty() ? List.of() : List.of(asks(when));
    return contract.with(new Choice(own, unless, Choice.Unrouted.DEAD_LETTER, false));
  }

  private static Condition asks(String kind) {
    return new Condition(Reading.From.VALUE, "", List.of("kind"), Condition.Test.IN, List.of(kind));
  }

  /**
   * Which records are the table's would be another thing under one version, though the contract
   * that is dropped never took a record: so the version has to be raised, and that is enough.
   */
  @Test
  void whereAContractBeforeItIsDroppedTheVersionIsToBeRaised() throws Exception {
    ContractHistory.record(store, shared("1", "", "x", "y"));
    String message = refused(shared("1", "", "x"));
    assertTrue(
        message.contains(
            "there those before it took kind is x; kind is y, and those that are given take kind is x,"),
        message);
    assertTrue(message.contains("give all contracts of the topic with --contract"), message);
    assertTrue(message.contains("raise the version of table t"), message);
    assertTrue(refused(contract("1", "")).contains("those that are given take nothing"));
    assertTrue(
        refused(shared("1", "z", "x", "y")).contains("give the changed contract a new version"));
    ContractHistory.record(store, shared("2", "", "x"));
    ContractHistory.record(store, shared("1", "", "x", "y"));
    assertEquals(List.of("1", "2"), versions());
  }

  private String refusedAlone(Contract contract) {
    return assertThrows(UserException.class, () -> ContractHistory.requireOthers(store, contract))
        .getMessage();
  }

  /** A new version would be compatible, and take other tables' records for its own. */
  @Test
  void whoeverWritesBesideARunHasToHaveTheContractsBeforeTheTables() throws Exception {
    ContractHistory.requireOthers(store, contract("1", ""));
    ContractHistory.record(store, shared("1", "", "x", "y"));
    for (Contract alone :
        List.of(
            contract("1", ""),
            contract("2", ""),
            shared("2", "z"),
            shared("1", "", "x"),
            shared("3", "", "y"))) {
      String message = refusedAlone(alone);
      assertTrue(
          message.contains("others take kind is x; kind is y, and not all of them are given"),
          message);
      assertTrue(message.contains("choose with --table=t"), message);
      assertEquals(1, message.lines().count());
    }
    ContractHistory.requireOthers(store, shared("1", "", "x", "y"));
    ContractHistory.requireOthers(store, shared("2", "", "x", "other"));
    ContractHistory.requireOthers(store, shared("2", "", "x", "y", "z"));
    // A run has recorded it: so it is meant.
    ContractHistory.record(store, contract("4", ""));
    ContractHistory.requireOthers(store, contract("4", ""));
  }

  /** The version in between has no such column: still, the oldest files have it as text. */
  @Test
  void anyRecordedVersionCounts() throws Exception {
    ContractHistory.record(store, contract("1", ", {name: x, type: string}"));
    ContractHistory.record(store, contract("2", ""));
    String message = refused(contract("3", ", {name: x, type: int64}"));
    assertTrue(
        message.contains(
            "version 3 is not compatible with version 1 of table t: column x, string -> int64"),
        message);
    assertTrue(message.contains("sluice contract diff"), message);
    assertEquals(List.of("1", "2"), versions());
  }

  @Test
  void aDamagedRecordIsNamed() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("_sluice/t/contracts"));
    Files.writeString(folder.resolve("1.json"), "{\"version\": ");
    String message = refused(contract("2", ""));
    assertTrue(message.contains("contracts/1.json is damaged: its JSON ends too soon"), message);
  }

  private List<Throwable> together(List<Contract> contracts) throws Exception {
    CyclicBarrier begin = new CyclicBarrier(contracts.size());
    ExecutorService executor = Executors.newFixedThreadPool(contracts.size());
    try {
      List<Callable<Void>> starts = new ArrayList<>();
      for (Contract contract : contracts) {
        starts.add(
            () -> {
              begin.await();
              ContractHistory.record(store, contract);
              return null;
            });
      }
      List<Throwable> failures = new ArrayList<>();
      for (Future<Void> start : executor.invokeAll(starts)) {
        try {
          start.get();
        } catch (java.util.concurrent.ExecutionException e) {
          failures.add(e.getCause());
        }
      }
      return failures;
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void jobsMayStartAtOnce() throws Exception {
    Contract one = contract("1", "");
    assertEquals(
        List.of(), together(List.of(one, one, one, contract("2", ", {name: x, type: date}"))));
    assertEquals(List.of("1", "2"), versions());
  }

  /** Whoever comes second sees the other; both may, and then none of them writes a file. */
  @Test
  void ofTwoThatDoNotGoTogetherNotBothStart() throws Exception {
    for (int i = 0; i < 20; i++) {
      store = new LocalStore(directory.resolve("lake-" + i));
      List<Throwable> failures =
          together(
              List.of(
                  contract("1", ", {name: x, type: string}"),
                  contract("2", ", {name: x, type: int64}")));
      assertTrue(!failures.isEmpty(), "both started");
      failures.forEach(failure -> assertInstanceOf(UserException.class, failure));
    }
  }
}
