package io.sluice;

import io.sluice.contract.Choice;
import io.sluice.contract.ContractParser;
import io.sluice.contract.ContractParser.Located;
import io.sluice.contract.ContractSource;
import io.sluice.contract.Intake.Letters;
import io.sluice.contract.Plugged;
import io.sluice.deadletter.DeadLetters;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The contracts of a run: what {@code --contract} names, each for a table of its own. */
public final class Contracts {
  private static final String USER_ACTIONS = "the contract of user actions";

  private Contracts() {}

  /**
   * Reads contracts.
   *
   * @param unrouted what becomes of a record that no contract of its topic takes
   * @param places files, and folders of which each {@code *.yaml} and {@code *.yml} is taken, in
   *     the order of their names; null or empty for the contract of user actions
   * @param table the one that is taken of them; null for all
   * @param families finds the contracts of those that stand for several
   * @throws UserException where one cannot be read, a folder has none, two are for one table, or
   *     none is for the one that is taken
   */
  static List<Located> read(
      @Nullable List<String> places,
      Choice.Unrouted unrouted,
      @Nullable String table,
      Families families) {
    List<Located> all = read(places, unrouted, families);
    if (table == null) {
      return all;
    }
    return List.of(
        all.stream()
            .filter(one -> one.contract().table().equals(table))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserException(
                        "--table="
                            + table
                            + ": --contract names contracts of "
                            + all.stream()
                                .map(one -> one.contract().table())
                                .collect(Collectors.joining(", "))
                            + ": name one of these")));
  }

  private static List<Located> read(
      @Nullable List<String> places, Choice.Unrouted unrouted, Families families) {
    if (places == null || places.isEmpty()) {
      return List.of(new Located(ContractParser.userActions(), USER_ACTIONS, Map.of()));
    }
    List<Located> contracts =
        files("--contract=", places).stream().map(ContractParser::readLocated).toList();
    List<Located> members = families.members(contracts);
    if (members.isEmpty()) {
      throw new UserException(
          "there is no table to work on for " + contracts.get(0).file() + ": " + families.none());
    }
    requireOwnTables(members);
    return beside(members, unrouted);
  }

  /**
   * The files of contracts: those that are named, and each {@code *.yaml} and {@code *.yml} of
   * folders that are, in the order of their names.
   *
   * @param flag what stands before a place in messages
   * @throws UserException where a folder has none
   */
  public static List<Path> files(String flag, List<String> places) {
    List<Path> files = new ArrayList<>();
    for (String place : places) {
      if (place.isBlank()) {
        // As a path it would be the working directory.
        throw new UserException(flag + ": names nothing; name a YAML file, or a folder of them");
      }
      Path path = Path.of(place);
      files.addAll(Files.isDirectory(path) ? files(flag, path) : List.of(path));
    }
    return files;
  }

  /**
   * Contracts as they are in one run.
   *
   * @throws UserException where a run would not have them together
   */
  public static List<Located> together(List<Located> contracts) {
    requireOwnTables(contracts);
    List<Located> beside = beside(contracts, Choice.Unrouted.DEAD_LETTER);
    List<Located> ofTopics =
        beside.stream()
            .filter(one -> !ContractSource.topicOf(one.contract(), "").isEmpty())
            .toList();
    requireOwnSources(
        ofTopics,
        ofTopics.stream().map(one -> ContractSource.topicOf(one.contract(), "")).toList());
    return beside;
  }

  private static List<Path> files(String flag, Path folder) {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.{yaml,yml}")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UserException(
          flag
              + folder
              + ": cannot be listed: "
              + FileFaults.why(e)
              + "; name a folder of contracts",
          e);
    }
    if (files.isEmpty()) {
      throw new UserException(
          flag
              + folder
              + ": the folder has no *.yaml or *.yml; put the contracts there, or name another folder");
    }
    return List.copyOf(files);
  }

  /** Two that write one table would each take the other's rows for its own. */
  private static void requireOwnTables(List<Located> contracts) {
    Map<String, String> files = new HashMap<>();
    for (Located one : contracts) {
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
   * The contracts as they are beside each other: those of one source share its records by what each
   * has for {@code when}, the first that holds, in their order.
   *
   * @param unrouted what becomes of a record that none takes
   * @throws UserException where one would never get a record, or they cannot be told apart
   */
  static List<Located> beside(List<Located> contracts, Choice.Unrouted unrouted) {
    Map<Plugged, List<Located>> bySource = new LinkedHashMap<>();
    contracts.forEach(
        one -> bySource.computeIfAbsent(one.contract().source(), s -> new ArrayList<>()).add(one));
    List<Located> all = new ArrayList<>();
    for (Located one : contracts) {
      List<Located> group = Objects.requireNonNull(bySource.get(one.contract().source()));
      int index = group.indexOf(one);
      Choice choice =
          one.contract()
              .intake()
              .choice()
              .hidingOthers(
                  group.stream()
                      .anyMatch(
                          other ->
                              other != one && other.contract().intake().letters() != Letters.KEEP));
      if (index + 1 < group.size()) {
        requireChoice(one, group.get(index + 1));
      }
      for (Located before : group.subList(0, index)) {
        requireAnother(before, one);
      }
      if (group.size() > 1) {
        requireOneFormat(group.get(0), one);
        choice =
            choice.among(
                group.subList(0, index).stream()
                    .map(before -> before.contract().intake().choice().when())
                    .toList(),
                index + 1 < group.size() ? Choice.Unrouted.OTHERS : unrouted);
      } else if (!choice.isAll() && unrouted != Choice.Unrouted.DEAD_LETTER) {
        choice = choice.among(choice.unless(), unrouted);
      }
      all.add(one.with(one.contract().with(choice)));
    }
    return all;
  }

  private static void requireChoice(Located one, Located next) {
    if (one.contract().intake().choice().when().isEmpty()) {
      throw new UserException(
          "contracts "
              + one.file()
              + " and "
              + next.file()
              + " both read the topic "
              + ContractSource.topicOf(one.contract(), "")
              + ", and the first takes all of its records: say there which ones, with when, give each"
              + " a topic of its own, or start a run for each");
    }
  }

  private static void requireAnother(Located before, Located one) {
    if (before
        .contract()
        .intake()
        .choice()
        .when()
        .equals(one.contract().intake().choice().when())) {
      throw new UserException(
          "contracts "
              + before.file()
              + " and "
              + one.file()
              + " ask the same with when, so the second would never get a record: drop one, or ask"
              + " something else");
    }
  }

  /** What one asks of a value, the others have to find there as well. */
  private static void requireOneFormat(Located first, Located other) {
    if (!first.contract().format().equals(other.contract().format())) {
      throw new UserException(
          "contracts "
              + first.file()
              + " and "
              + other.file()
              + " share a topic and have different formats: by what a value holds they cannot be told"
              + " apart; give them one format with the same keys, or a topic each");
    }
  }

  /**
   * Makes sure that no two read the same, but those that share it by {@link #beside}.
   *
   * @param sources what each reads, by its name
   */
  static void requireOwnSources(List<Located> contracts, List<String> sources) {
    Map<String, Located> readers = new HashMap<>();
    for (int i = 0; i < contracts.size(); i++) {
      Located one = contracts.get(i);
      Located other = readers.put(sources.get(i), one);
      if (other != null && !other.contract().source().equals(one.contract().source())) {
        throw new UserException(
            "contracts "
                + other.file()
                + " and "
                + one.file()
                + " both read the topic "
                + sources.get(i)
                + " and say different things of it: write the same source in both");
      }
    }
  }
}
