package io.sluice.contract;

import java.io.Serializable;
import java.util.List;

/**
 * A contract's {@code transform}: functions that rows go through, one after the other, after they
 * were decoded.
 *
 * @param calls in their order
 * @param columns what comes out, of which the table is; nothing where there are no calls
 */
public record Transform(List<Call> calls, List<Column> columns) implements Serializable {
  public static final Transform NONE = new Transform(List.of(), List.of());

  /** A function with what the contract says for its keys. */
  public record Call(String function, KeyValues keys) implements Serializable {}

  public Transform {
    calls = List.copyOf(calls);
    columns = List.copyOf(columns);
  }

  public boolean isNone() {
    return calls.isEmpty();
  }

  Transform withoutMaskKeys() {
    return new Transform(calls, columns.stream().map(Column::withoutMaskKey).toList());
  }

  Transform withTimestamps(ColumnType.Timestamp.Unit unit) {
    return new Transform(
        calls, columns.stream().map(column -> column.withTimestamps(unit)).toList());
  }
}
