package io.sluice.decode;

import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import org.jspecify.annotations.Nullable;

/**
 * A record's value as whoever does not know its format sees it.
 *
 * @param value all of it, with its frame
 * @param framing the frame that it begins with; {@code NONE} where it begins with none
 * @param schema what the registry has for the id in the frame; null without a frame
 */
public record Sighting(byte[] value, Framing.Kind framing, @Nullable RegisteredSchema schema) {
  /** Whether the schema is of a type, as {@link RegisteredSchema#AVRO}. */
  public boolean isOfType(String type) {
    return schema != null && schema.type().equals(type);
  }
}
