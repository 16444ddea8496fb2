package io.sluice.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.convert.Rejection;
import io.sluice.decode.Recognised;
import io.sluice.decode.Sighting;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Recognises envelopes among values of JSON and among schemas of Avro. */
final class Recognition {
  private static final ObjectMapper JSON = new JsonMapper();
  private static final int MOST_BYTES = 1 << 20;
  private static final Set<String> NAMES = Set.of("before", "after", "source", "op");

  private Recognition() {}

  /** How a contract names the format, where a value is an envelope. */
  static Optional<Recognised> of(Sighting sighting) {
    Framing.Kind framing = sighting.framing();
    if (sighting.isOfType(RegisteredSchema.AVRO)) {
      return isOfEnvelopes(Objects.requireNonNull(sighting.schema()).text())
          ? section(framing == Framing.Kind.GLUE ? "values: avro, framing: glue" : "values: avro")
          : Optional.empty();
    }
    if (framing == Framing.Kind.NONE) {
      return isEnvelope(sighting.value(), 0, sighting.value().length)
          ? Optional.of(new Recognised(DebeziumFormat.NAME, true))
          : Optional.empty();
    }
    return sighting.isOfType(RegisteredSchema.JSON) && isFramedEnvelope(sighting)
        ? section("framing: " + framing.text())
        : Optional.empty();
  }

  private static Optional<Recognised> section(String keys) {
    return Optional.of(new Recognised("{name: " + DebeziumFormat.NAME + ", " + keys + "}", true));
  }

  private static boolean isFramedEnvelope(Sighting sighting) {
    Framing frame = new Framing(sighting.framing(), MOST_BYTES);
    try {
      frame.read(new Documents.Value(sighting.value()));
    } catch (Rejection e) {
      return false;
    }
    return isEnvelope(frame.array(), frame.start(), frame.end());
  }

  /** With a schema beside it, or by itself. */
  private static boolean isEnvelope(byte[] json, int start, int end) {
    JsonNode document;
    try {
      document = JSON.readTree(json, start, end - start);
    } catch (IOException e) {
      return false;
    }
    JsonNode envelope = document.has("payload") ? document.get("payload") : document;
    return envelope.path("op").isTextual()
        && envelope.path("source").isObject()
        && (envelope.path("after").isObject() || envelope.path("before").isObject());
  }

  /** Whether a schema of Avro is one of envelopes. */
  static boolean isOfEnvelopes(String avro) {
    JsonNode schema;
    try {
      schema = JSON.readTree(avro);
    } catch (JsonProcessingException e) {
      return false;
    }
    Set<String> missing = new HashSet<>(NAMES);
    schema.path("fields").forEach(field -> missing.remove(field.path("name").asText()));
    return missing.isEmpty();
  }
}
