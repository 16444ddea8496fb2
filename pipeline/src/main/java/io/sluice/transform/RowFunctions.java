package io.sluice.transform;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.FunctionSpec;
import io.sluice.contract.Functions;
import io.sluice.contract.Transform;
import io.sluice.record.ColumnValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The functions of a contract's {@code transform}, ready for rows. Not safe for use by several
 * threads.
 */
public final class RowFunctions {
  /** One function with the row that it fills. */
  private record Stage(String name, RowStep step, Columns columns, ColumnValues out) {}

  private final List<Stage> stages = new ArrayList<>();
  private ColumnValues row;
  private String last = "";

  /**
   * @throws ContractException where a function is not on the class path, or no longer makes the
   *     columns that the contract was read with
   */
  public RowFunctions(Contract contract) {
    row = new ColumnValues(contract.columns());
    String eventTime = contract.columns().get(contract.eventTime()).name();
    List<Column> input = contract.columns();
    for (Transform.Call call : contract.transform().calls()) {
      FunctionSpec spec =
          Functions.find(call.function())
              .orElseThrow(
                  () ->
                      new ContractException(
                          "transform",
                          "contract version "
                              + contract.version()
                              + " of "
                              + contract.table()
                              + " transforms by '"
                              + call.function()
                              + "', which is not on this class path: add the jar that has it"));
      if (!(spec instanceof RowFunction function)) {
        throw new IllegalStateException(spec.getClass().getName() + " is no RowFunction");
      }
      List<Column> output = function.output(input, call.keys());
      stages.add(
          new Stage(
              call.function(),
              function.step(input, output, call.keys()),
              new Columns(input, output, eventTime),
              new ColumnValues(output)));
      input = output;
    }
    if (!stages.isEmpty() && !isAs(input, contract.rowColumns())) {
      throw new ContractException(
          "transform",
          "the functions of contract version "
              + contract.version()
              + " of "
              + contract.table()
              + " make other columns here than where it was read: give all processes the same jars");
    }
  }

  /** A {@code timestamp} alone that a function adds has the table's unit in the contract. */
  private static boolean isAs(List<Column> made, List<Column> read) {
    return made.equals(read)
        || Stream.of(Timestamp.Unit.MICROS, Timestamp.Unit.MILLIS)
            .map(unit -> made.stream().map(column -> column.withTimestamps(unit)).toList())
            .anyMatch(read::equals);
  }

  /**
   * What becomes of a row. Where it is kept, {@link #row} has it until the next call.
   *
   * @throws RuntimeException where a function does not keep what it has to; {@link #last} is its
   *     name
   */
  public Verdict apply(ColumnValues decoded) {
    ColumnValues in = decoded;
    for (Stage stage : stages) {
      last = stage.name();
      stage.columns().begin(in, stage.out());
      // A null must not pass: row() still has the record before.
      Verdict verdict =
          Objects.requireNonNull(stage.step().apply(in, stage.out()), "gave no verdict");
      if (!(verdict instanceof Verdict.Keep)) {
        return verdict;
      }
      stage.columns().finish(in, stage.out());
      in = stage.out();
    }
    row = in;
    return Verdict.KEEP;
  }

  public boolean isEmpty() {
    return stages.isEmpty();
  }

  /** The row that was last kept, with the columns of {@link Contract#rowColumns}. */
  public ColumnValues row() {
    return row;
  }

  /** The name of the function that was last asked. */
  public String last() {
    return last;
  }
}
