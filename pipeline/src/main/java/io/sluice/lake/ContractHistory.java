package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.contract.Choice;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractDiff;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Plugged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The contracts that a table was written with, one object for each version: {@code
 * _sluice/TABLE/contracts/VERSION.json}. It is the contract itself, as JSON, and never changes.
 * Every two of them are compatible, see {@link ContractDiff}: so the table's files can be read
 * together.
 */
public final class ContractHistory {
  private static final String REMEDY =
      "restore it from a backup, or delete it and start the run with the contract of this version"
          + " once, which records it anew";

  private ContractHistory() {}

  /** The sources of the contracts that are recorded, of those kinds that are known here. */
  public static Set<Plugged> sources(Store store, String table) throws IOException {
    Set<Plugged> sources = new LinkedHashSet<>();
    for (Store.Entry entry : LakeFiles.listJson(store, folder(table))) {
      JsonNode json = tree(store, entry.key(), LakeObject.listed(store, entry.key()));
      try {
        ContractJson.recorded(json)
            .filter(one -> one.table().equals(table))
            .ifPresent(one -> sources.add(one.source()));
      } catch (IllegalArgumentException e) {
        throw damaged(store, entry.key(), e);
      }
    }
    return sources;
  }

  /** A recorded contract is one object of JSON, whichever version has written it. */
  private static JsonNode tree(Store store, String key, byte[] bytes) {
    try {
      JsonNode json = LakeObject.tree(bytes);
      LakeObject.of("it", json);
      return json;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(store, key, e);
    }
  }

  private static DamagedObjectException damaged(Store store, String key, Exception e) {
    return new DamagedObjectException(store, key, String.valueOf(e.getMessage()), REMEDY, e);
  }

  /** The contracts that are recorded, by the names of their versions. */
  public static List<Contract> read(Store store, String table) throws IOException {
    List<Contract> contracts = new ArrayList<>();
    for (Store.Entry entry : LakeFiles.listJson(store, folder(table))) {
      byte[] json = LakeObject.listed(store, entry.key());
      tree(store, entry.key(), json);
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
                + " file where it is; or somebody has changed it: restore it from a backup",
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
          throw another(store, other, contract);
        }
        continue;
      }
      List<ContractDiff.Change> changes = ContractDiff.of(other, contract).incompatible();
      if (!changes.isEmpty()) {
        ContractDiff.Change first = changes.get(0);
        throw new ContractException(
            "version",
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

  private static ContractException another(Store store, Contract recorded, Contract given) {
    String where = store.root() + "/" + key(given);
    if (isAnotherByOthers(recorded, given)) {
      // Which records are a table's is a function of its contract's version, whatever came so far.
      return new ContractException(
          "version",
          "contract version "
              + given.version()
              + " of table "
              + given.table()
              + " is beside other contracts of its topic in "
              + where
              + ": there those before it took "
              + unless(recorded)
              + ", and those that are given take "
              + unless(given)
              + ", so that other records would be the table's under one version: give all contracts of the topic with"
              + " --contract, in the order of before, or, where one was added, changed or dropped"
              + " for good, raise the version of table "
              + given.table());
    }
    return new ContractException(
        "version",
        "contract version "
            + given.version()
            + " is another one in "
            + where
            + ": give the changed contract a new version, or remove that object if no file was written with it");
  }

  /** Whether all that is another is what contracts before it in its topic take. */
  private static boolean isAnotherByOthers(Contract recorded, Contract given) {
    Choice choice = recorded.intake().choice();
    Choice others = given.intake().choice();
    return !choice.unless().equals(others.unless())
        && ContractDiff.sameMeaning(
            recorded.with(choice.among(others.unless(), choice.unrouted())), given);
  }

  private static String unless(Contract contract) {
    List<List<Condition>> unless = contract.intake().choice().unless();
    return unless.isEmpty()
        ? "nothing"
        : unless.stream().map(Condition::text).collect(Collectors.joining("; "));
  }

  /**
   * Makes sure that whoever writes to a table beside its run, as a rebuild does, was given the
   * contracts that come before the table's in its topic: without them it would take their records
   * for the table's own, whatever version it gives them.
   *
   * @throws UserException where some are missing, of those that a recorded version knows
   */
  static void requireOthers(Store store, Contract contract) throws IOException {
    List<Contract> recorded = read(store, contract.table());
    if (recorded.stream()
        .anyMatch(
            one ->
                one.version().equals(contract.version())
                    && ContractDiff.sameMeaning(one, contract))) {
      return;
    }
    Set<List<Condition>> given = Set.copyOf(contract.intake().choice().unless());
    for (Contract one : recorded) {
      Set<List<Condition>> before = Set.copyOf(one.intake().choice().unless());
      if (before.size() > given.size() && before.containsAll(given)) {
        throw new ContractException(
            "version",
            "table "
                + contract.table()
                + " shares its topic: before its contract version "
                + one.version()
                + " in "
                + store.root()
                + "/"
                + key(one)
                + ", others take "
                + unless(one)
                + ", and not all of them are given, so that their records would become rows of"
                + " this table: give all contracts of the topic with --contract, in their order,"
                + " and choose with --table="
                + contract.table()
                + "; where one was dropped for good, start the run with the new version first");
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
