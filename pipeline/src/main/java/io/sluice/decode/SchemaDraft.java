package io.sluice.decode;

import java.util.List;

/**
 * What a contract would say of the records that are written with a schema.
 *
 * @param section what stands behind {@code format:}, as {@code avro} or {@code {name: protobuf,
 *     framing: glue}}
 * @param isEnvelope whether another format says how it is written, which knows less of it
 * @param what the schema, for whoever reads the draft: {@code record shop.Order of Avro}
 * @param record what each of them is
 * @param notes what is worth knowing of the whole, each in a sentence without its full stop
 */
public record SchemaDraft(
    String section,
    boolean isEnvelope,
    String what,
    SchemaType.ObjectOf record,
    List<String> notes) {
  public SchemaDraft {
    notes = List.copyOf(notes);
  }
}
