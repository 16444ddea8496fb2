package io.sluice.avro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Reads records as documents of JSON: logical types become the texts and numbers that JSON has for
 * them, bytes base64. A number that JSON has not, as infinity, is null.
 */
final class AvroDocuments {
  private static final JsonNodeFactory JSON = new JsonNodeFactory(true);

  private final AvroBytes in;
  private final Skippers skippers = new Skippers();
  private int left;

  private AvroDocuments(AvroBytes in, int most) {
    this.in = in;
    this.left = most;
  }

  /**
   * A record as a document; empty where it is no record or map.
   *
   * @param most values that a document has
   * @throws Rejection where the bytes were not written with the schema
   */
  static Optional<JsonNode> read(Schema schema, AvroBytes in, int most) throws Rejection {
    JsonNode document = new AvroDocuments(in, most).read(schema, 0);
    in.requireEnd();
    return document.isObject() ? Optional.of(document) : Optional.empty();
  }

  private JsonNode read(Schema schema, int depth) throws Rejection {
    if (left-- == 0) {
      throw new Rejection(Reason.TOO_LARGE, "", "too many values");
    }
    LogicalType logical = schema.getLogicalType();
    String name = logical == null ? "" : logical.getName();
    return switch (schema.getType()) {
      case NULL -> JSON.nullNode();
      case BOOLEAN -> JSON.booleanNode(in.readBoolean());
      case INT -> ofInt(in.readInt(), name);
      case LONG -> ofLong(in.readLong(), name);
      case FLOAT -> {
        float value = in.readFloat();
        yield Float.isFinite(value) ? number(Float.toString(value)) : JSON.nullNode();
      }
      case DOUBLE -> {
        double value = in.readDouble();
        yield Double.isFinite(value) ? number(Double.toString(value)) : JSON.nullNode();
      }
      case STRING -> JSON.textNode(text());
      case BYTES -> {
        if (logical instanceof LogicalTypes.Decimal decimal) {
          yield JSON.numberNode(Scalars.decimal(in, in.readLength(), decimal.getScale()));
        }
        yield name.equals("big-decimal")
            ? JSON.numberNode(Scalars.bigDecimal(in))
            : base64(in.readLength());
      }
      case FIXED -> {
        int size = schema.getFixedSize();
        if (logical instanceof LogicalTypes.Decimal decimal) {
          yield JSON.numberNode(Scalars.decimal(in, size, decimal.getScale()));
        }
        yield name.equals("uuid")
            ? JSON.textNode(
                new String(Scalars.uuid(in.array(), in.skip(size)), StandardCharsets.US_ASCII))
            : base64(size);
      }
      case ENUM ->
          JSON.textNode(
              schema.getEnumSymbols().get(in.readIndex(schema.getEnumSymbols().size(), "symbols")));
      case UNION -> {
        int branches = schema.getTypes().size();
        yield read(schema.getTypes().get(in.readIndex(branches, "branches of a union")), depth);
      }
      case ARRAY -> array(schema.getElementType(), depth + 1);
      case MAP -> map(schema.getValueType(), depth + 1);
      case RECORD -> record(schema, depth + 1);
    };
  }

  private static JsonNode ofInt(int value, String logical) {
    return switch (logical) {
      case "date" -> JSON.textNode(LocalDate.ofEpochDay(value).toString());
      case "time-millis" -> time(value, 1_000_000);
      default -> JSON.numberNode(value);
    };
  }

  private static JsonNode ofLong(long value, String logical) {
    return switch (logical) {
      case "time-micros" -> time(value, 1_000);
      case "timestamp-millis", "local-timestamp-millis" -> instant(value, 1_000);
      case "timestamp-micros", "local-timestamp-micros" -> instant(value, 1_000_000);
      case "timestamp-nanos", "local-timestamp-nanos" -> instant(value, 1_000_000_000);
      default -> value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
    };
  }

  /** What is no time of the day is the number that it is. */
  private static JsonNode time(long units, int nanosOfUnit) {
    return units >= 0 && units < TimeUnit.DAYS.toNanos(1) / nanosOfUnit
        ? JSON.textNode(LocalTime.ofNanoOfDay(units * nanosOfUnit).toString())
        : JSON.numberNode(units);
  }

  /** What no calendar has is the number that it is. */
  private static JsonNode instant(long units, int perSecond) {
    long seconds = Math.floorDiv(units, perSecond);
    return seconds >= Instant.MIN.getEpochSecond() && seconds < Instant.MAX.getEpochSecond()
        ? JSON.textNode(
            Instant.ofEpochSecond(
                    seconds, Math.floorMod(units, perSecond) * (1_000_000_000L / perSecond))
                .toString())
        : JSON.numberNode(units);
  }

  private static JsonNode number(String digits) {
    return JSON.numberNode(new BigDecimal(digits));
  }

  private String text() throws Rejection {
    int length = in.readLength();
    int start = in.skip(length);
    if (!Utf8.isValid(in.array(), start, start + length)) {
      throw new Rejection(Reason.NOT_UTF8, "", "the string is not UTF-8");
    }
    return new String(in.array(), start, length, StandardCharsets.UTF_8);
  }

  private JsonNode base64(int length) throws Rejection {
    int start = in.skip(length);
    byte[] bytes = Arrays.copyOfRange(in.array(), start, start + length);
    return JSON.textNode(Base64.getEncoder().encodeToString(bytes));
  }

  private JsonNode record(Schema schema, int depth) throws Rejection {
    in.requireDepth(depth);
    ObjectNode object = JSON.objectNode();
    for (Schema.Field field : schema.getFields()) {
      object.set(field.name(), read(field.schema(), depth));
    }
    return object;
  }

  private JsonNode map(Schema values, int depth) throws Rejection {
    in.requireDepth(depth);
    ObjectNode object = JSON.objectNode();
    AvroBytes.Block block = in.new Block(false);
    for (long count = block.next(); count > 0; count = block.next()) {
      for (long i = 0; i < count; i++) {
        object.set(text(), read(values, depth));
      }
    }
    return object;
  }

  private JsonNode array(Schema elements, int depth) throws Rejection {
    in.requireDepth(depth);
    ArrayNode array = JSON.arrayNode();
    AvroBytes.Block block = in.new Block(skippers.isWithoutBytes(elements));
    for (long count = block.next(); count > 0; count = block.next()) {
      for (long i = 0; i < count; i++) {
        array.add(read(elements, depth));
      }
    }
    return array;
  }
}
