package io.sluice;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser.Located;
import io.sluice.contract.ContractSource;
import io.sluice.contract.Family;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.ContractHistory;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import io.sluice.source.SourceKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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
 * Finds the contracts that a contract with a rule for names stands for. Whoever may begin a table
 * gets one for each name that the source has now; all others get one for each table of the lake.
 */
final class Families {
  private static final Logger LOG = LoggerFactory.getLogger(Families.class);

  /** Who asks. */
  enum Who {
    /** A run without state, and a plan of one: whatever the source has. */
    BEGINS,
    /** A run with the state of one before it: of that, what has a table. */
    GOES_ON,
    /** Who works on what was written: the tables of the lake, whatever became of their sources. */
    LOOKS
  }

  private final SluiceOptions options;
  private final Who who;
  private final Set<String> rules = new TreeSet<>();
  private final Set<String> leftOut = new TreeSet<>();
  private final Map<String, NavigableSet<String>> namesByKind = new HashMap<>();

  /** The tables that are somebody's. */
  private final Set<String> taken = new HashSet<>();

  Families(SluiceOptions options, Who who) {
    this.options = options;
    this.who = who;
  }

  /** The names that fit a rule and have no table, nor get one by a start. */
  Set<String> leftOut() {
    return leftOut;
  }

  /** The rules of all contracts that were asked for. */
  Set<String> rules() {
    return rules;
  }

  /** Why there is no table at all, and what to do. */
  String none() {
    return who == Who.BEGINS
        ? "no topic fits " + String.join(" or ", rules) + ": create one, or write another topic"
        : "the lake has no table of a topic that fits "
            + String.join(" or ", rules)
            + ": start a run first, or look at --lake";
  }

  /**
   * The contracts that some stand for: themselves where they are for one source, and those of each
   * name else.
   */
  List<Located> members(List<Located> contracts) {
    Set<String> alone = new HashSet<>();
    for (Located one : contracts) {
      if (Family.of(one.contract()).isEmpty()) {
        alone.add(ContractSource.topicOf(one.contract(), ""));
        take(one.contract());
      }
    }
    // What has a table keeps it, in whichever family: before a name of any gets a new one.
    Map<Located, Found> families = new IdentityHashMap<>();
    for (Located one : contracts) {
      Family.of(one.contract()).ifPresent(family -> families.put(one, found(one, family, alone)));
    }
    List<Located> members = new ArrayList<>();
    for (Located one : contracts) {
      Found found = families.get(one);
      if (found == null) {
        members.add(one);
      } else {
        members.addAll(members(one, found, alone));
      }
    }
    return members;
  }

  /**
   * @param known the names of the family that have a table
   */
  private record Found(Family family, NavigableSet<String> known) {}

  /**
   * @param alone names that have a contract of their own: they are not of the family
   */
  private Found found(Located one, Family family, Set<String> alone) {
    rules.add(family.rule());
    NavigableSet<String> known = known(one.contract(), family);
    known.removeAll(alone);
    known.forEach(name -> take(family.member(one.contract(), name)));
    return new Found(family, known);
  }

  private List<Located> members(Located one, Found found, Set<String> alone) {
    NavigableSet<String> known = found.known();
    NavigableSet<String> names =
        who == Who.LOOKS ? known : there(one, found.family(), known, alone);
    boolean isFirst = known.isEmpty();
    List<Located> members = new ArrayList<>();
    List<String> inOrder = new ArrayList<>(names);
    inOrder.sort(Comparator.comparing(name -> !known.contains(name)));
    Map<String, String> namesByTable = new HashMap<>();
    for (String name : inOrder) {
      Optional<Located> member = member(one, found.family(), name, isFirst || known.contains(name));
      member.ifPresent(
          own -> {
            requireOwnTable(own.contract(), name, one, namesByTable);
            members.add(own);
          });
    }
    return members;
  }

