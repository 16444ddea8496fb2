package io.sluice.avro;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.convert.Rejection;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Recognised;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.SchemaDraft;
import io.sluice.decode.SchemaFile;
import io.sluice.decode.SchemaSource;
import io.sluice.decode.Sighting;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Records of Avro in its binary encoding, one datum a record: with the id of its schema before it,
 * or all of one schema that the contract has.
 */
public final class AvroFormat implements RecordFormat {
  private static final String FRAMING = "framing";
  private static final String SCHEMA = "schema";

  private final AvroSchemas parsed = new AvroSchemas();

  @Override
  public String name() {
    return "avro";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.choice(
            FRAMING,
            Arrays.stream(Framing.Kind.values()).map(Framing.Kind::text).toList(),
            "What stands before a record's value and names its schema: the frame of Confluent's"
                + " serializers, which Apicurio and Karapace write, too; that of AWS Glue; or"
                + " nothing, where all records are of the one schema that the key schema has."),
        KeySpec.optional(
            SCHEMA,
            KeySpec.Type.CONTENT,
            "",
            "The schema that all records were written with, with framing: none: its JSON, or"
                + " {file: PATH}.",
            "{file: events.avsc}"));
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    Framing.Kind kind = framing(contract);
    AvroDecoder decoder = new AvroDecoder(contract, kind, schemas, events);
    String schema = contract.format().keys().text(SCHEMA);
    if (kind == Framing.Kind.NONE) {
      if (schema.isEmpty()) {
        throw new ContractException(
            "format",
            "format avro with framing: none needs the schema of the records: write"
                + " schema: {file: events.avsc}");
      }
      decoder.useAlways(schema);
    } else if (!schema.isEmpty()) {
      throw new ContractException(
          "format",
          "format avro has a schema, but with framing: "
              + kind.text()
              + " each record names its own: leave schema out, or write framing: none");
    }
    return decoder;
  }

  private static Framing.Kind framing(Contract contract) {
    KeyValues keys = contract.format().keys();
    return Framing.Kind.valueOf(keys.text(FRAMING).toUpperCase(Locale.ROOT));
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    Framing.Kind kind = framing(contract);
    Framing framing = new Framing(kind, contract.maxBytes());
    try {
      framing.read(new Value(value));
      RegisteredSchema registered =
          kind == Framing.Kind.NONE
              ? new RegisteredSchema(
                  RegisteredSchema.AVRO, contract.format().keys().text(SCHEMA), List.of())
              : schemas.get(framing.id());
      AvroBytes in = new AvroBytes(contract.maxDepth());
      in.begin(framing.array(), framing.start(), framing.end());
      return AvroDocuments.read(parsed.get(registered), in, contract.maxBytes());
    } catch (Rejection | UnknownSchemaException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Recognised> recognise(Sighting sighting) {
    return sighting.isOfType(RegisteredSchema.AVRO)
        ? Optional.of(
            Recognised.framed(
                name(), sighting.framing().text(), sighting.framing() == Framing.Kind.CONFLUENT))
        : Optional.empty();
  }

  @Override
  public Optional<RegisteredSchema> schema(SchemaFile file) {
    Optional<String> text = file.text();
    return file.isAsked()
            || file.endsWith(".avsc")
            || text.filter(AvroDraft::isOfRecords).isPresent()
        ? Optional.of(
            new RegisteredSchema(
                RegisteredSchema.AVRO,
                text.orElseThrow(
                    () -> new UserException("it is not UTF-8, as a schema of Avro is")),
                List.of()))
        : Optional.empty();
  }

  @Override
  public void requireSchema(RegisteredSchema schema) {
    if (schema.type().equals(RegisteredSchema.AVRO)) {
      Schema unused = AvroDraft.parse(schema);
    }
  }

  @Override
  public Optional<SchemaDraft> draft(SchemaSource source) {
    if (!source.isOfType(RegisteredSchema.AVRO)) {
      return Optional.empty();
    }
    Schema schema = AvroDraft.parse(source.schema());
    return Optional.of(
        new SchemaDraft(
            source.section(name(), ""),
            false,
            AvroDraft.what(schema) + " of Avro",
            new AvroDraft(AvroDraft.Meanings.NONE).record(schema),
            List.of()));
  }

  private record Value(byte[] array) implements RecordBytes {
    @Override
    public boolean hasValue() {
      return true;
    }

    @Override
    public int valueStart() {
      return 0;
    }

    @Override
    public int valueLength() {
      return array.length;
    }

    @Override
    public byte @Nullable [] key() {
      return null;
    }
  }
}
