package io.sluice.jsonschema;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractFormat;
import io.sluice.contract.KeySpec;
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
import io.sluice.source.SourceRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Documents of JSON that a JSON Schema allows: with the id of the schema before each, or all of one
 * schema that the contract has.
 */
public final class JsonSchemaFormat implements RecordFormat {
  private static final String FRAMING = "framing";
  private static final String SCHEMA = "schema";

  @Override
  public String name() {
    return "json_schema";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.choice(
            FRAMING,
            Arrays.stream(Framing.Kind.values()).map(Framing.Kind::text).toList(),
            "What stands before a document and names its schema: the frame of Confluent's"
                + " serializers, which Apicurio and Karapace write, too; that of AWS Glue; or"
                + " nothing, where all documents are of the one schema that the key schema has."),
        KeySpec.optional(
            SCHEMA,
            KeySpec.Type.CONTENT,
            "",
            "The schema that all documents have to be of, with framing: none: its JSON, or"
                + " {file: PATH}.",
            "{file: events.schema.json}"));
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    Framing.Kind kind = framing(contract);
    JsonSchemaDecoder decoder =
        new JsonSchemaDecoder(
            json().decoder(contract, schemas, events),
            schemas,
            new Framing(kind, contract.maxBytes()));
    String schema = contract.format().keys().text(SCHEMA);
    if (kind == Framing.Kind.NONE) {
      if (schema.isEmpty()) {
        throw new ContractException(
            "format",
            "format json_schema with framing: none needs the schema of the documents: write"
                + " schema: {file: events.schema.json}, or format: json for documents without one");
      }
      decoder.useAlways(schema);
    } else if (!schema.isEmpty()) {
      throw new ContractException(
          "format",
          "format json_schema has a schema, but with framing: "
              + kind.text()
              + " each record names its own: leave schema out, or write framing: none");
    }
    return decoder;
  }

  private static Framing.Kind framing(Contract contract) {
    return Framing.Kind.valueOf(contract.format().keys().text(FRAMING).toUpperCase(Locale.ROOT));
  }

  private static RecordFormat json() {
    return (RecordFormat) ContractFormat.named(ContractFormat.DEFAULT).orElseThrow();
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    Framing framing = new Framing(framing(contract), contract.maxBytes());
    RecordBytes record = new SourceRecord("", 0, 0, -1, null, value, List.of()).bytes();
    try {
      framing.read(record);
    } catch (Rejection e) {
      return Optional.empty();
    }
    byte[] json = Arrays.copyOfRange(framing.array(), framing.start(), framing.end());
    return json().document(json, contract, schemas);
  }

  @Override
  public Optional<RegisteredSchema> schema(SchemaFile file) {
    Optional<String> text = file.text();
    return file.isAsked()
            || !file.endsWith(".avsc") && text.filter(SchemaDocument::isSchema).isPresent()
        ? Optional.of(
            new RegisteredSchema(
                RegisteredSchema.JSON,
                text.orElseThrow(() -> new UserException("it is not UTF-8, as JSON is")),
                List.of()))
        : Optional.empty();
  }

  @Override
  public void requireSchema(RegisteredSchema schema) {
    if (schema.type().equals(RegisteredSchema.JSON)) {
      CompiledSchema unused = compiled(schema);
    }
  }

  private static CompiledSchema compiled(RegisteredSchema schema) {
    try {
      return new CompiledSchema(schema, "the schema", new Budget());
    } catch (Rejection e) {
      throw new UserException(e.text(), e);
    }
  }

  @Override
  public Optional<SchemaDraft> draft(SchemaSource source) {
    if (!source.isOfType(RegisteredSchema.JSON)) {
      return Optional.empty();
    }
    CompiledSchema unused = compiled(source.schema());
    return Optional.of(
        new SchemaDraft(
            source.section(name(), ""),
            false,
            "documents of JSON Schema",
            new JsonSchemaDraft(source.schema()).root(),
            List.of()));
  }

  @Override
  public Optional<Recognised> recognise(Sighting sighting) {
    return sighting.isOfType(RegisteredSchema.JSON)
        ? Optional.of(
            Recognised.framed(
                name(), sighting.framing().text(), sighting.framing() == Framing.Kind.CONFLUENT))
        : Optional.empty();
  }

  /** Where there is a frame, a value is not JSON from its first byte on. */
  @Override
  public boolean isJson(Contract contract) {
    return framing(contract) == Framing.Kind.NONE;
  }
}
