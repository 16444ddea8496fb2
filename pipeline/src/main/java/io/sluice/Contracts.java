package io.sluice;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetters;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The contracts of a run: what {@code --contract} names, each for a table of its own. */
final class Contracts {
  private static final String USER_ACTIONS = "the contract of user actions";

  private Contracts() {}

  /**
   * A contract.
   *
   * @param file where it is, as messages call it
   */
  record Named(String file, Contract contract) {}

  /**
   * Reads contracts.
   *
   * @param places files, and folders of which each {@code *.yaml} is taken, in the order of their
   *     names; null or empty for the contract of user actions
   * @throws UserException where one cannot be read, a folder has none, or two are for one table
   */
  static List<Named> read(@Nullable List<String> places) {
    if (places == null || places.isEmpty()) {
      return List.of(new Named(USER_ACTIONS, ContractParser.userActions()));
    }
    List<Named> contracts = new ArrayList<>();
    for (String place : places) {
      if (place.isBlank()) {
        // As a path it would be the working directory.
        throw new UserException(
            "--contract=: names nothing; name a YAML file, or a folder of them");
      }
      Path path = Path.of(place);
      for (Path file : Files.isDirectory(path) ? files(path) : List.of(path)) {
        contracts.add(new Named(file.toString(), ContractParser.read(file)));
      }
    }
    requireOwnTables(contracts);
    return contracts;
  }

  private static List<Path> files(Path folder) {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.yaml")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UserException(
          "--contract="
              + folder
              + ": cannot be listed: "
              + FileFaults.why(e)
              + "; name a folder of contracts",
          e);
    }
    if (files.isEmpty()) {
      throw new UserException(
          "--contract="
              + folder
              + ": the folder has no *.yaml; put the contracts there, or name another folder");
    }
    return List.copyOf(files);
  }

  /** Two that write one table would each take the other's rows for its own. */
  private static void requireOwnTables(List<Named> contracts) {
    Map<String, String> files = new HashMap<>();
    for (Named one : contracts) {
      String table = one.contract().table();
      String letters = DeadLetters.table(one.contract()).name();
      for (String name : List.of(table, letters)) {
        String other = files.put(name, one.file());
        if (other != null) {
          throw new UserException(
              "contracts "
                  + other
                  + " and "
                  + one.file()
                  + " both write the table "
                  + name
                  + ": give each a table of its own");
        }
      }
    }
  }

  /**
   * Makes sure that no two read the same.
   *
   * @param sources what each reads, by its name
   */
  static void requireOwnSources(List<Named> contracts, List<String> sources) {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < contracts.size(); i++) {
      String file = contracts.get(i).file();
      String other = files.put(sources.get(i), file);
      if (other != null) {
        throw new UserException(
            "contracts "
                + other
                + " and "
                + file
                + " both read the topic "
                + sources.get(i)
                + ": give each a topic of its own, or start a run for each");
      }
    }
  }
}
