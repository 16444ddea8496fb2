package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schema.RegisteredSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** User actions as records of Avro. */
final class AvroActions implements ActionWriter {
  private static final String SCHEMA =
      """
      {"type": "record", "name": "UserAction", "namespace": "shop", "fields": [
        {"name": "timestamp", "type": %s},
        {"name": "event_name", "type": ["null", "%s"]},
        {"name": "user_identifiers", "type": {"type": "record", "name": "UserIdentifiers", "fields": [
          {"name": "id", "type": "string"},
          {"name": "platform", "type": ["null", "string"]}]}},
        {"name": "product_information", "type": ["null", {"type": "record", "name": "Product", "fields": [
          {"name": "name", "type": "string"},
          {"name": "SKU", "type": "string"}]}]}]}
      """;

  @Override
  public String type() {
    return RegisteredSchema.AVRO;
  }

  @Override
  public String schema(Shape shape) {
    return SCHEMA.formatted(
        shape == Shape.TIME_IS_TEXT
            ? "\"string\""
            : "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}",
        shape == Shape.NAME_IS_NUMBER ? "long" : "string");
  }

  @Override
  public byte[] write(Shape shape, Action action) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      if (shape == Shape.TIME_IS_TEXT) {
        encoder.writeString("yesterday");
      } else {
        encoder.writeLong(action.time().toEpochMilli());
      }
      byte[] name = action.name();
      encoder.writeIndex(name == null ? 0 : 1);
      if (shape == Shape.NAME_IS_NUMBER) {
        encoder.writeLong(7);
      } else if (name != null) {
        // Bytes are written as a text is, and may be none.
        encoder.writeBytes(name);
      }
      encoder.writeBytes(action.userId().getBytes(UTF_8));
      writeOptional(encoder, action.platform());
      encoder.writeIndex(action.product() == null ? 0 : 1);
      if (action.product() != null) {
        encoder.writeString(action.product());
        encoder.writeString(Objects.requireNonNull(action.sku()));
      }
      encoder.flush();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return out.toByteArray();
  }

  private static void writeOptional(BinaryEncoder encoder, @Nullable String text)
      throws IOException {
    encoder.writeIndex(text == null ? 0 : 1);
    if (text != null) {
      encoder.writeString(text);
    }
  }
}
