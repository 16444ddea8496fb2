package io.sluice.transform;

import io.sluice.contract.Column;
import io.sluice.record.ColumnValues;
import java.util.List;
import java.util.stream.IntStream;

/** Which columns of a function's output are its input's, and which have to have a value. */
final class Columns {
  /** Of each column of the output, the same one in the input; -1 for a new one. */
  private final int[] from;

  private final int[] required;
  private final int eventTime;
  private final List<Column> output;

  Columns(List<Column> input, List<Column> output, String eventTime) {
    this.output = output;
    this.from = output.stream().mapToInt(input::indexOf).toArray();
    this.required =
        IntStream.range(0, output.size()).filter(i -> output.get(i).required()).toArray();
    this.eventTime = output.stream().map(Column::name).toList().indexOf(eventTime);
  }

  /** Gives the output what is the same in both. */
  void begin(ColumnValues in, ColumnValues out) {
    out.clear();
    for (int i = 0; i < from.length; i++) {
      if (from[i] >= 0) {
        out.set(i, in, from[i]);
      }
    }
  }

  /**
   * Gives the output its event time, whatever the function made of it.
   *
   * @throws IllegalStateException where a required column has no value
   */
  void finish(ColumnValues in, ColumnValues out) {
    out.set(eventTime, in, from[eventTime]);
    for (int i : required) {
      if (out.isAbsent(i)) {
        throw new IllegalStateException(
            "gave no value to the required column " + output.get(i).name());
      }
    }
  }
}
