package io.sluice.local;

import com.google.protobuf.CodedOutputStream;
import io.sluice.schema.RegisteredSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;

/** User actions as messages of Protobuf. */
final class ProtobufActions implements ActionWriter {
  private static final String SCHEMA =
      """
      syntax = "proto3";
      package shop;

      import "google/protobuf/timestamp.proto";

      message UserAction {
        %s timestamp = 1;
        optional %s event_name = 2;
        UserIdentifiers user_identifiers = 3;
        Product product_information = 4;

        message UserIdentifiers {
          string id = 1;
          optional string platform = 2;
        }
        message Product {
          string name = 1;
          string SKU = 2;
        }
      }
      """;

  /** Of the messages in a file, the records are the first. */
  private static final int FIRST_MESSAGE = 0;

  /** Writes some fields. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  @Override
  public String type() {
    return RegisteredSchema.PROTOBUF;
  }

  @Override
  public String schema(Shape shape) {
    return SCHEMA.formatted(
        shape == Shape.TIME_IS_TEXT ? "string" : "google.protobuf.Timestamp",
        shape == Shape.NAME_IS_NUMBER ? "int64" : "string");
  }

  @Override
  public byte[] write(Shape shape, Action action) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(FIRST_MESSAGE);
    out.writeBytes(bytes(fields -> write(fields, shape, action)));
    return out.toByteArray();
  }

  private static void write(CodedOutputStream out, Shape shape, Action action) throws IOException {
    if (shape == Shape.TIME_IS_TEXT) {
      out.writeString(1, "yesterday");
    } else {
      Instant time = action.time();
      out.writeByteArray(
          1,
          bytes(
              fields -> {
                fields.writeInt64(1, time.getEpochSecond());
                fields.writeInt32(2, time.getNano());
              }));
    }
    byte[] name = action.name();
    if (shape == Shape.NAME_IS_NUMBER) {
      out.writeInt64(2, 7);
    } else if (name != null) {
      // Bytes are written as a text is, and may be none.
      out.writeByteArray(2, name);
    }
    out.writeByteArray(
        3,
        bytes(
            fields -> {
              fields.writeString(1, action.userId());
              if (action.platform() != null) {
                fields.writeString(2, action.platform());
              }
            }));
    String product = action.product();
    if (product != null) {
      out.writeByteArray(
          4,
          bytes(
              fields -> {
                fields.writeString(1, product);
                fields.writeString(2, Objects.requireNonNull(action.sku()));
              }));
    }
  }

  private static byte[] bytes(Fields fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    try {
      fields.write(coded);
      coded.flush();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return out.toByteArray();
  }
}
