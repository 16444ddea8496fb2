package io.sluice.debezium;

import org.jspecify.annotations.Nullable;

/**
 * The schema of a row. A column of texts may have documents of JSON, of which not each connector
 * says it, as MariaDB's: whoever wants an object or a list of a text, or {@code json}, means these.
 */
final class RowSchema implements ValueSchema {
  private static final ValueSchema TEXT = () -> Encoding.JSON;

  private final ValueSchema row;

  RowSchema(ValueSchema row) {
    this.row = row;
  }

  @Override
  public Encoding encoding() {
    return row.encoding();
  }

  @Override
  public @Nullable ValueSchema field(String name) {
    ValueSchema field = row.field(name);
    return field != null && field.encoding() == Encoding.TEXT ? TEXT : field;
  }
}
