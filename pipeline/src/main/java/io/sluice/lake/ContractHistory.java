package io.sluice.lake;

import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractDiff;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The contracts that a table was written with, one object for each version: {@code
 * _sluice/TABLE/contracts/VERSION.json}. It is the contract itself, as JSON, and never changes.
 * Every two of them are compatible, see {@link ContractDiff}: so the table's files can be read
 * together.
 */
public final class ContractHistory {
  private ContractHistory() {}

  /** The contracts that are recorded, by the names of their versions. */
  public static List<Contract> read(Store store, String table) throws IOException {
    List<Contract> contracts = new ArrayList<>();
    for (Store.Entry entry : LakeFiles.listJson(store, folder(table))) {
      byte[] json = store.read(entry.key()).orElseThrow();
      try {
        contracts.add(
            ContractParser.parse(
                new String(json, StandardCharsets.UTF_8), store.root() + "/" + entry.key()));
      } catch (UserException e) {
        // Only what was checked is recorded: it has a key or a type that came later.
        throw new UserException(
            e.getMessage()
                + "; this recorded contract is of a newer version of Sluice than "
                + Version.text()
                + ", or names a source, a format or a function whose jar is not on this class path:"
                + " upgrade to the version that writes to this lake, with its jars, and leave the"
                + " file where it is",
            e);
      }
    }
    return contracts;
  }

  /**
   * Records the contract that a run is about to write with; one that is recorded already is left as
   * it is, so a version may come back.
   *
   * @throws UserException where the version was another contract, or a recorded contract is not
   *     compatible with it
   */
  public static void record(Store store, Contract contract) throws IOException {
    check(store, contract);
    String json = ContractJson.of(contract);
    store.create(key(contract), json.getBytes(StandardCharsets.UTF_8), Token.next());
    // Of two that begin at once, each sees the other now at the latest.
    check(store, contract);
  }

  /**
   * @throws UserException where {@link #record} would refuse the contract
   */
  public static void check(Store store, Contract contract) throws IOException {
    for (Contract other : read(store, contract.table())) {
      if (other.version().equals(contract.version())) {
        if (!ContractDiff.sameMeaning(other, contract)) {
          throw new UserException(
              "contract version "
                  + contract.version()
                  + " is another one in "
                  + store.root()
                  + "/"
                  + key(contract)
                  + ": give the changed contract a new version, or remove that object if no file was written with it");
        }
        continue;
      }
      List<ContractDiff.Change> changes = ContractDiff.of(other, contract).incompatible();
      if (!changes.isEmpty()) {
        ContractDiff.Change first = changes.get(0);
        throw new UserException(
            "contract version "
                + contract.version()
                + " is not compatible with version "
                + other.version()
                + " of table "
                + contract.table()
                + ": "
                + first.what()
                + ", "
                + first.change()
                + (changes.size() > 1 ? ", and " + (changes.size() - 1) + " more" : "")
                + "; see sluice contract diff with "
                + store.root()
                + "/"
                + key(other));
      }
    }
  }

  private static String key(Contract contract) {
    return folder(contract.table()) + contract.version() + ".json";
  }

  private static String folder(String table) {
    return "_sluice/" + table + "/contracts/";
  }
}
