package io.sluice.jsonschema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.resource.InputStreamSource;
import com.networknt.schema.resource.SchemaLoader;
import io.sluice.schema.RegisteredSchema.Reference;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a schema may refer to: the references that its registry has for it, and the schemas of the
 * language itself. Nothing is ever fetched, neither from a network nor from files.
 */
final class References implements SchemaLoader {
  /** Where a schema stands that does not say it. */
  static final String BASE = "sluice:/";

  /** Where the validator's own jar has the schemas of the language. */
  private static final String OF_THE_LANGUAGE = "classpath:draft";

  private final Map<String, String> texts = new HashMap<>();

  /** Something else was referred to. Carries no stack trace: it is an answer. */
  static final class UnknownReferenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownReferenceException(String iri) {
      super(
          "it refers to "
              + shown(iri)
              + ", which is none of its references in the registry, and nothing is fetched",
          null,
          false,
          false);
    }
  }

  /**
   * @param schema the schema that refers
   * @param parsed the references, each as a document
   */
  References(JsonNode schema, List<Reference> references, List<JsonNode> parsed) {
    List<String> bases = new ArrayList<>(List.of(BASE));
    addId(bases, schema);
    for (JsonNode reference : parsed) {
      addId(bases, reference);
    }
    for (int i = 0; i < references.size(); i++) {
      Reference reference = references.get(i);
      texts.putIfAbsent(reference.name(), reference.text());
      for (String base : bases) {
        texts.putIfAbsent(resolved(base, reference.name()), reference.text());
      }
      List<String> own = new ArrayList<>();
      addId(own, parsed.get(i));
      own.forEach(id -> texts.putIfAbsent(id, reference.text()));
    }
  }

  private static void addId(List<String> bases, JsonNode schema) {
    for (String keyword : List.of("$id", "id")) {
      String id = schema.path(keyword).asText("");
      if (!id.isEmpty()) {
        bases.add(resolved(BASE, id));
      }
    }
  }

  private static String resolved(String base, String iri) {
    String whole = AbsoluteIri.resolve(base, iri);
    int fragment = whole.indexOf('#');
    return fragment < 0 ? whole : whole.substring(0, fragment);
  }

  /** As whoever wrote the schema knows it. */
  static String shown(String iri) {
    return iri.startsWith(BASE) ? iri.substring(BASE.length()) : iri;
  }

  @Override
  public @Nullable InputStreamSource getSchema(AbsoluteIri iri) {
    String text = texts.get(iri.toString());
    if (text != null) {
      return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
    if (iri.toString().startsWith(OF_THE_LANGUAGE)) {
      return null;
    }
    throw new UnknownReferenceException(iri.toString());
  }
}
