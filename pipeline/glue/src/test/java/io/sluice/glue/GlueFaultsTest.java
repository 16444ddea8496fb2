package io.sluice.glue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.follow.Reconcile;
import io.sluice.glue.GlueEmulator.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Glue that throttles, loses answers, and is changed by others. */
class GlueFaultsTest {
  private static final LocalDate DATE = TestLake.DATE;
  private static final String NAME = TestLake.TABLE.name();

  @TempDir Path directory;
  private GlueEmulator glue;
  private TestLake lake;

  @BeforeEach
  void begin() throws IOException {
    glue = new GlueEmulator();
    glue.createDatabase(TestLake.DATABASE);
    lake = new TestLake(directory, glue.endpoint());
    lake.append(DATE, 0, 1, 2);
    lake.publish(DATE);
  }

  @AfterEach
  void end() {
    lake.close();
    glue.close();
  }

  private int files() throws IOException {
    return Partitions.read(
            glue.partitions(TestLake.DATABASE, NAME).get(DATE.toString()), lake.store)
        .size();
  }

  /** The first calls of each operation fare so. */
  private void first(int calls, Fault fault) {
    List<String> seen = new ArrayList<>();
    glue.faults(
        (operation, request) -> {
          synchronized (seen) {
            seen.add(operation);
            return seen.stream().filter(operation::equals).count() <= calls ? fault : Fault.NONE;
          }
        });
  }

  @Test
  void whatIsThrottledIsTriedAgainLater() throws IOException {
    first(2, Fault.THROTTLED);
    assertEquals(1, lake.follow(DATE).added().size());
    assertEquals(1, files());
    assertEquals(3, glue.calls().stream().filter("CreateTable"::equals).count());
    assertEquals(3, glue.calls().stream().filter("BatchCreatePartition"::equals).count());
  }

  @Test
  void whatBreaksIsTriedAgain() throws IOException {
    first(1, Fault.BROKEN);
    assertEquals(1, lake.follow(DATE).added().size());
    assertEquals(1, files());
  }

  /** Each change is done once, whether or not its caller has heard of it. */
  @Test
  void anAnswerThatIsLostIsNoFailure() throws IOException {
    first(1, Fault.LOST);
    assertEquals(1, lake.follow(DATE).added().size());
    assertEquals(1, files());
    lake.append(DATE, 0, 3);
    lake.publish(DATE);
    first(1, Fault.LOST);
    assertEquals(1, lake.follow(DATE).added().size());
    assertEquals(2, files());
  }

  @Test
  void whereGlueSaysNoMoreTheNextLookFindsWhatIsDone() throws IOException {
    // The table is made, and then nobody hears of anything.
    AtomicInteger created = new AtomicInteger();
    glue.faults(
        (operation, request) -> {
          if (operation.equals("BatchCreatePartition")) {
            created.incrementAndGet();
            throw new IOException("the connection is cut");
          }
          return Fault.NONE;
        });
    IOException e = assertThrows(IOException.class, () -> lake.follow(DATE));
    assertTrue(e.getMessage().contains("Glue's table lake.user_actions"), e.getMessage());
    assertTrue(created.get() > 1, "it was tried once");
    glue.faults((operation, request) -> Fault.NONE);
    assertEquals(1, lake.follow(DATE).added().size());
    assertEquals(1, files());
  }

  @Test
  void aPartitionThatIsRefusedHoldsUpNoOther() throws IOException {
    LocalDate other = DATE.plusDays(1);
    lake.append(other, 0, 10);
    lake.publish(other);
    glue.refuse(other.toString(), "InternalServiceException");
    Map<LocalDate, Reconcile.Outcome> outcomes = lake.follow(List.of(DATE, other));
    assertNotNull(outcomes.get(DATE).done());
    Exception failed = outcomes.get(other).failed();
    assertNotNull(failed);
    assertEquals(
        "Glue's table lake.user_actions: creating the partition 2026-02-01:"
            + " InternalServiceException: of 2026-02-01",
        failed.getMessage());
    assertEquals(1, files());
    glue.refuseNone();
    assertEquals(1, lake.follow(other).added().size());
  }

  @Test
  void aDatabaseThatIsNotThereIsSaid() throws IOException {
    try (GlueEmulator empty = new GlueEmulator();
        TestLake same = new TestLake(directory, empty.endpoint())) {
      UserException e = assertThrows(UserException.class, () -> same.follow(DATE));
      assertEquals(
          "--glueDatabase=lake: Glue's catalog has no such database; make it (aws glue"
              + " create-database --database-input Name=lake), or name another",
          e.getMessage());
    }
  }

  private List<String> columns() {
    List<String> names = new ArrayList<>();
    glue.table(TestLake.DATABASE, NAME)
        .at("/StorageDescriptor/Columns")
        .forEach(column -> names.add(column.path("Name").asText()));
    return names;
  }

  /** As it was before a version of the contract, with what somebody has added since. */
  private void forgetColumn(ObjectNode table) {
    ArrayNode columns = (ArrayNode) table.at("/StorageDescriptor/Columns");
    columns.remove(columns.size() - 1);
  }

  @Test
  void columnsAreAddedUponTheVersionThatWasRead() throws IOException {
    lake.follow(DATE);
    List<String> all = columns();
    glue.change(TestLake.DATABASE, NAME, this::forgetColumn);
    assertEquals(all.size() - 1, columns().size());
    lake.append(DATE, 0, 3);
    lake.publish(DATE);
    AtomicInteger tries = new AtomicInteger();
    glue.faults(
        (operation, request) -> {
          if (operation.equals("UpdateTable") && tries.getAndIncrement() == 0) {
            // Another has a newer contract, and is faster.
            glue.change(
                TestLake.DATABASE,
                NAME,
                table ->
                    ((ArrayNode) table.at("/StorageDescriptor/Columns"))
                        .addObject()
                        .put("Name", "newer")
                        .put("Type", "array<struct<a:int,b:decimal(5,2)>>"));
          }
          return Fault.NONE;
        });
    lake.follow(DATE);
    assertEquals(2, tries.get());
    List<String> expected = new ArrayList<>(all.subList(0, all.size() - 1));
    expected.add("newer");
    expected.add(all.get(all.size() - 1));
    assertEquals(expected, columns(), "what the other has added is gone");
    assertEquals(
        expected.size(),
        glue.partitions(TestLake.DATABASE, NAME)
            .get(DATE.toString())
            .at("/StorageDescriptor/Columns")
            .size());
    glue.forgetCalls();
    lake.append(DATE, 0, 4);
    lake.publish(DATE);
    lake.follow(DATE);
    assertFalse(glue.calls().contains("UpdateTable"), "it is as it is to be");
  }

  @Test
  void aColumnOfAnotherTypeIsSaid() throws IOException {
    lake.follow(DATE);
    glue.change(
        TestLake.DATABASE,
        NAME,
        table -> ((ObjectNode) table.at("/StorageDescriptor/Columns/0")).put("Type", "array<int>"));
    lake.append(DATE, 0, 3);
    lake.publish(DATE);
    IOException e = assertThrows(IOException.class, () -> lake.follow(DATE));
    assertTrue(
        e.getMessage()
            .startsWith(
                "Glue's table lake.user_actions: its column event_datetime is array<int>, and"
                    + " timestamp in the lake"),
        e.getMessage());
    assertEquals(1, files());
  }
}
