package io.sluice.transform;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.FunctionSpec;
import io.sluice.contract.Functions;
import io.sluice.contract.Transform;
import io.sluice.record.ColumnValues;
import java.util.ArrayList;
import java.util.List;

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
   * @throws UserException where a function is not on the class path, or no longer makes the columns
   *     that the contract was read with
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
                      new UserException(
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
    if (!stages.isEmpty() && !input.equals(contract.rowColumns())) {
      throw new UserException(
          "the functions of contract version "
              + contract.version()
              + " of "
              + contract.table()
              + " make other columns here than where it was read: give all processes the same jars");
    }
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
      Verdict verdict = stage.step().apply(in, stage.out());
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
