package io.sluice.protobuf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/** Writes the messages that protobuf has for JSON as the JSON that they are. */
final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  /** All whole numbers up to it are doubles. */
  private static final double MOST_WHOLE = 1L << 53;

  private final JsonGenerator out;
  private final int maxDepth;

  private JsonText(JsonGenerator out, int maxDepth) {
    this.out = out;
    this.maxDepth = maxDepth;
  }

  /**
   * @throws Rejection where a number is not one that JSON has, or something is too deep
   */
  static byte[] of(Message message, int maxDepth) throws Rejection {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      JsonText text = new JsonText(out, maxDepth);
      if (message instanceof Struct struct) {
        text.write(struct, 1);
      } else if (message instanceof ListValue list) {
        text.write(list, 1);
      } else {
        text.write((Value) message, 1);
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  static Rejection unparsable(InvalidProtocolBufferException e) {
    String message = String.valueOf(e.getMessage());
    return new Rejection(
        message.contains("levels of nesting") ? Reason.TOO_DEEP : Reason.MALFORMED, "", message);
  }

  private void write(Struct struct, int depth) throws IOException, Rejection {
    checkDepth(depth);
    out.writeStartObject();
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      out.writeFieldName(field.getKey());
      write(field.getValue(), depth + 1);
    }
    out.writeEndObject();
  }

  private void write(ListValue list, int depth) throws IOException, Rejection {
    checkDepth(depth);
    out.writeStartArray();
    for (Value value : list.getValuesList()) {
      write(value, depth + 1);
    }
    out.writeEndArray();
  }

  private void write(Value value, int depth) throws IOException, Rejection {
    switch (value.getKindCase()) {
      case STRUCT_VALUE -> write(value.getStructValue(), depth);
      case LIST_VALUE -> write(value.getListValue(), depth);
      case STRING_VALUE -> out.writeString(value.getStringValue());
      case BOOL_VALUE -> out.writeBoolean(value.getBoolValue());
      case NUMBER_VALUE -> write(value.getNumberValue());
      case NULL_VALUE, KIND_NOT_SET -> out.writeNull();
    }
  }

  private void write(double number) throws IOException, Rejection {
    if (!Double.isFinite(number)) {
      throw new Rejection(
          Reason.WRONG_TYPE, "", "expected a number that JSON has, found " + number);
    }
    if (number == Math.rint(number) && Math.abs(number) <= MOST_WHOLE) {
      out.writeNumber((long) number);
    } else {
      out.writeNumber(number);
    }
  }

  private void checkDepth(int depth) throws Rejection {
    if (depth > maxDepth) {
      throw new Rejection(Reason.TOO_DEEP, "", "deeper than " + maxDepth);
    }
  }
}
