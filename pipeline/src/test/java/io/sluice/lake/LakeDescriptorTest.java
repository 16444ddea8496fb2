package io.sluice.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files are rewritten only where no version that does not know them can start any more. */
class LakeDescriptorTest {
  private static final Table TABLE = ContractParser.userActions().lakeTable();
  private static final String KEY = "_sluice/user_actions.json";

  @TempDir Path directory;

  @Test
  void aLakeThatAnOlderVersionBeganIsNotRewrittenBeforeAJobOfThisOne() throws Exception {
    Store store = new LocalStore(directory);
    byte[] old =
        "{\"format\":1,\"table\":\"user_actions\",\"dateColumn\":\"event_date\",\"shards\":7,\"resharded\":true}"
            .getBytes(UTF_8);
    store.replace(KEY, old);
    UserException e =
        assertThrows(UserException.class, () -> LakeDescriptor.requireRewrites(store, TABLE));
    assertTrue(e.getMessage().contains("upgrade the job first"), e.getMessage());
    LakeDescriptor found = new LakeDescriptor(7, true, Timestamp.Unit.MILLIS);
    assertEquals(found, LakeDescriptor.open(store, TABLE, null, false));
    LakeDescriptor.requireRewrites(store, TABLE);
    byte[] once = store.read(KEY).orElseThrow();
    assertEquals(found, LakeDescriptor.open(store, TABLE, null, false));
    assertEquals(new String(once, UTF_8), new String(store.read(KEY).orElseThrow(), UTF_8));
    // Another number of shards does not let older versions in again, nor changes the unit.
    assertEquals(
        new LakeDescriptor(3, true, Timestamp.Unit.MILLIS),
        LakeDescriptor.open(store, TABLE, 3, true));
    LakeDescriptor.requireRewrites(store, TABLE);
  }

  /**
   * Another number of shards would look for a row in a log where it is not, and append it again.
   */
  @Test
  void whereTheDescriptorIsGoneAndTheFilesAreNotNothingBeginsTheTableAnew() throws Exception {
    Store store = new LocalStore(directory);
    LakeDescriptor.open(store, TABLE, null, false);
    store.replace("user_actions/event_date=2026-11-28/part-00003-00000000.parquet", new byte[1]);
    store.delete(List.of(KEY));
    for (Executable use :
        List.<Executable>of(
            () -> LakeDescriptor.open(store, TABLE, 3, false),
            () -> LakeDescriptor.find(store, TABLE),
            () -> LakeDescriptor.existing(store, TABLE))) {
      String message = assertThrows(UserException.class, use).getMessage();
      assertTrue(message.contains(KEY + " is gone"), message);
      assertTrue(message.contains("part-00003-00000000.parquet"), message);
      assertTrue(message.contains("--reshard"), message);
    }
    assertEquals(new LakeDescriptor(3, true), LakeDescriptor.open(store, TABLE, 3, true));
    assertEquals(new LakeDescriptor(3, true), LakeDescriptor.existing(store, TABLE));
  }

  @Test
  void aNewLakeMayBeRewrittenFromTheBeginning() throws Exception {
    Store store = new LocalStore(directory);
    assertEquals(
        new LakeDescriptor(LakeDescriptor.DEFAULT_SHARDS, false),
        LakeDescriptor.open(store, TABLE, null, false));
    LakeDescriptor.requireRewrites(store, TABLE);
  }
}
