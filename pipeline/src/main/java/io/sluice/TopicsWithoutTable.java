package io.sluice;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.ContractSource;
import io.sluice.contract.Family;
import io.sluice.source.SourceKind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a source has now that fits the rules of contracts and has no table: what those who work on
 * what was written have not looked at.
 *
 * @param rules as the contracts have them
 * @param topics by name
 * @param unasked why the source could not be asked; null where it was
 */
public record TopicsWithoutTable(
    List<String> rules, List<String> topics, @Nullable String unasked) {
  private static final int MOST_NAMED = 20;

  public TopicsWithoutTable {
    rules = List.copyOf(rules);
    topics = List.copyOf(topics);
  }

  /**
   * Asks the sources. What they do not answer is no error.
   *
   * @param looked the contracts of all tables that there are, as {@code options} name them
   * @return empty where no contract has a rule, or one table alone was asked for
   */
  public static Optional<TopicsWithoutTable> look(
      SluiceOptions options, Collection<Contract> looked) {
    List<String> places = options.getContract();
    if (places == null || places.isEmpty() || options.getTable() != null) {
      return Optional.empty();
    }
    Set<String> known =
        looked.stream()
            .map(contract -> ContractSource.topicOf(contract, ""))
            .collect(Collectors.toSet());
    NavigableSet<String> rules = new TreeSet<>();
    NavigableSet<String> topics = new TreeSet<>();
    Map<String, NavigableSet<String>> namesByKind = new HashMap<>();
    String unasked = null;
    try {
      for (Path file : Contracts.files("--contract=", places)) {
        Contract contract = ContractParser.read(file);
        Optional<Family> family = Family.of(contract);
        if (family.isPresent()) {
          rules.add(family.get().rule());
          namesByKind
              .computeIfAbsent(
                  contract.source().name(), kind -> SourceKind.kindOf(contract).names(options))
              .stream()
              .filter(name -> family.get().fits().test(name) && !known.contains(name))
              .forEach(topics::add);
        }
      }
    } catch (UserException e) {
      // What was proved of the tables is not to be lost for it.
      unasked = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(new TopicsWithoutTable(List.copyOf(rules), List.copyOf(topics), unasked));
  }

  /** What to say; empty where each has its table. */
  public Optional<String> note() {
    String fits = String.join(" or ", rules);
    if (unasked != null) {
      return Optional.of(
          "topics that fit " + fits + " and have no table could not be looked for: " + unasked);
    }
    if (topics.isEmpty()) {
      return Optional.empty();
    }
    int more = topics.size() - MOST_NAMED;
    return Optional.of(
        Wording.count(topics.size(), "topic fits", "topics fit")
            + " "
            + fits
            + (topics.size() == 1 ? " and has no table: " : " and have no table: ")
            + topics.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
            + (more > 0 ? " and " + more + " more" : "")
            + "; a start without state, with --startFrom=lake, begins "
            + (topics.size() == 1 ? "it" : "them")
            + ", or says why it cannot");
  }
}
