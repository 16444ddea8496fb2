package io.sluice.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.lake.DamagedObjectException;
import io.sluice.lake.Damages;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What replays have left beside the dead letters, and something else has touched. */
class DamagedReplaysTest {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final String FOLDER = "_sluice/user_actions_dead_letters/";
  private static final String SOURCE = "cluster/topic/id";

  private final Store store = StoreScript.inMemory(0).bare();

  private void writeLedger(long offset) throws IOException {
    Positions failed = new Positions();
    failed.add(SOURCE, 0, offset);
    new Ledger(store, CONTRACT)
        .write(new Ledger.Entry(Instant.EPOCH, LocalDate.EPOCH, "1", "", "lake", Map.of(), failed));
  }

  private int attempts(long offset) throws IOException {
    return new Ledger(store, CONTRACT)
        .attempts()
        .of(new SourceRecord(SOURCE, 0, offset, 0, null, null, List.of()));
  }

  /** It decides how often a letter is tried, and nothing of what is in the lake. */
  @Test
  void aDamagedLedgerIsLeftOutAndTheOthersCount() throws IOException {
    writeLedger(3);
    String key = store.list(FOLDER + "replays/").get(0).key();
    writeLedger(4);
    assertEquals(1, attempts(3));
    byte[] valid = store.read(key).orElseThrow();
    Set<String> unread =
        Set.of(
            "sluice_version",
            "time",
            "date",
            "contract_version",
            "fix_sha256",
            "target",
            "reasons");
    for (Damages.Damage damage : Damages.of(valid, Set.of(), unread)) {
      store.replace(key, damage.bytes());
      assertEquals(0, attempts(3), damage.toString());
      assertEquals(1, attempts(4), damage.toString());
    }
  }

  /** Two replays by different rules at once could write a letter twice. */
  @Test
  void aDamagedMarkKeepsOthersOutUntilItIsTakenOver() throws IOException {
    ReplayMark.begin(store, CONTRACT, Fixes.NONE, false);
    String key = store.list(FOLDER + "replaying/").get(0).key();
    byte[] valid = store.read(key).orElseThrow();
    for (Damages.Damage damage : Damages.of(valid, Set.of(), Set.of("sluice_version"))) {
      store.replace(key, damage.bytes());
      String message =
          assertThrows(
                  DamagedObjectException.class,
                  () -> ReplayMark.begin(store, CONTRACT, Fixes.NONE, false),
                  damage.toString())
              .getMessage();
      assertEquals(1, message.lines().count(), message);
      assertTrue(message.contains(key + " is damaged: "), message);
      assertTrue(message.contains("--takeOver"), message);
      ReplayMark.begin(store, CONTRACT, Fixes.NONE, true).end();
      ReplayMark.begin(store, CONTRACT, Fixes.NONE, false).end();
    }
  }
}
