package io.sluice.decode;

import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import org.jspecify.annotations.Nullable;

/**
 * A schema from which a contract is drafted, and how its records name it.
 *
 * @param framing the frame of records that are written with it; {@code NONE} where the contract is
 *     to have the schema itself
 * @param file the file that it is from, as a contract names it in YAML's flow style; null of a
 *     registry's
 * @param message which of its messages records are, where a schema has several; null for any
 */
public record SchemaSource(
    RegisteredSchema schema,
    Framing.Kind framing,
    @Nullable String file,
    @Nullable String message) {
  /** Whether the schema is of a type, as {@link RegisteredSchema#AVRO}. */
  public boolean isOfType(String type) {
    return schema.type().equals(type);
  }

  /**
   * What stands behind {@code format:} of a format with the keys {@code framing} and {@code
   * schema}, as those have that are plugged in here.
   *
   * @param keys others, each as {@code , KEY: VALUE}
   */
  public String section(String format, String keys) {
    String own =
        switch (framing) {
          case CONFLUENT -> keys;
          case GLUE -> ", framing: glue" + keys;
          case NONE ->
              ", framing: none" + (file == null ? "" : ", schema: {file: " + file + "}") + keys;
        };
    return own.isEmpty() ? format : "{name: " + format + own + "}";
  }
}
