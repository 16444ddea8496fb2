package io.sluice.jsonschema;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.jsonschema.SchemaDocument.Place;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Of which types values are that several schemas allow together, by the names that JSON Schema has.
 */
final class TypeKeywords {
  private TypeKeywords() {}

  /** The values that all of them list; null where none lists any. */
  static @Nullable Set<JsonNode> values(List<Place> all) {
    Set<JsonNode> values = null;
    for (Place one : all) {
      Set<JsonNode> listed = values(one.schema());
      if (listed != null) {
        values = values == null ? listed : common(values, listed);
      }
    }
    return values;
  }

  /**
   * The types that all of them allow, or that their other keywords are for.
   *
   * @param values that they list
   * @return null where nothing says of types
   */
  static @Nullable Set<String> types(List<Place> all, @Nullable Set<JsonNode> values) {
    Set<String> types = null;
    for (Place one : all) {
      Set<String> allowed = types(one.schema());
      if (allowed != null) {
        types = types == null ? allowed : commonTypes(types, allowed);
      }
    }
    if (values != null) {
      Set<String> ofValues = values.stream().map(TypeKeywords::type).collect(Collectors.toSet());
      types = types == null ? ofValues : commonTypes(types, ofValues);
    }
    return types == null ? implied(all) : types;
  }

  private static <T> Set<T> common(Set<T> one, Set<T> other) {
    Set<T> common = new LinkedHashSet<>(one);
    common.retainAll(other);
    return common;
  }

  /** A whole number is a number, too. */
  private static Set<String> commonTypes(Set<String> one, Set<String> other) {
    Set<String> common = common(one, other);
    boolean isWhole = one.contains("integer") || other.contains("integer");
    if (isWhole && (one.contains("number") || other.contains("number"))) {
      common.add("integer");
    }
    return common;
  }

  private static @Nullable Set<String> types(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isTextual()) {
      return Set.of(type.asText());
    }
    if (!type.isArray()) {
      return null;
    }
    Set<String> types = new LinkedHashSet<>();
    type.forEach(one -> types.add(one.asText()));
    return types;
  }

  private static @Nullable Set<JsonNode> values(JsonNode schema) {
    if (schema.has("const")) {
      return Set.of(schema.get("const"));
    }
    if (!schema.path("enum").isArray()) {
      return null;
    }
    Set<JsonNode> values = new LinkedHashSet<>();
    schema.get("enum").forEach(values::add);
    return values;
  }

  private static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      case OBJECT -> "object";
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }

  /** A schema without a type is of the one that its keywords are for, as people mean it. */
  private static @Nullable Set<String> implied(List<Place> all) {
    for (Place one : all) {
      if (one.schema().has("properties") || one.schema().has("patternProperties")) {
        return Set.of("object");
      }
      if (one.schema().has("items") || one.schema().has("prefixItems")) {
        return Set.of("array");
      }
      if (one.schema().has("format") || one.schema().has("contentEncoding")) {
        return Set.of("string");
      }
    }
    return null;
  }
}
