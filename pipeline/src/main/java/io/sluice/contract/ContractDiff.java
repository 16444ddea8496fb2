package io.sluice.contract;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is different between two contracts of a table, and whether both can write to it: readers
 * that match columns by name, as DuckDB, Spark and Athena do, are to read the files of both
 * together, and a position is to have the same date under both. The rules are conservative: one
 * engine in wide use that fails is enough. Which of the two is older does not change the verdict.
 *
 * @param changes in the order of the contract's keys, then of its columns
 */
public record ContractDiff(Contract older, Contract newer, List<Change> changes) {

  /** What a change means for whoever reads old and new files together. */
  public enum Verdict {
    COMPATIBLE,
    /** Compatible, with something to know. */
    NOTE,
    INCOMPATIBLE
  }

  /**
   * @param what {@code column a}, {@code field a.b} of a struct, or a key of the contract
   * @param change {@code added}, {@code dropped}, or old and new
   * @param why what follows from it, and what to do where it is incompatible
   */
  public record Change(String what, String change, Verdict verdict, String why) {}

  public ContractDiff {
    changes = List.copyOf(changes);
  }

  /** Whether both contracts can write to the table. */
  public boolean isCompatible() {
    return incompatible().isEmpty();
  }

  /** The changes that speak against it. */
  public List<Change> incompatible() {
    return changes.stream().filter(c -> c.verdict() == Verdict.INCOMPATIBLE).toList();
  }

  /** Compares two contracts. */
  public static ContractDiff of(Contract older, Contract newer) {
    ContractComparison comparison = new ContractComparison();
    comparison.contracts(older, newer);
    return new ContractDiff(older, newer, comparison.changes());
  }

  /**
   * Whether two contracts accept the same records and make the same columns of them: they may
   * differ in the source, the order of columns, and how values are stored.
   */
  public static boolean sameMeaning(Contract a, Contract b) {
    return Meaning.of(a).equals(Meaning.of(b));
  }

  private record Meaning(Contract contract, Column eventTime) {
    private static final Plugged NOWHERE = new Plugged("", new KeyValues(Map.of()));

    static Meaning of(Contract contract) {
      List<Column> columns =
          contract.columns().stream()
              .map(
                  c ->
                      new Column(
                          c.name(), c.path(), c.type(), c.required(), true, false, c.reading()))
              .sorted(Comparator.comparing(Column::name))
              .toList();
      return new Meaning(
          new Contract(
              contract.version(),
              contract.table(),
              NOWHERE,
              contract.format(),
              columns,
              0,
              contract.zone().normalized(),
              contract.unknownFields(),
              contract.maxBytes(),
              contract.maxDepth(),
              contract.positionColumns(),
              new Transform(contract.transform().calls(), List.of()),
              // Which contract says what becomes of records that none takes changes with the
              // others, and so does what a dead letter has of them.
              contract
                  .intake()
                  .with(
                      contract
                          .intake()
                          .choice()
                          .among(contract.intake().choice().unless(), Choice.Unrouted.OTHERS)
                          .hidingOthers(false))),
          eventTime(contract));
    }

    private static Column eventTime(Contract contract) {
      Column column = contract.columns().get(contract.eventTime());
      return new Column(
          column.name(), column.path(), column.type(), true, true, false, column.reading());
    }
  }
}
