package io.sluice.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import org.junit.jupiter.api.Test;

/** What a replay of a newer version wrote is refused, not misread. */
class LedgerFormatTest {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final String FOLDER = "_sluice/user_actions_dead_letters/";

  private final Store store = StoreScript.inMemory(0).bare();

  @Test
  void aNewerLedgerIsRefused() throws Exception {
    store.replace(
        FOLDER + "replays/one.json", "{\"format\":2,\"sluice_version\":\"9.1.0\"}".getBytes(UTF_8));
    UserException e =
        assertThrows(UserException.class, () -> new Ledger(store, CONTRACT).attempts());
    assertTrue(e.getMessage().contains("version 9.1.0 wrote it: upgrade"), e.getMessage());
  }
}
