package io.sluice.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
    LakeDescriptor.allowRewrites(store, TABLE);
    LakeDescriptor.requireRewrites(store, TABLE);
    assertEquals(new LakeDescriptor(7, true), LakeDescriptor.open(store, TABLE, null, false));
    byte[] once = store.read(KEY).orElseThrow();
    LakeDescriptor.allowRewrites(store, TABLE);
    assertEquals(new String(once, UTF_8), new String(store.read(KEY).orElseThrow(), UTF_8));
    // Another number of shards does not let older versions in again.
    LakeDescriptor.open(store, TABLE, 3, true);
    LakeDescriptor.requireRewrites(store, TABLE);
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
