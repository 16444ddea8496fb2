package io.sluice.convert;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a row of a contract's columns from a document that a format reads: {@link #begin}, then the
 * document's fields, then {@link #finish}. Not safe for use by several threads.
 */
public final class RowConverter {
  private final ColumnValues values;
  private final BytesWriter encoded = new BytesWriter();
  private final RowTree tree;
  private final DocumentConverter document;
  private final int[] required;

  public RowConverter(Contract contract) {
    this(contract, false);
  }

  /**
   * One for a format that has nothing but texts: numbers, epochs, true and false are read from them
   * in columns without {@code coerce}, too.
   *
   * @throws ContractException where a column is of a type that no text is
   */
  public static RowConverter ofTexts(Contract contract) {
    for (Column column : contract.columns()) {
      if (contract.isOfTable() && column.reading().isOfValue() && !isOfOneText(column.type())) {
        throw ContractException.ofColumn(
            contract,
            column,
            "is of a type that no text is read as, and format "
                + contract.format().name()
                + " has nothing but texts: make it a string");
      }
    }
    return new RowConverter(contract, true);
  }

  private static boolean isOfOneText(ColumnType type) {
    return type instanceof ColumnType.Scalar && type != ColumnType.Scalar.JSON
        || type instanceof ColumnType.Decimal
        || type instanceof ColumnType.Timestamp;
  }

  private RowConverter(Contract contract, boolean ofTexts) {
    List<Column> columns = contract.columns();
    this.values = new ColumnValues(columns);
    this.tree =
        new RowTree(contract, values, encoded, Converters.of(contract), ofTexts, column -> true);
    this.document = tree.document();
    this.required =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).required() && !contract.isOfElement(columns.get(i)))
            .toArray();
  }

  /** The document, for whoever looks its fields up before there is a record. */
  public Fields document() {
    return document;
  }

  /** Begins a record; returns where the fields of its document go. */
  public Fields begin() {
    values.clear();
    encoded.clear();
    tree.begin();
    return document;
  }

  /**
   * The row, until the next record begins.
   *
   * @throws Rejection where a required column has no value
   */
  public ColumnValues finish() throws Rejection {
    for (int column : required) {
      if (values.isAbsent(column)) {
        throw Converters.missing(values.columns().get(column).pathText());
      }
    }
    return values;
  }
}
