package io.sluice.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.KeySpec;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Recognised;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.SchemaDraft;
import io.sluice.decode.SchemaFile;
import io.sluice.decode.SchemaSource;
import io.sluice.decode.Sighting;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Protobuf messages, behind the frame of a registry, or alone with a schema of the contract. */
public final class ProtobufFormat implements RecordFormat {
  static final String FRAMING = "framing";
  static final String SCHEMA = "schema";
  static final String MESSAGE = "message";

  private @Nullable Documents documents;

  @Override
  public String name() {
    return "protobuf";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.choice(
            FRAMING,
            Stream.of(Framing.Kind.values()).map(Framing.Kind::text).toList(),
            "What stands before each message and says which schema and message it is: the frame of"
                + " Confluent's serializers, that of AWS Glue's, or nothing."),
        KeySpec.optional(
            SCHEMA,
            KeySpec.Type.CONTENT,
            "",
            "The schema of records without a frame: .proto text, or a descriptor set.",
            "syntax = 'proto3'; message Event { string name = 1; }"),
        KeySpec.optional(
            MESSAGE,
            KeySpec.Type.TEXT,
            "",
            "The full name of the message that records are: needed without a frame where the schema"
                + " has several; with one, records that are another message are dead letters.",
            "shop.UserAction"));
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    return new ProtobufDecoder(contract, schemas, events);
  }

  @Override
  public synchronized Optional<JsonNode> document(
      byte[] value, Contract contract, Schemas schemas) {
    Documents known = documents;
    if (known == null || !known.isOf(contract, schemas)) {
      known = new Documents(contract, schemas);
      documents = known;
    }
    return known.of(value);
  }

  @Override
  public Optional<RegisteredSchema> schema(SchemaFile file) {
    return DraftSource.of(file);
  }

  @Override
  public void requireSchema(RegisteredSchema schema) {
    if (schema.type().equals(RegisteredSchema.PROTOBUF)) {
      try {
        FileDescriptor unused = ProtoFiles.of(schema);
      } catch (UnusableSchemaException e) {
        throw new UserException("the schema cannot be used: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public Optional<SchemaDraft> draft(SchemaSource source) {
    return source.isOfType(RegisteredSchema.PROTOBUF)
        ? Optional.of(DraftSource.draft(source))
        : Optional.empty();
  }

  @Override
  public Optional<Recognised> recognise(Sighting sighting) {
    return sighting.isOfType(RegisteredSchema.PROTOBUF)
        ? Optional.of(
            Recognised.framed(
                name(), sighting.framing().text(), sighting.framing() == Framing.Kind.CONFLUENT))
        : Optional.empty();
  }
}
