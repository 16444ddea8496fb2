package io.sluice.convert;

import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.Reading;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The converters of a contract's columns, where their values are in a document. */
public final class RowTree {
  private final PathTree tree;
  private final Converters converters;

  /** What is written piece by piece, one for each column whose value others take as well. */
  private final List<BytesWriter> apart = new ArrayList<>();

  /**
   * @param values where they put what they make; is cleared with each record
   * @param encoded where they put values of {@link io.sluice.contract.ColumnKind#ENCODED}; is
   *     cleared with each record
   * @param ofTexts see {@link RowConverter#ofTexts}
   * @param which of the columns that are read from the value
   */
  public RowTree(
      Contract contract,
      ColumnValues values,
      BytesWriter encoded,
      Converters converters,
      boolean ofTexts,
      Predicate<Column> which) {
    this.converters = converters;
    boolean hides = converters.hideValues() || hasMasks(contract);
    this.tree = new PathTree(!contract.isOfTable(), hides);
    List<Column> columns = contract.columns();
    SharedPaths shared = new SharedPaths(contract);
    List<String> explode = contract.intake().explode();
    PathTree element = new PathTree(!contract.isOfTable(), hides);
    List<Integer> ofElements = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.reading().isOfValue() && which.test(column)) {
        BytesWriter to = encoded;
        if (shared.has(column)) {
          to = new BytesWriter();
          apart.add(to);
        }
        Converter converter =
            converters.toColumn(values, i, to, i == contract.eventTime(), ofTexts);
        if (contract.isOfElement(column)) {
          element.add(column.path().subList(explode.size(), column.path().size()), converter);
          ofElements.add(i);
        } else {
          tree.add(column.path(), converter);
        }
      }
    }
    if (!explode.isEmpty()) {
      int[] indexes = ofElements.stream().mapToInt(i -> i).toArray();
      values.explode(indexes, ordinals(columns));
      Converter rows = new ExplodeConverter(values, indexes, element.root(), explode.size());
      if (hides) {
        rows.hideValues();
      }
      tree.add(explode, rows);
    }
  }

  private static boolean hasMasks(Contract contract) {
    return contract.columns().stream().anyMatch(column -> column.reading().mask() != null);
  }

  private static int[] ordinals(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).reading().from() == Reading.From.ORDINAL)
        .toArray();
  }

  /** Begins a record. */
  public void begin() {
    converters.begin();
    for (int i = 0; i < apart.size(); i++) {
      apart.get(i).clear();
    }
  }

  /** What the value of a path goes to; there has to be something. */
  public Converter converter(List<String> path) {
    return tree.converter(path);
  }

  DocumentConverter document() {
    return tree.document();
  }
}
