package io.sluice.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An entry of a map, on the wire: where its key and value are. */
final class MapEntry {
  private static final int KEY = 1;
  private static final int VALUE = 2;

  private final FieldDescriptor.Type keyType;
  private final int keyTag;
  private final int valueTag;
  private final boolean isMessage;
  private final @Nullable EnumNames closed;

  private int keyAt;
  private int valueAt;
  private int values;

  MapEntry(Descriptor type) {
    FieldDescriptor key = type.findFieldByNumber(KEY);
    FieldDescriptor value = type.findFieldByNumber(VALUE);
    this.keyType = key.getType();
    this.keyTag = Wire.tag(KEY, key.getLiteType().getWireType());
    this.valueTag = Wire.tag(VALUE, value.getLiteType().getWireType());
    this.isMessage = value.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    this.closed =
        value.getType() == FieldDescriptor.Type.ENUM && value.legacyEnumFieldTreatedAsClosed()
            ? new EnumNames(value.getEnumType())
            : null;
  }

  /** Reads an entry to its end; returns its key as a text. */
  String read(Wire in) throws Rejection {
    keyAt = -1;
    valueAt = -1;
    values = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == keyTag) {
        keyAt = in.at();
      } else if (tag == valueTag && isValue(in)) {
        valueAt = in.at();
        values++;
      }
      in.skip(tag);
    }
    return key(in);
  }

  /** A number that a closed enum lacks takes no other value's place. */
  private boolean isValue(Wire in) throws Rejection {
    if (closed == null || valueAt < 0) {
      return true;
    }
    int before = in.at();
    int number = (int) in.varint();
    in.at(before);
    return closed.name(number) != null;
  }

  private String key(Wire in) throws Rejection {
    int end = in.at();
    String key;
    if (keyAt < 0) {
      key =
          switch (keyType) {
            case STRING -> "";
            case BOOL -> "false";
            default -> "0";
          };
    } else {
      in.at(keyAt);
      key = keyText(in);
    }
    in.at(end);
    return key;
  }

  private String keyText(Wire in) throws Rejection {
    return switch (keyType) {
      case STRING -> {
        int length = in.length();
        if (!Utf8.isValid(in.array(), in.at(), in.at() + length)) {
          throw new Rejection(Reason.NOT_UTF8, "", "a key is not UTF-8");
        }
        yield new String(in.array(), in.at(), length, StandardCharsets.UTF_8);
      }
      case BOOL -> String.valueOf(in.varint() != 0);
      case INT32 -> String.valueOf((int) in.varint());
      case INT64 -> String.valueOf(in.varint());
      case UINT32 -> Integer.toUnsignedString((int) in.varint());
      case UINT64 -> Long.toUnsignedString(in.varint());
      case SINT32 -> {
        int value = (int) in.varint();
        yield String.valueOf((value >>> 1) ^ -(value & 1));
      }
      case SINT64 -> {
        long value = in.varint();
        yield String.valueOf((value >>> 1) ^ -(value & 1));
      }
      case FIXED32 -> Integer.toUnsignedString(in.fixed32());
      case SFIXED32 -> String.valueOf(in.fixed32());
      case FIXED64 -> Long.toUnsignedString(in.fixed64());
      case SFIXED64 -> String.valueOf(in.fixed64());
      default -> throw new IllegalStateException(keyType + " is no key");
    };
  }

  /** Whether the value is a message of several pieces. */
  boolean isInPieces() {
    return isMessage && values > 1;
  }

  /** Whether there is no entry, since its value is a number that its enum does not have. */
  boolean isUnknown(Wire in) throws Rejection {
    if (closed == null || valueAt < 0) {
      return false;
    }
    int before = in.at();
    in.at(valueAt);
    int number = (int) in.varint();
    in.at(before);
    return closed.name(number) == null;
  }

  boolean isMessage() {
    return isMessage;
  }

  int keyTag() {
    return keyTag;
  }

  int valueTag() {
    return valueTag;
  }

  /** Where the key stands behind its tag; -1 where there is none. */
  int keyAt() {
    return keyAt;
  }

  /** The same for the value; of several the last. */
  int valueAt() {
    return valueAt;
  }
}
