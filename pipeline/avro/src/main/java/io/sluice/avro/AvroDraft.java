package io.sluice.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.UserException;
import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.convert.Rejection;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaType;
import io.sluice.schema.RegisteredSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What contracts say of records that are written with a schema, type by type. */
public final class AvroDraft {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Timestamp TIMESTAMP =
      new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601);

  /** More symbols are no comment but a list. */
  private static final int MOST_SYMBOLS = 8;

  /** What schemas mean beyond what Avro itself says. */
  @FunctionalInterface
  public interface Meanings {
    /** None. */
    Meanings NONE = schema -> Optional.empty();

    /** The type of a schema that is no union; empty where it means no more than Avro says. */
    Optional<SchemaType> of(Schema schema);
  }

  private final Meanings meanings;

  public AvroDraft(Meanings meanings) {
    this.meanings = meanings;
  }

  /**
   * A schema as a registry or a file has it.
   *
   * @throws UserException where it is no schema of Avro
   */
  public static Schema parse(RegisteredSchema registered) {
    try {
      return AvroSchemas.parse(registered, "the schema");
    } catch (Rejection e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether a text is, by what it looks like, a schema of Avro's records. */
  static boolean isOfRecords(String text) {
    JsonNode schema;
    try {
      schema = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return false;
    }
    if (schema.isArray()) {
      for (JsonNode branch : schema) {
        if (isRecord(branch)) {
          return true;
        }
      }
    }
    return isRecord(schema);
  }

  private static boolean isRecord(JsonNode schema) {
    return schema.path("type").asText("").equals("record") && schema.path("fields").isArray();
  }

  /**
   * What each record is.
   *
   * @throws UserException where records are written with another type
   */
  public SchemaType.ObjectOf record(Schema schema) {
    List<Schema> branches =
        schema.getType() == Schema.Type.UNION ? schema.getTypes() : List.of(schema);
    List<SchemaType> records =
        branches.stream()
            .filter(branch -> branch.getType() == Schema.Type.RECORD)
            .map(this::object)
            .toList();
    if (SchemaType.either(records) instanceof SchemaType.ObjectOf object) {
      return object;
    }
    throw new UserException(
        "the schema is of "
            + schema.getType().getName()
            + ", and a contract is drafted from one of a record, whose fields have names");
  }

  /** What a draft calls a schema: {@code record shop.Order}. */
  static String what(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return "record " + schema.getFullName();
    }
    List<String> names =
        schema.getTypes().stream()
            .filter(branch -> branch.getType() == Schema.Type.RECORD)
            .map(Schema::getFullName)
            .toList();
    return "records " + String.join(" and ", names);
  }

  private SchemaType object(Schema record) {
    return new SchemaType.ObjectOf(
        record.getFullName(), () -> record.getFields().stream().map(this::field).toList());
  }

  private SchemaField field(Schema.Field field) {
    return new SchemaField(
        field.name(),
        type(field.schema()),
        !field.schema().isNullable(),
        field.doc() == null ? "" : field.doc());
  }

  /** What a value of a schema is; that it may be null, too, its field says. */
  public SchemaType type(Schema schema) {
    if (schema.getType() == Schema.Type.UNION) {
      List<SchemaType> branches = new ArrayList<>();
      for (Schema branch : schema.getTypes()) {
        if (branch.getType() != Schema.Type.NULL) {
          branches.add(type(branch));
        }
      }
      return SchemaType.either(branches);
    }
    return meanings.of(schema).orElseGet(() -> plain(schema));
  }

  private SchemaType plain(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    String name = logical == null ? "" : logical.getName();
    return switch (schema.getType()) {
      case NULL -> new SchemaType.Nothing("null in every record");
      case BOOLEAN -> SchemaType.of(Scalar.BOOLEAN);
      case INT ->
          SchemaType.of(
              switch (name) {
                case "date" -> Scalar.DATE;
                case "time-millis" -> Scalar.TIME;
                default -> Scalar.INT32;
              });
      case LONG -> ofLong(name);
      case FLOAT -> SchemaType.of(Scalar.FLOAT);
      case DOUBLE -> SchemaType.of(Scalar.DOUBLE);
      case STRING -> SchemaType.of(name.equals("uuid") ? Scalar.UUID : Scalar.STRING);
      case ENUM -> symbols(schema.getEnumSymbols());
      case BYTES, FIXED -> ofBytes(schema, logical, name);
      case ARRAY -> new SchemaType.ListOf(type(schema.getElementType()));
      case MAP -> new SchemaType.MapOf(type(schema.getValueType()));
      case RECORD -> object(schema);
      case UNION -> throw new IllegalArgumentException("a union is looked into");
    };
  }

  private static SchemaType symbols(List<String> symbols) {
    return symbols.size() > MOST_SYMBOLS
        ? SchemaType.of(Scalar.STRING, "one of " + symbols.size() + " symbols")
        : SchemaType.of(Scalar.STRING, "one of " + String.join(", ", symbols));
  }

  private static SchemaType ofLong(String logical) {
    return switch (logical) {
      case "time-micros" -> SchemaType.of(Scalar.TIME);
      case "timestamp-millis", "timestamp-micros" -> SchemaType.of(TIMESTAMP);
      case "timestamp-nanos" ->
          SchemaType.of(
              TIMESTAMP,
              "in nanoseconds, cut off at microseconds: timestamp(nanos) keeps all, which not every reader takes");
      case "local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos" ->
          SchemaType.of(
              TIMESTAMP,
              "a local time, and Avro does not say of which zone: read as if it were UTC");
      default -> SchemaType.of(Scalar.INT64);
    };
  }

  private static SchemaType ofBytes(Schema schema, @Nullable LogicalType logical, String name) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return decimal(decimal.getPrecision(), decimal.getScale());
    }
    return switch (name) {
      case "big-decimal" -> SchemaType.json("each with as many digits as it has");
      case "uuid" ->
          SchemaType.of(schema.getType() == Schema.Type.FIXED ? Scalar.UUID : Scalar.BYTES);
      case "duration" -> SchemaType.of(Scalar.BYTES, "a duration in months, days and milliseconds");
      default -> SchemaType.of(Scalar.BYTES);
    };
  }

  /** A decimal number; digits that no column has room for are said. */
  public static SchemaType decimal(int precision, int scale) {
    if (scale > Decimal.MAX_PRECISION) {
      return SchemaType.json(scale + " digits behind the point");
    }
    int digits = Math.min(precision, Decimal.MAX_PRECISION);
    Decimal type = new Decimal(Math.max(digits, scale), scale);
    return precision <= Decimal.MAX_PRECISION
        ? SchemaType.of(type)
        : SchemaType.of(
            type, "the schema allows " + precision + " digits, and more than 38 are a dead letter");
  }
}
