package io.sluice.schema;

import java.util.List;

/**
 * A schema as a registry has it.
 *
 * @param type {@code AVRO}, {@code PROTOBUF} or {@code JSON}
 * @param text the schema, in the language of its type
 * @param references what it refers to, each behind those that it refers to itself
 */
public record RegisteredSchema(String type, String text, List<Reference> references) {
  public static final String AVRO = "AVRO";
  public static final String PROTOBUF = "PROTOBUF";
  public static final String JSON = "JSON";

  public RegisteredSchema {
    references = List.copyOf(references);
  }

  /** Another schema, by the name with which it is referred to. */
  public record Reference(String name, String text) {}
}
