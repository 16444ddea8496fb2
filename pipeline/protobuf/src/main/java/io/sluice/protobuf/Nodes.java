package io.sluice.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.sluice.convert.Rejection;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** Generic documents of messages: with the names of the schema, and what absent fields are. */
final class Nodes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final int maxDepth;

  Nodes(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  ObjectNode object(Message message) {
    ObjectNode object = JSON.objectNode();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        object.set(field.getName(), map(field, message));
      } else if (field.isRepeated()) {
        ArrayNode list = object.putArray(field.getName());
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          list.add(value(field, message.getRepeatedField(field, i)));
        }
      } else if (!field.hasPresence() || message.hasField(field)) {
        object.set(field.getName(), value(field, message.getField(field)));
      }
    }
    return object;
  }

  private ObjectNode map(FieldDescriptor field, Message message) {
    ObjectNode map = JSON.objectNode();
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      Message entry = (Message) message.getRepeatedField(field, i);
      map.set(value(key, entry.getField(key)).asText(), value(value, entry.getField(value)));
    }
    return map;
  }

  private JsonNode value(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> JSON.numberNode((Integer) value);
      case INT64, SINT64, SFIXED64 -> JSON.numberNode((Long) value);
      case UINT32, FIXED32 -> JSON.numberNode(Integer.toUnsignedLong((Integer) value));
      case UINT64, FIXED64 -> JSON.numberNode(new BigInteger(Long.toUnsignedString((Long) value)));
      case FLOAT, DOUBLE -> floating((Number) value);
      case BOOL -> JSON.booleanNode((Boolean) value);
      case STRING -> JSON.textNode((String) value);
      case BYTES ->
          JSON.textNode(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> JSON.textNode(name((EnumValueDescriptor) value));
      case MESSAGE, GROUP -> message((Message) value);
    };
  }

  /** With the digits that make it the number that it is; what is none as a text. */
  private static JsonNode floating(Number number) {
    return Double.isFinite(number.doubleValue())
        ? DecimalNode.valueOf(new BigDecimal(number.toString()))
        : JSON.textNode(number.toString());
  }

  private static String name(EnumValueDescriptor value) {
    return value.getIndex() < 0 ? Integer.toString(value.getNumber()) : value.getName();
  }

  /** A message as its type has it: a time as a text, a wrapper as its value. */
  JsonNode message(Message message) {
    Descriptor type = message.getDescriptorForType();
    try {
      switch (type.getFullName()) {
        case "google.protobuf.Timestamp" -> {
          return JSON.textNode(Instant.ofEpochSecond(seconds(message), nanos(message)).toString());
        }
        case "google.protobuf.Duration" -> {
          return JSON.textNode(TimeReader.OfDuration.text(seconds(message), nanos(message)));
        }
        case "google.protobuf.Struct" -> {
          return json(Struct.parseFrom(message.toByteString()));
        }
        case "google.protobuf.Value" -> {
          return json(Value.parseFrom(message.toByteString()));
        }
        case "google.protobuf.ListValue" -> {
          return json(ListValue.parseFrom(message.toByteString()));
        }
        default -> {
          return Plans.isWrapper(type)
              ? value(type.findFieldByNumber(1), message.getField(type.findFieldByNumber(1)))
              : object(message);
        }
      }
    } catch (IOException | Rejection | DateTimeException | ArithmeticException e) {
      // As it is written, where it is not what it says.
      return object(message);
    }
  }

  private JsonNode json(Message message) throws IOException, Rejection {
    return MAPPER.readTree(JsonText.of(message, maxDepth));
  }

  private static long seconds(Message message) {
    return (Long) message.getField(message.getDescriptorForType().findFieldByNumber(1));
  }

  private static int nanos(Message message) {
    return (Integer) message.getField(message.getDescriptorForType().findFieldByNumber(2));
  }
}
