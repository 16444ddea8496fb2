package io.sluice.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A type of Delta's, as the schema of a table has it in JSON. */
sealed interface DeltaType {
  ObjectMapper JSON = new ObjectMapper();

  /** The name that a column has in the files, where it is not the one that readers know. */
  String PHYSICAL_NAME = "delta.columnMapping.physicalName";

  /**
   * One without parts.
   *
   * @param name such as {@code string}, {@code long}, {@code decimal(5,2)}
   */
  record Primitive(String name) implements DeltaType {
    @Override
    public String toString() {
      return name;
    }
  }

  /** An array. */
  record ArrayOf(DeltaType element, boolean containsNull) implements DeltaType {
    @Override
    public String toString() {
      return "array<" + element + ">";
    }
  }

  /** A map. */
  record MapOf(DeltaType key, DeltaType value, boolean valueContainsNull) implements DeltaType {
    @Override
    public String toString() {
      return "map<" + key + "," + value + ">";
    }
  }

  /** A struct, such as a table's columns. */
  record Struct(List<Field> fields) implements DeltaType {
    public Struct {
      fields = List.copyOf(fields);
    }

    /** The field that is called so in the files. */
    Optional<Field> physical(String name) {
      return fields.stream().filter(field -> field.physicalName().equals(name)).findFirst();
    }

    /** Delta, as Spark, does not tell names apart by their case. */
    Optional<Field> named(String name) {
      return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
    }

    @Override
    public String toString() {
      return fields.stream()
          .map(field -> field.name() + ":" + field.type())
          .collect(Collectors.joining(",", "struct<", ">"));
    }
  }

  /**
   * A field of a struct.
   *
   * @param metadata JSON
   */
  record Field(String name, DeltaType type, boolean nullable, String metadata) {
    /** A field of which nothing more is to be said. */
    Field(String name, DeltaType type, boolean nullable) {
      this(name, type, nullable, "{}");
    }

    String physicalName() {
      try {
        return JSON.readTree(metadata).path(PHYSICAL_NAME).asText(name);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }

    Field with(DeltaType other, boolean isNullable) {
      return new Field(name, other, isNullable, metadata);
    }
  }

  /** The schema as the log has it. */
  static String text(Struct schema) {
    return json(schema).toString();
  }

  private static JsonNode json(DeltaType type) {
    if (type instanceof Primitive primitive) {
      return JSON.getNodeFactory().textNode(primitive.name());
    }
    ObjectNode node = JSON.createObjectNode();
    if (type instanceof ArrayOf array) {
      return node.put("type", "array")
          .put("containsNull", array.containsNull())
          .set("elementType", json(array.element()));
    }
    if (type instanceof MapOf map) {
      node.put("type", "map").put("valueContainsNull", map.valueContainsNull());
      node.set("keyType", json(map.key()));
      return node.set("valueType", json(map.value()));
    }
    node.put("type", "struct");
    ArrayNode fields = node.putArray("fields");
    for (Field field : ((Struct) type).fields()) {
      ObjectNode one = fields.addObject().put("name", field.name());
      one.set("type", json(field.type()));
      one.put("nullable", field.nullable());
      try {
        one.set("metadata", JSON.readTree(field.metadata()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
    return node;
  }

  /**
   * Reads a schema.
   *
   * @throws IOException where the text is no schema of Delta
   */
  static Struct parse(String text) throws IOException {
    if (type(JSON.readTree(text)) instanceof Struct struct) {
      return struct;
    }
    throw new IOException("its schema is no struct");
  }

  private static DeltaType type(JsonNode node) throws IOException {
    if (node.isTextual()) {
      return new Primitive(node.asText());
    }
    String kind = node.path("type").asText();
    if (kind.equals("array")) {
      return new ArrayOf(type(node.path("elementType")), node.path("containsNull").asBoolean(true));
    }
    if (kind.equals("map")) {
      return new MapOf(
          type(node.path("keyType")),
          type(node.path("valueType")),
          node.path("valueContainsNull").asBoolean(true));
    }
    if (!kind.equals("struct")) {
      throw new IOException("its schema has a type that is not known: " + node);
    }
    List<Field> fields = new ArrayList<>();
    for (JsonNode field : node.path("fields")) {
      JsonNode metadata = field.path("metadata");
      fields.add(
          new Field(
              field.path("name").asText(),
              type(field.path("type")),
              field.path("nullable").asBoolean(true),
              metadata.isObject() ? metadata.toString() : "{}"));
    }
    return new Struct(fields);
  }
}