  /** What is begun together has no table yet, by which one of them would come before the other. */
  private static void requireOwnTable(
      Contract member, String name, Located family, Map<String, String> namesByTable) {
    for (String table : List.of(member.table(), DeadLetters.table(member).name())) {
      String other = namesByTable.put(table, name);
      if (other != null) {
        throw new UserException(
            "topics "
                + other
                + " and "
                + name
                + " of contract "
                + family.file()
                + " both come to the table "
                + table
                + ": write a pattern that fits one of them alone, or give one a contract of its own");
      }
    }
  }

  /** The names that are read, of those that the source has. */
  private NavigableSet<String> there(
      Located one, Family family, Set<String> known, Set<String> alone) {
    NavigableSet<String> names =
        new TreeSet<>(
            namesByKind.computeIfAbsent(
                one.contract().source().name(),
                kind -> SourceKind.kindOf(one.contract()).names(options)));
    names.removeIf(name -> !family.fits().test(name) || alone.contains(name));
    for (String name : without(known, names)) {
      LOG.warn(
          "topic {} of contract {} is not there any more, or may not be described: nothing is read for table {}, of which an audit says so; if it is gone for good, write a pattern without it",
          name,
          one.file(),
          family.member(one.contract(), name).table());
    }
    if (who == Who.GOES_ON) {
      for (String name : without(names, known)) {
        Optional<String> why = whyNone(one, family, name);
        if (why.isPresent()) {
          leaveOut(one, family, name, why.get());
          continue;
        }
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
    return names;
  }

  /**
   * @param isNeeded whether a name that can have no table is refused; else it is left out, so that
   *     a topic that somebody creates stops no start of what runs
   */
  private Optional<Located> member(Located one, Family family, String name, boolean isNeeded) {
    if (!isNeeded) {
      Optional<String> why = whyNone(one, family, name);
      if (why.isPresent()) {
        leaveOut(one, family, name, why.get());
        return Optional.empty();
      }
    }
    try {
      Contract contract = family.member(one.contract(), name);
      take(contract);
      return Optional.of(new Located(contract, one.file() + " (" + name + ")", one.lines()));
    } catch (UserException e) {
      throw new UserException("contract " + one.file() + ": " + e.getMessage(), e);
    }
  }

  /** Why a name can have no table; empty where it can. */
  private Optional<String> whyNone(Located one, Family family, String name) {
    try {
      Contract contract = family.member(one.contract(), name);
      return isFree(contract)
          ? Optional.empty()
          : Optional.of("its table " + contract.table() + " is another one's");
    } catch (UserException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void leaveOut(Located one, Family family, String name, String why) {
    leftOut.add(name);
    LOG.warn(
        "topic {} fits {} of contract {} and is left out: {}; give it a contract of its own, or write a pattern without it",
        name,
        family.rule(),
        one.file(),
        why);
  }

  private void take(Contract contract) {
    taken.add(contract.table());
    taken.add(DeadLetters.table(contract).name());
  }

  private boolean isFree(Contract contract) {
    return !taken.contains(contract.table()) && !taken.contains(DeadLetters.table(contract).name());
  }

  private static NavigableSet<String> without(Set<String> names, Set<String> others) {
    TreeSet<String> left = new TreeSet<>(names);
    left.removeAll(others);
    return left;
  }

  /** The names of which the lake has a table, by what is recorded there. */
  private NavigableSet<String> known(Contract contract, Family family) {
    Pattern tables = family.tables(contract);
    NavigableSet<String> known = new TreeSet<>();
    try (Store lake = LakeStores.lake(options).open(options)) {
      List<String> found =
          lake.folders("_sluice/").stream().filter(tables.asMatchPredicate()).toList();
      Parallel.map(
              found,
              Parallel.THREADS,
              "looking for tables of " + family.rule(),
              table ->
                  ContractHistory.sources(lake, table).stream()
                      .flatMap(source -> family.name(contract, table, source).stream())
                      .toList())
          .forEach(known::addAll);
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
