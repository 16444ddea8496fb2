package io.sluice;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.ContractSource;
import io.sluice.contract.Family;
import io.sluice.lake.ContractHistory;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import io.sluice.source.SourceKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what the contracts of a run stand for that have a rule for names: what their source has
 * now, where a table may begin; what the lake has tables of, and the source still has, where none
 * may; and what the lake has, where nobody says where the source is.
 */
final class Families {
  private static final Logger LOG = LoggerFactory.getLogger(Families.class);

  private final SluiceOptions options;
  private final boolean mayBegin;
  private final Set<String> rules = new TreeSet<>();
  private final Map<String, Optional<NavigableSet<String>>> namesByKind = new HashMap<>();

  /**
   * @param mayBegin whether names that have no table yet are among them
   */
  Families(SluiceOptions options, boolean mayBegin) {
    this.options = options;
    this.mayBegin = mayBegin;
  }

  boolean mayBegin() {
    return mayBegin;
  }

  /** The rules of all contracts that were asked for. */
  Set<String> rules() {
    return rules;
  }

  /**
   * The contracts that one stands for, by name; itself where it is for one source.
   *
   * @param others names that contracts are for alone: they are not of the family
   */
  List<Contracts.Named> members(Contracts.Named one, Set<String> others) {
    Optional<Family> rule = Family.of(one.contract());
    if (rule.isEmpty()) {
      return List.of(one);
    }
    Family family = rule.get();
    rules.add(family.rule());
    NavigableSet<String> known = known(one.contract(), family);
    Optional<NavigableSet<String>> there =
        namesByKind.computeIfAbsent(
            one.contract().source().name(),
            kind -> SourceKind.kindOf(one.contract()).names(options));
    TreeSet<String> names = new TreeSet<>(there.orElse(known));
    names.removeIf(name -> !family.fits().test(name));
    names.removeAll(others);
    if (there.isPresent()) {
      for (String name : without(known, names)) {
        LOG.warn(
            "topic {} of contract {} is not there any more: table {} stays as it is, and nothing is read or judged for it",
            name,
            one.file(),
            family.member(one.contract(), name).table());
      }
    }
    if (!mayBegin) {
      for (String name : without(names, known)) {
        LOG.warn(
            "topic {} fits {} of contract {} and has no table yet: a start without state, with --startFrom=lake, begins it",
            name,
            family.rule(),
            one.file());
      }
      names.retainAll(known);
    } else if (names.isEmpty()) {
      LOG.warn(
          "no topic fits {} of contract {} yet: the next start looks again",
          family.rule(),
          one.file());
    }
    List<Contracts.Named> members = new ArrayList<>();
    for (String name : names) {
      try {
        members.add(
            new Contracts.Named(
                new ContractParser.Located(
                    family.member(one.contract(), name),
                    one.file() + " (" + name + ")",
                    one.located().lines())));
      } catch (UserException e) {
        throw new UserException("contract " + one.file() + ": " + e.getMessage(), e);
      }
    }
    return members;
  }

  private static NavigableSet<String> without(Set<String> names, Set<String> others) {
    TreeSet<String> left = new TreeSet<>(names);
    left.removeAll(others);
    return left;
  }

  /** The names of which the lake has a table, by the contracts that are recorded there. */
  private NavigableSet<String> known(Contract contract, Family family) {
    Pattern tables = family.tables(contract);
    NavigableSet<String> known = new TreeSet<>();
    try (Store lake = SluiceConfig.lake(options).open(options)) {
      List<String> found =
          lake.folders("_sluice/").stream().filter(tables.asMatchPredicate()).toList();
      Parallel.map(
              found,
              Parallel.THREADS,
              "looking for tables of " + family.rule(),
              table -> ContractHistory.read(lake, table))
          .forEach(
              versions ->
                  versions.forEach(
                      version -> {
                        String name = ContractSource.topicOf(version, "");
                        if (family.has(contract, version, name)) {
                          known.add(name);
                        }
                      }));
      return known;
    } catch (IOException e) {
      throw new UnavailableException(
          "the lake's tables of "
              + family.rule()
              + " cannot be looked up: "
              + FileFaults.why(e)
              + "; check --lake",
          e);
    }
  }
}
