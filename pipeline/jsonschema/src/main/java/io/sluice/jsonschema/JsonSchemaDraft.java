package io.sluice.jsonschema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaType;
import io.sluice.jsonschema.SchemaDocument.Place;
import io.sluice.schema.RegisteredSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What contracts say of documents that a schema allows, keyword by keyword. */
final class JsonSchemaDraft {
  /** Of references, and of schemas that are joined by allOf. */
  private static final int MOST_JOINED = 100;

  /** Of places: branches that lead to the same ones make them without number. */
  private static final int MOST_DESCRIBED = 50_000;

  /** Of lists and maps within one another, which is deeper than columns are. */
  private static final int DEEPEST = 13;

  /** What applies where a condition holds; the last is of drafts 4 to 7. */
  private static final List<String> CONDITIONS =
      List.of("then", "else", "dependentSchemas", "dependencies");

  private final SchemaDocument document;

  /** Those whose type is being looked for. */
  private final Set<JsonNode> inProgress = Collections.newSetFromMap(new IdentityHashMap<>());

  private int described;
  private int depth;

  JsonSchemaDraft(RegisteredSchema schema) {
    this.document = new SchemaDocument(schema);
  }

  /**
   * What each document is that the schema allows.
   *
   * @throws UserException where it says of no field
   */
  SchemaType.ObjectOf root() {
    if (described(document.root()).type() instanceof SchemaType.ObjectOf object) {
      return object;
    }
    throw new UserException(
        "its root has no properties, by which alone the fields of documents are known");
  }

  /**
   * A schema as a column needs it.
   *
   * @param isNullable whether null is allowed
   */
  private record Described(SchemaType type, boolean isNullable, String words) {}

  private static Described anything(String why) {
    return new Described(SchemaType.json(why), true, "");
  }

  private Described described(Place place) {
    if (++described > MOST_DESCRIBED || depth == DEEPEST) {
      return anything("more than a draft looks at");
    }
    List<Place> all = new ArrayList<>();
    String unknown = join(place, all);
    if (unknown != null) {
      return anything("it refers to " + unknown + ", which is not there");
    }
    List<JsonNode> begun = all.stream().map(Place::schema).filter(inProgress::add).toList();
    depth++;
    try {
      // A list of itself has no fields, which alone are looked into later.
      return begun.size() < all.size() ? anything("contains itself") : described(place, all);
    } finally {
      depth--;
      begun.forEach(inProgress::remove);
    }
  }

  private Described described(Place place, List<Place> all) {
    String words =
        all.stream()
            .map(
                one ->
                    one.schema().path("description").asText(one.schema().path("title").asText("")))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    for (Place one : all) {
      for (String keyword : List.of("oneOf", "anyOf")) {
        JsonNode branches = one.schema().path(keyword);
        if (branches.isArray() && saysTypes(one, branches)) {
          return either(place, all, one, branches, words);
        }
      }
    }
    return joined(all, words);
  }

