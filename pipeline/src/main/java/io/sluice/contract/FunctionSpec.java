package io.sluice.contract;

import java.util.List;

/**
 * What a contract has to know of a function of rows: what it is called in {@code transform}, its
 * keys, and which columns it makes. A function is an {@code io.sluice.transform.RowFunction}, named
 * in {@code META-INF/services/io.sluice.contract.FunctionSpec}.
 */
public interface FunctionSpec extends ContractPlugIn {
  /** What it does, in a sentence. */
  String words();

  /**
   * The columns that it makes of those it gets. A column that stays as it is is the same object or
   * an equal one. The event time has to be among them, as it came.
   *
   * @param keys as a contract has them
   * @throws IllegalArgumentException where these do not go together; the message says what is wrong
   *     and what to write, and the parser adds the line
   */
  List<Column> output(List<Column> input, KeyValues keys);
}
