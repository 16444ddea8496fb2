package io.sluice.jsonschema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.AbsoluteIri;
import io.sluice.UserException;
import io.sluice.convert.JsonFault;
import io.sluice.schema.RegisteredSchema;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A schema and those that it refers to, as documents in which references are followed. Whether the
 * validator follows them the same way, it says itself where it compiles the schema.
 */
final class SchemaDocument {
  private static final ObjectReader SCHEMAS =
      new JsonMapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final List<String> ANCHORS = List.of("$anchor", "$id", "id");

  private static final List<String> KEYWORDS =
      List.of("$schema", "$ref", "properties", "additionalProperties", "allOf", "anyOf", "oneOf");

  private final JsonNode root;

  /** Schemas by where they stand: whole ones, and those within them with an id or an anchor. */
  private final Map<String, Place> places = new HashMap<>();

  /**
   * A schema and where it stands.
   *
   * @param base of the references in it
   * @param name by which it is known again
   */
  record Place(JsonNode schema, String base, String name) {}

  SchemaDocument(RegisteredSchema schema) {
    root = parse(schema.text());
    String base = base(root, References.BASE);
    add(References.BASE, new Place(root, base, base));
    addAll(root, References.BASE);
    for (RegisteredSchema.Reference reference : schema.references()) {
      JsonNode other = parse(reference.text());
      for (String of : new String[] {References.BASE, base}) {
        String iri = withoutFragment(AbsoluteIri.resolve(of, reference.name()));
        add(iri, new Place(other, base(other, iri), iri));
        addAll(other, iri);
      }
    }
  }

  /** Whether a text looks like a schema: of Avro is what lists a record's fields. */
  static boolean isSchema(String text) {
    JsonNode schema;
    try {
      schema = SCHEMAS.readTree(text);
    } catch (JsonProcessingException e) {
      return false;
    }
    return KEYWORDS.stream().anyMatch(schema::has) && !schema.path("fields").isArray();
  }

  private void add(String iri, Place place) {
    places.putIfAbsent(iri, place);
  }

  private static JsonNode parse(String text) {
    try {
      return SCHEMAS.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UserException("it is no JSON: " + JsonFault.ofText(text, e), e);
    }
  }

  private static String id(JsonNode schema) {
    return schema.path("$id").asText(schema.path("id").asText(""));
  }

  Place root() {
    String base = base(root, References.BASE);
    return new Place(root, base, base);
  }

  /** What references within a schema are resolved against. */
  static String base(JsonNode schema, String base) {
    String id = id(schema);
    return id.isEmpty() || id.startsWith("#") ? base : AbsoluteIri.resolve(base, id);
  }

  /** Adds what has a name of its own within a schema. */
  private void addAll(JsonNode node, String outer) {
    String base = base(node, outer);
    if (!base.equals(outer)) {
      add(withoutFragment(base), new Place(node, base, base));
    }
    for (String keyword : ANCHORS) {
      String anchor = node.path(keyword).asText("");
      if (keyword.equals("$anchor") ? !anchor.isEmpty() : anchor.startsWith("#")) {
        String iri = withoutFragment(base) + "#" + anchor.replaceFirst("^#", "");
        add(iri, new Place(node, base, iri));
      }
    }
    for (JsonNode child : node) {
      addAll(child, base);
    }
  }

  private static String withoutFragment(String iri) {
    int fragment = iri.indexOf('#');
    return fragment < 0 ? iri : iri.substring(0, fragment);
  }

  /** What a reference leads to; empty where it leads nowhere. */
  Optional<Place> find(String reference, String base) {
    String iri =
        reference.startsWith("#")
            ? withoutFragment(base) + reference
            : AbsoluteIri.resolve(base, reference);
    Place place = places.get(iri);
    if (place != null) {
      return Optional.of(place);
    }
    int hash = iri.indexOf('#');
    String fragment = hash < 0 ? "" : iri.substring(hash + 1);
    Place whole = places.get(withoutFragment(iri));
    if (whole == null) {
      return Optional.empty();
    }
    if (fragment.isEmpty()) {
      return Optional.of(whole);
    }
    return fragment.startsWith("/") ? at(whole, fragment, iri) : Optional.empty();
  }

  private static Optional<Place> at(Place whole, String pointer, String name) {
    JsonNode at = whole.schema();
    String base = whole.base();
    for (String step : pointer.substring(1).split("/", -1)) {
      String key =
          URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8)
              .replace("~1", "/")
              .replace("~0", "~");
      at = at.isArray() && key.matches("\\d{1,6}") ? at.path(Integer.parseInt(key)) : at.path(key);
      if (at.isMissingNode()) {
        return Optional.empty();
      }
      base = base(at, base);
    }
    return Optional.of(new Place(at, base, name));
  }
}
