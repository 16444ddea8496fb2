package io.sluice.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Schemas that stand before their payloads. A schema has ten times the bytes of its payload, and is
 * the same in each record of a table: so it is read once, and then known by its bytes. For one
 * thread.
 */
final class JsonSchemas {
  private static final int MOST_KEPT = 100;

  private static final int MOST_BYTES_KEPT = 16 << 20;

  private static final ObjectReader TREES =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The schema of these bytes, or why there is none. */
  record Known(byte[] text, @Nullable Payload payload, @Nullable Rejection rejection) {
    Payload usable() throws Rejection {
      if (rejection != null) {
        throw rejection;
      }
      if (payload == null) {
        throw new IllegalStateException("neither a schema nor a reason");
      }
      return payload;
    }
  }

  /** Where the fields of documents of one schema go, the first time and the second. */
  record Payload(PayloadFields first, PayloadFields second) {
    static Payload of(Target.Envelope envelope) {
      return new Payload(
          new PayloadFields(envelope.first(), true), new PayloadFields(envelope.second(), true));
    }
  }

  private final Target target;

  /** The one that was met last is the first. */
  private final ArrayDeque<Known> kept = new ArrayDeque<>();

  private int keptBytes;

  JsonSchemas(Target target) {
    this.target = target;
  }

  /** The schema that begins at a place, where its bytes were met before. */
  @Nullable Known known(byte[] in, int from, int end) {
    for (Iterator<Known> all = kept.iterator(); all.hasNext(); ) {
      Known one = all.next();
      int length = one.text.length;
      // No object of JSON is the beginning of another one.
      if (length <= end - from && Arrays.equals(one.text, 0, length, in, from, from + length)) {
        if (one != kept.getFirst()) {
          all.remove();
          kept.addFirst(one);
        }
        return one;
      }
    }
    return null;
  }

  /** The schema of an object's bytes, from now on known; null where they are no JSON. */
  @Nullable Known add(byte[] text) {
    if (!Utf8.isValid(text)) {
      return null;
    }
    Known added;
    try {
      added = new Known(text, payload(tree(text)), null);
    } catch (Rejection e) {
      if (e.reason() != Reason.UNUSABLE_SCHEMA) {
        return null;
      }
      added = new Known(text, null, e);
    }
    kept.addFirst(added);
    keptBytes += text.length;
    while (kept.size() > MOST_KEPT || keptBytes > MOST_BYTES_KEPT && kept.size() > 1) {
      keptBytes -= kept.removeLast().text.length;
    }
    return added;
  }

  /** Of a document that has its schema in another place, or null for one. */
  Payload ofDocument(byte[] document) throws Rejection {
    JsonNode schema = tree(document).path("schema");
    return schema.isObject() ? payload(schema) : Payload.of(target.envelope());
  }

  private Payload payload(JsonNode schema) throws Rejection {
    return Payload.of(target.envelope(JsonValueSchema.of(schema)));
  }

  private static JsonNode tree(byte[] text) throws Rejection {
    try {
      return TREES.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new Rejection(Reason.MALFORMED_JSON, "schema", "the schema cannot be read");
    }
  }
}
