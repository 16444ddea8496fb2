package io.sluice.contract;

import io.sluice.UserException;
import org.jspecify.annotations.Nullable;

/**
 * A contract that can be read and not be used: its format, a mask or a table refuses something of
 * it. It knows which key of the contract that is, and {@link ContractParser.Located#refusal} in
 * which file and line.
 */
public final class ContractException extends UserException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key what is refused, as {@link ContractParser.Located#lines} names it
   */
  public ContractException(String key, String message) {
    this(key, message, null);
  }

  /** The same, with its cause. */
  public ContractException(String key, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /**
   * What is refused of a column, or of a condition, which reads its value as a column does.
   *
   * @param rest of the message, behind the column's name
   */
  public static ContractException ofColumn(Contract contract, Column column, String rest) {
    return contract.isOfTable()
        ? ofColumn(column.name(), rest, null)
        : new ContractException(
            "when", "a condition on '" + ContractPath.text(column.path()) + "' " + rest);
  }

  /**
   * What is refused of a column.
   *
   * @param rest of the message, behind the column's name
   */
  public static ContractException ofColumn(String column, String rest, @Nullable Throwable cause) {
    return new ContractException(
        ContractParser.columnKey(column), "column '" + column + "' " + rest, cause);
  }

  /**
   * What is refused in a section that has keys of its own, as {@code key_format} has those of a
   * format; what is refused of a column is said of the column.
   */
  public static ContractException within(String section, UserException e) {
    return e instanceof ContractException refused && refused.isOfColumn()
        ? refused
        : new ContractException(section, section + ": " + e.getMessage(), e);
  }

  private boolean isOfColumn() {
    return key.startsWith(ContractParser.columnKey(""));
  }

  /** What is refused, as {@link ContractParser.Located#lines} names it. */
  public String key() {
    return key;
  }
}
