package io.sluice.debezium;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Contract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What values mean of which no schema says it: what the contract takes them for. A number is a date
 * where the contract has a date.
 */
final class ContractSchema implements ValueSchema {
  /** How values are written of which a type does not say it. */
  record Writing(boolean decimalsAreBytes, Encoding times) {}

  private final Writing writing;
  private final Encoding encoding;
  private final int scale;
  private final Map<String, ValueSchema> fields = new HashMap<>();
  private final @Nullable ValueSchema values;
  private final @Nullable ValueSchema element;

  private ContractSchema(Writing writing, @Nullable ColumnType type) {
    this.writing = writing;
    this.encoding = encoding(type);
    this.scale = type instanceof ColumnType.Decimal decimal ? decimal.scale() : 0;
    this.values =
        type instanceof ColumnType.MapOf map ? new ContractSchema(writing, map.value()) : null;
    this.element =
        type instanceof ColumnType.ListOf list ? new ContractSchema(writing, list.element()) : null;
    if (type instanceof ColumnType.StructOf struct) {
      for (ColumnType.Field field : struct.fields()) {
        fields.put(field.name(), new ContractSchema(writing, field.type()));
      }
    }
  }

  /**
   * The schema of envelopes: the fields of a row are the columns' paths, and those of the row
   * before what stands below {@link EnvelopeFields#BEFORE}.
   */
  static ValueSchema of(Contract contract, Writing writing) {
    ContractSchema row = new ContractSchema(writing, null);
    for (Column column : contract.columns()) {
      if (column.reading().isOfValue()) {
        row.put(column.path(), column.type());
      }
    }
    ContractSchema envelope = new ContractSchema(writing, null);
    envelope.fields.put("after", row);
    envelope.fields.put("before", row);
    ValueSchema before = row.fields.get(EnvelopeFields.BEFORE);
    if (before != null) {
      envelope.fields.put(EnvelopeFields.BEFORE, before);
    }
    return envelope;
  }

  private void put(List<String> path, ColumnType type) {
    if (path.size() == 1) {
      fields.put(path.get(0), new ContractSchema(writing, type));
    } else if (fields.computeIfAbsent(path.get(0), name -> new ContractSchema(writing, null))
        instanceof ContractSchema inner) {
      inner.put(path.subList(1, path.size()), type);
    }
  }

  /**
   * @param type null for an object that columns are parts of
   */
  private Encoding encoding(@Nullable ColumnType type) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case DATE -> Encoding.DATE;
        case TIME -> writing.times;
        case FLOAT, DOUBLE -> Encoding.FLOATING;
        case JSON -> Encoding.JSON;
        case STRING, UUID, BYTES -> Encoding.TEXT;
        case BOOLEAN, INT32, INT64 -> Encoding.PLAIN;
      };
    }
    if (type instanceof ColumnType.Decimal) {
      return writing.decimalsAreBytes ? Encoding.DECIMAL : Encoding.PLAIN;
    }
    // What is no object or list may be a text of JSON that has one.
    return type instanceof ColumnType.Timestamp ? Encoding.TEXT : Encoding.JSON;
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public int scale() {
    return scale;
  }

  @Override
  public @Nullable ValueSchema field(String name) {
    return values != null ? values : fields.get(name);
  }

  @Override
  public @Nullable ValueSchema element() {
    return element;
  }
}
