package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.UnknownSchemaException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Schemas and what they refer to, by Confluent's API. */
final class ConfluentLookup implements Lookup {
  /** What no schema needs; one that refers to more is a mistake or an attack. */
  private static final int MOST_REFERENCES = 1000;

  private final List<URI> addresses;
  private final Waiting waiting;

  ConfluentLookup(List<URI> addresses, Waiting waiting) {
    this.addresses = List.copyOf(addresses);
    this.waiting = waiting;
  }

  @Override
  public RegisteredSchema byId(SchemaId id) throws UnknownSchemaException, InterruptedException {
    if (id.isUuid()) {
      throw new UserException(
          "a record names schema "
              + id
              + ", as AWS Glue does, and --schemaRegistry is none of Glue's: write"
              + " --schemaRegistry=glue:REGION, or another framing into the contract");
    }
    // No registry of this API has others, and some take them for a wrong path.
    if (id.low() < 0 || id.low() > Integer.MAX_VALUE) {
      throw new UnknownSchemaException("schema " + id + ": no registry gives such a number");
    }
    return resolved(waiting.ask(request("schema " + id, "/schemas/ids/" + id)));
  }

  @Override
  public RegisteredSchema latest(String subject)
      throws UnknownSchemaException, InterruptedException {
    return resolved(
        waiting.ask(
            request(
                "the newest schema of subject " + subject,
                "/subjects/" + encoded(subject) + "/versions/latest")));
  }

  @Override
  public RegisteredSchema version(String subject, int version)
      throws UnknownSchemaException, InterruptedException {
    return resolved(
        waiting.ask(
            request(
                "version " + version + " of subject " + subject,
                "/subjects/" + encoded(subject) + "/versions/" + version)));
  }

  private Request request(String what, String path) {
    return new Request(
        what, addresses.stream().map(address -> URI.create(address + path)).toList(), null);
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private RegisteredSchema resolved(JsonNode schema)
      throws UnknownSchemaException, InterruptedException {
    Map<String, RegisteredSchema.Reference> references = new LinkedHashMap<>();
    resolve(schema, references, new HashSet<>());
    return new RegisteredSchema(
        // An answer without it is of Avro: the API is older than other types.
        schema.path("schemaType").asText(RegisteredSchema.AVRO),
        schema.path("schema").asText(),
        List.copyOf(references.values()));
  }

  /**
   * Adds what a schema refers to, each behind those that it refers to itself. Of two with one name
   * the first counts, as for Confluent's own clients.
   */
  private void resolve(
      JsonNode schema, Map<String, RegisteredSchema.Reference> resolved, Set<String> begun)
      throws UnknownSchemaException, InterruptedException {
    for (JsonNode reference : schema.path("references")) {
      String name = reference.path("name").asText();
      if (!begun.add(name)) {
        continue;
      }
      if (begun.size() > MOST_REFERENCES) {
        throw new UserException(
            "a schema of "
                + addresses.get(0)
                + " refers to more than "
                + MOST_REFERENCES
                + " others, by "
                + name);
      }
      String subject = reference.path("subject").asText();
      int version = reference.path("version").asInt();
      JsonNode other =
          waiting.ask(
              request(
                  "version " + version + " of subject " + subject + ", which a schema refers to",
                  // What was deleted since is still what it was written with.
                  "/subjects/" + encoded(subject) + "/versions/" + version + "?deleted=true"));
      resolve(other, resolved, begun);
      resolved.put(name, new RegisteredSchema.Reference(name, other.path("schema").asText()));
    }
  }

  @Override
  public void close() {
    waiting.close();
  }
}
