package io.sluice.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaType;
import java.util.List;
import java.util.Map;

/** What contracts say of messages of a type, field by field. */
final class ProtobufDraft {
  private static final SchemaType UINT64 = SchemaType.of(new Decimal(20, 0));

  /** More names are no comment but a list. */
  private static final int MOST_NAMES = 8;

  private final Map<String, String> words;

  /**
   * @param words what a schema says of its fields, by their full names
   */
  ProtobufDraft(Map<String, String> words) {
    this.words = Map.copyOf(words);
  }

  /** What each message of a type is. */
  SchemaType.ObjectOf object(Descriptor type) {
    return new SchemaType.ObjectOf(type.getFullName(), () -> fields(type));
  }

  private List<SchemaField> fields(Descriptor type) {
    return type.getFields().stream().map(this::field).toList();
  }

  /** A field without presence always has a value: its default, or a list without elements. */
  private SchemaField field(FieldDescriptor field) {
    return new SchemaField(
        field.getName(),
        type(field),
        field.isRequired() || !field.hasPresence(),
        words.getOrDefault(field.getFullName(), ""));
  }

  private SchemaType type(FieldDescriptor field) {
    if (field.isMapField()) {
      return new SchemaType.MapOf(value(field.getMessageType().findFieldByNumber(2)));
    }
    return field.isRepeated() ? new SchemaType.ListOf(value(field)) : value(field);
  }

  private SchemaType value(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> SchemaType.of(Scalar.INT32);
      case INT64, SINT64, SFIXED64, UINT32, FIXED32 -> SchemaType.of(Scalar.INT64);
      case UINT64, FIXED64 -> UINT64;
      case FLOAT -> SchemaType.of(Scalar.FLOAT);
      case DOUBLE -> SchemaType.of(Scalar.DOUBLE);
      case BOOL -> SchemaType.of(Scalar.BOOLEAN);
      case STRING -> SchemaType.of(Scalar.STRING);
      case BYTES -> SchemaType.of(Scalar.BYTES);
      case ENUM -> names(field.getEnumType().getValues());
      case MESSAGE, GROUP -> message(field.getMessageType());
    };
  }

  private static SchemaType names(List<EnumValueDescriptor> values) {
    return SchemaType.of(
        Scalar.STRING,
        values.size() > MOST_NAMES
            ? "one of " + values.size() + " names"
            : "one of " + String.join(", ", values.stream().map(v -> v.getName()).toList()));
  }

  private SchemaType message(Descriptor type) {
    if (Plans.isWrapper(type)) {
      return value(type.findFieldByNumber(1));
    }
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" ->
          SchemaType.of(new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601));
      case "google.protobuf.Duration" ->
          SchemaType.of(Scalar.STRING, "a duration as 1.500s; as int64 it is nanoseconds");
      case "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue" ->
          SchemaType.of(Scalar.JSON);
      default -> object(type);
    };
  }
}
