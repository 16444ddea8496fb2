package io.sluice.debezium;

import io.apicurio.registry.utils.converter.avro.AvroData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of a connector as Kafka Connect does: with its own JsonConverter, and in Avro by
 * Apicurio's converter, whose schemas are those of Confluent's.
 */
final class Written {
  enum Form {
    JSON_WITH_SCHEMA,
    JSON,
    AVRO;

    /** What a contract says of it. */
    String keys() {
      return this == AVRO ? ", values: avro" : "";
    }
  }

  private final TestDebezium.Registry registry;
  private final AvroData avro = new AvroData(100);
  private final JsonConverter withSchema = json(true);
  private final JsonConverter withoutSchema = json(false);

  Written(TestDebezium.Registry registry) {
    this.registry = registry;
  }

  private static JsonConverter json(boolean schemas) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", schemas, "schemas.cache.size", 100), false);
    return converter;
  }

  byte @Nullable [] value(SourceRecord record, Form form) {
    if (record.value() == null) {
      return null;
    }
    return switch (form) {
      case JSON_WITH_SCHEMA ->
          withSchema.fromConnectData(record.topic(), record.valueSchema(), record.value());
      case JSON ->
          withoutSchema.fromConnectData(record.topic(), record.valueSchema(), record.value());
      case AVRO -> avro(record);
    };
  }

  private byte[] avro(SourceRecord record) {
    org.apache.avro.Schema schema = avro.fromConnectSchema(record.valueSchema());
    Object datum = avro.fromConnectData(record.valueSchema(), record.value());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<>(schema, new GenericData()).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TestDebezium.framed(registry.id(schema.toString()), out.toByteArray());
  }
}
