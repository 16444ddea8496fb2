package io.sluice.debezium;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schema as Kafka Connect's JsonConverter writes it beside each value. */
final class JsonValueSchema implements ValueSchema {
  /** A schema of Debezium's has four levels and those of the row's own types. */
  private static final int DEEPEST = 100;

  /** As many as a number may have. */
  static final int MOST_DIGITS = 1000;

  private final Encoding encoding;
  private final int scale;
  private final Map<String, ValueSchema> fields = new HashMap<>();
  private final @Nullable ValueSchema values;
  private final @Nullable ValueSchema element;

  private JsonValueSchema(JsonNode schema, int depth) throws Rejection {
    if (depth > DEEPEST) {
      throw unusable("it is deeper than " + DEEPEST);
    }
    String type = schema.path("type").asText();
    this.encoding =
        Encoding.of(
            schema.path("name").textValue(),
            switch (type) {
              case "string" -> Encoding.TEXT;
              case "bytes" -> Encoding.BYTES;
              case "float", "double" -> Encoding.FLOATING;
              case "struct", "map" -> Encoding.OBJECT;
              case "array" -> Encoding.LIST;
              default -> Encoding.PLAIN;
            });
    this.scale = scale(schema.path("parameters").path("scale").asText("0"));
    for (JsonNode field : schema.path("fields")) {
      fields.put(field.path("field").asText(), new JsonValueSchema(field, depth + 1));
    }
    this.values = type.equals("map") ? inner(schema.path("values"), depth) : null;
    this.element = type.equals("array") ? inner(schema.path("items"), depth) : null;
  }

  private static ValueSchema inner(JsonNode schema, int depth) throws Rejection {
    return new JsonValueSchema(schema, depth + 1);
  }

  /**
   * The schema of a record's value.
   *
   * @throws Rejection where it is not that of an object, {@link Reason#UNUSABLE_SCHEMA}
   */
  static ValueSchema of(JsonNode schema) throws Rejection {
    JsonNode type = schema.path("type");
    if (!type.asText().equals("struct")) {
      throw unusable("its type is " + (type.isMissingNode() ? "not said" : type) + ", not struct");
    }
    return new JsonValueSchema(schema, 0);
  }

  static Rejection unusable(String why) {
    return new Rejection(
        Reason.UNUSABLE_SCHEMA, "schema", "the record's schema cannot be used: " + why);
  }

  /** The place of a decimal's point. */
  static int scale(String text) throws Rejection {
    try {
      int scale = Integer.parseInt(text);
      if (Math.abs((long) scale) <= MOST_DIGITS) {
        return scale;
      }
    } catch (NumberFormatException e) {
      // Is none.
    }
    throw unusable("it has a decimal of scale " + text);
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
