package io.sluice.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.complete.LiveFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.erase.Erase;
import io.sluice.erase.EraseLetters;
import io.sluice.erase.Where;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was erased is not derived again, whatever a rebuild is for. */
@Tag("slow")
class RebuildErasedTest extends RebuildFixture {
  private static Contract placed(String version, String type) {
    return ContractParser.parse(
        YAML.formatted(version, type) + "position_columns: true\n", "events.yaml");
  }

  private void fill(Contract contract) throws Exception {
    rebuild(store, contract, false).run(DATE, false);
    rebuild(store, contract, false).run(DATE.plusDays(1), false);
  }

  private Erase erase(Table table) {
    return new Erase(
        store,
        table,
        new Erase.Settings(Duration.ZERO, 1, false, false),
        BeforeDeletion.NOTHING,
        files -> {});
  }

  private Erase.Result erase(Contract contract, int n) throws IOException {
    return erase(contract.lakeTable()).run(DATE, Where.parse("n = " + n, List.of(contract)));
  }

  private Positions erased(Table table) throws IOException {
    Positions erased = new Positions();
    LiveFiles.read(store, table)
        .files()
        .forEach(file -> erased.addAll(file.footer().erased().positions()));
    return erased;
  }

  private long erasedRecords(Table table) throws IOException {
    return LiveFiles.read(store, table).files().stream()
        .mapToLong(file -> file.footer().erased().total())
        .sum();
  }

  private Positions all(Table table) throws IOException {
    Positions all = new Positions();
    for (LakeFiles.DataFile file : LiveFiles.read(store, table).files()) {
      assertTrue(file.footer().addsUp(), file.toString());
      all.addAll(file.footer().positions());
    }
    return all;
  }

  @Test
  void erasedPositionsGoIntoTheNewFilesAndNoRowOfThemDoes() throws Exception {
    Contract contract = placed("one", "int64");
    fill(contract);
    Positions before = all(contract.lakeTable());
    assertEquals(2, erase(contract, 7).rows(), "one of each partition");
    Positions erased = erased(contract.lakeTable());
    assertEquals(2, erased.size());
    assertFalse(rows().contains("7"));
    // Another contract, which rejects some of the others.
    Contract two = placed("two", "int32");
    Rebuild.Result result = rebuild(store, two, false).run(DATE, false);
    assertEquals(78, result.derived());
    assertEquals(10, result.rejected());
    assertEquals(0, result.missing());
    assertFalse(rows().contains("7"));
    assertEquals(78, rows().size());
    assertEquals(erased, erased(two.lakeTable()));
    // And back, with what was rejected in between.
    Contract three = placed("three", "int64");
    rebuild(store, three, false).run(DATE, false);
    assertFalse(rows().contains("7"));
    assertEquals(88, rows().size());
    assertEquals(before, all(three.lakeTable()));
    assertEquals(erased, erased(three.lakeTable()));
  }

  /** Kafka need not have what was erased. */
  @Test
  void erasedRecordsMayBeGoneFromTheTopic() throws Exception {
    Contract contract = placed("one", "int64");
    fill(contract);
    erase(contract, 7);
    topic.removeIf(record -> record.offset() == 7);
    Rebuild.Result result = rebuild(store, placed("two", "int64"), false).run(DATE, false);
    assertEquals(88, result.derived());
    assertEquals(88, rows().size());
  }

  @Test
  void aDamagedFileComesBackWithoutThem() throws Exception {
    Contract contract = placed("one", "int64");
    fill(contract);
    erase(contract, 7);
    Positions erased = erased(contract.lakeTable());
    Positions before = all(contract.lakeTable());
    for (LakeFiles.DataFile file : LiveFiles.read(store, contract.lakeTable()).files()) {
      if (file.part().date().equals(DATE)) {
        damage(file.entry());
      }
    }
    rebuild(store, contract, true).run(DATE, false);
    assertFalse(rows().contains("7"));
    assertEquals(88, rows().size());
    assertEquals(before, all(contract.lakeTable()));
    assertEquals(erased, erased(contract.lakeTable()));
  }

  /** Rows do not have their positions: which of them were erased nobody can tell. */
  @Test
  void aFileThatDoesNotSayWhichWereErasedStaysAsItIs() throws Exception {
    Contract contract = contract("one", "int64");
    fill(contract);
    assertEquals(2, erase(contract, 7).rows());
    assertEquals(2, erasedRecords(contract.lakeTable()));
    Rebuild.Result result = rebuild(store, contract("two", "int64"), false).run(DATE, false);
    assertTrue(result.kept() > 0, result.toString());
    assertFalse(rows().contains("7"));
    assertEquals(88, rows().size());
    assertEquals(2, erasedRecords(contract.lakeTable()));
    LakeFiles.DataFile touched =
        LiveFiles.read(store, contract.lakeTable()).files().stream()
            .filter(file -> !file.footer().erased().isNone())
            .findFirst()
            .orElseThrow();
    damage(touched.entry());
    Rebuild again = rebuild(store, contract, true);
    String message = assertThrows(UserException.class, () -> again.run(DATE, false)).getMessage();
    assertTrue(message.contains("sluice erase for the same keys"), message);
  }

  /** A letter that was erased is no row that is missing under a contract that takes it. */
  @Test
  void anErasedLetterIsNoRowOfALaterContract() throws Exception {
    Contract contract = placed("one", "int32");
    fill(contract);
    Contract accepting = placed("two", "int64");
    // Both partitions' dead letters of "many" are of no contract; those of 3000000008 are of the
    // second. The first contract's table of letters has neither: they are written by a rebuild.
    rebuild(store, accepting, false).run(DATE, false);
    Contract rejecting = placed("three", "int32");
    rebuild(store, rejecting, false).run(DATE, false);
    Table letters = DeadLetters.table(rejecting);
    Positions dead = all(letters);
    assertEquals(10, dead.size());
    EraseLetters erase =
        new EraseLetters(
            store,
            accepting,
            erase(letters),
            Where.parse("n = 3000000018", List.of(accepting)),
            false);
    assertEquals(2, erase.run(DATE, new Positions()).rows());
    assertEquals(dead, all(letters));
    assertEquals(2, erased(letters).size());
    Rebuild.Result back = rebuild(store, placed("four", "int64"), false).run(DATE, false);
    assertEquals(8, back.recovered());
    assertFalse(rows().contains("3000000018"));
    assertTrue(rows().contains("3000000028"));
  }
}