  /** Where branches add conditions alone, as which fields are required, they say no types. */
  private boolean saysTypes(Place of, JsonNode branches) {
    for (JsonNode branch : branches) {
      List<Place> all = new ArrayList<>();
      join(new Place(branch, SchemaDocument.base(branch, of.base()), ""), all);
      for (Place one : all) {
        JsonNode schema = one.schema();
        if (schema.has("type")
            || schema.has("properties")
            || schema.has("enum")
            || schema.has("const")
            || schema.has("items")
            || schema.has("oneOf")
            || schema.has("anyOf")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Each branch holds together with what stands beside the branches. */
  private Described either(
      Place place, List<Place> all, Place at, JsonNode branches, String words) {
    List<SchemaType> types = new ArrayList<>();
    boolean isNullable = false;
    List<Place> beside =
        all.stream()
            .map(
                one ->
                    one.equals(at) ? new Place(without(one.schema()), one.base(), one.name()) : one)
            .toList();
    int number = 0;
    for (JsonNode branch : branches) {
      Place own =
          new Place(branch, SchemaDocument.base(branch, at.base()), place.name() + "/" + number++);
      List<Place> joined = new ArrayList<>(beside);
      String unknown = join(own, joined);
      Described one =
          unknown != null
              ? anything("it refers to " + unknown + ", which is not there")
              : joined.stream().anyMatch(part -> hasBranches(part) && !beside.contains(part))
                  ? described(own)
                  : joined(joined, "");
      isNullable |= one.isNullable();
      types.add(one.type());
    }
    return new Described(SchemaType.either(types), isNullable, words);
  }

  private static boolean hasBranches(Place place) {
    return place.schema().path("oneOf").isArray() || place.schema().path("anyOf").isArray();
  }

  private static JsonNode without(JsonNode schema) {
    return ((ObjectNode) schema.deepCopy()).without(List.of("oneOf", "anyOf"));
  }

  /**
   * Adds a schema and all that holds with it: what it refers to, and what allOf has.
   *
   * @return a reference that leads nowhere; null where there is none
   */
  private @Nullable String join(Place place, List<Place> to) {
    if (to.size() > MOST_JOINED || to.contains(place)) {
      return null;
    }
    JsonNode schema = place.schema();
    to.add(place);
    for (String keyword : List.of("$ref", "$dynamicRef", "$recursiveRef")) {
      String reference = schema.path(keyword).asText("");
      if (!reference.isEmpty()) {
        Place target = document.find(reference, place.base()).orElse(null);
        if (target == null) {
          return reference;
        }
        String unknown = join(target, to);
        if (unknown != null) {
          return unknown;
        }
      }
    }
    for (JsonNode part : schema.path("allOf")) {
      String unknown =
          join(new Place(part, SchemaDocument.base(part, place.base()), place.name()), to);
      if (unknown != null) {
        return unknown;
      }
    }
    return null;
  }

  private Described joined(List<Place> all, String words) {
    Set<JsonNode> values = TypeKeywords.values(all);
    Set<String> types = TypeKeywords.types(all, values);
    if (types == null) {
      return all.stream().anyMatch(one -> one.schema().isBoolean() && !one.schema().asBoolean())
          ? new Described(new SchemaType.Nothing("no document may have it"), true, words)
          : new Described(SchemaType.json("of any type"), true, words);
    }
    Set<String> some = new LinkedHashSet<>(types);
    boolean isNullable = some.remove("null");
    if (some.contains("number")) {
      some.remove("integer");
    }
    List<SchemaType> found = new ArrayList<>();
    for (String type : some) {
      found.add(type(type, all, values));
    }
    return new Described(SchemaType.either(found), isNullable, words);
  }

  private SchemaType type(String type, List<Place> all, @Nullable Set<JsonNode> values) {
    return switch (type) {
      case "boolean" -> SchemaType.of(Scalar.BOOLEAN);
      case "integer" -> ScalarKeywords.integer(all, values);
      case "number" -> ScalarKeywords.number(all);
      case "string" -> ScalarKeywords.text(all, values);
      case "array" -> list(all);
      case "object" -> object(all);
      default -> SchemaType.json("of type " + type);
    };
  }

  private SchemaType list(List<Place> all) {
    for (Place one : all) {
      JsonNode items = one.schema().path("items");
      if (items.isArray() || one.schema().has("prefixItems")) {
        return SchemaType.json("a list with a type for each place");
      }
      if (items.isObject()) {
        return new SchemaType.ListOf(described(within(one, items, "items")).type());
      }
    }
    return new SchemaType.ListOf(SchemaType.json("elements are of any type"));
  }

  private static Place within(Place outer, JsonNode schema, String step) {
    return new Place(schema, SchemaDocument.base(schema, outer.base()), outer.name() + "/" + step);
  }

  /** The schemas that a keyword has by names. */
  private static Map<String, Place> fields(Place of, String keyword) {
    Map<String, Place> fields = new LinkedHashMap<>();
    of.schema()
        .path(keyword)
        .properties()
        .forEach(field -> fields.put(field.getKey(), within(of, field.getValue(), field.getKey())));
    return fields;
  }

  /** Which fields an object may have besides its properties, where the schema says of them. */
  private static String others(List<Place> all) {
    Set<String> by = new LinkedHashSet<>();
    for (Place one : all) {
      one.schema()
          .path("patternProperties")
          .properties()
          .forEach(
              field -> {
                if (!field.getValue().equals(BooleanNode.FALSE)) {
                  by.add("patternProperties " + field.getKey());
                }
              });
      for (String keyword : List.of("additionalProperties", "unevaluatedProperties")) {
        // Without conditions it is as if it were not there: any object may have more fields.
        if (!one.schema().path(keyword).isEmpty()) {
          by.add(keyword);
        }
      }
    }
    return by.isEmpty() ? "" : "fields of other names, by " + String.join(" and ", by);
  }

  private SchemaType object(List<Place> all) {
    Map<String, Place> properties = new LinkedHashMap<>();
    Map<String, Place> others = new LinkedHashMap<>();
    Set<String> required = new LinkedHashSet<>();
    for (Place one : all) {
      fields(one, "properties").forEach(properties::putIfAbsent);
      fields(one, "patternProperties").forEach(others::putIfAbsent);
      JsonNode additional = one.schema().path("additionalProperties");
      if (additional.isObject()) {
        others.putIfAbsent("", within(one, additional, "additionalProperties"));
      }
      one.schema().path("required").forEach(name -> required.add(name.asText()));
    }
    Map<String, List<Place>> conditional = new LinkedHashMap<>();
    Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    all.forEach(one -> conditional(one, conditional, seen));
    conditional.keySet().removeAll(properties.keySet());
    if (!properties.isEmpty() || !conditional.isEmpty()) {
      // Whatever refers to them: those that say the same properties are the same object.
      String name =
          all.stream()
              .filter(one -> one.schema().has("properties") || hasConditions(one.schema()))
              .map(Place::name)
              .collect(Collectors.joining(" "));
      return new SchemaType.ObjectOf(
          name, () -> fields(properties, required, conditional), others(all));
    }
    return others.isEmpty()
        ? SchemaType.json("an object of any fields")
        : new SchemaType.MapOf(
            SchemaType.either(
                others.values().stream().map(other -> described(other).type()).toList()));
  }

  private List<SchemaField> fields(
      Map<String, Place> properties, Set<String> required, Map<String, List<Place>> conditional) {
    List<SchemaField> fields = new ArrayList<>();
    properties.forEach(
        (name, place) -> {
          Described one = described(place);
          fields.add(
              new SchemaField(
                  name, one.type(), required.contains(name) && !one.isNullable(), one.words()));
        });
    conditional.forEach(
        (name, places) -> {
          List<Described> each = places.stream().map(this::described).toList();
          SchemaType type = SchemaType.either(each.stream().map(Described::type).toList());
          fields.add(new SchemaField(name, type, false, each.get(0).words()));
        });
    return fields;
  }

  private static boolean hasConditions(JsonNode schema) {
    return CONDITIONS.stream().anyMatch(schema::has);
  }

  /**
   * Finds the properties that a document has where a condition holds: whether it does, is not
   * asked.
   *
   * @param to each property's schemas
   * @param seen those that were looked at: a branch may refer to what it is in
   */
  private void conditional(Place of, Map<String, List<Place>> to, Set<JsonNode> seen) {
    for (String keyword : CONDITIONS) {
      JsonNode found = of.schema().path(keyword);
      // By then and else there is one schema, by the others one for each property that is there.
      Iterable<JsonNode> branches = keyword.startsWith("dep") ? found : List.of(found);
      for (JsonNode branch : branches) {
        if (branch.isObject() && seen.add(branch)) {
          List<Place> all = new ArrayList<>();
          join(within(of, branch, keyword), all);
          for (Place one : all) {
            fields(one, "properties")
                .forEach(
                    (name, place) ->
                        to.computeIfAbsent(name, first -> new ArrayList<>()).add(place));
            conditional(one, to, seen);
          }
        }
      }
    }
  }
}
