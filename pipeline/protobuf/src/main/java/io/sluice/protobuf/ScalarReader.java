package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;
import java.math.BigDecimal;

/** Reads numbers, booleans, texts and bytes. */
final class ScalarReader extends ValueReader {
  private static final byte[] EMPTY = new byte[0];

  private final FieldDescriptor.Type type;
  private final Converter to;

  ScalarReader(FieldDescriptor.Type type, Converter to) {
    this.type = type;
    this.to = to;
  }

  @Override
  boolean read(Wire in) throws Rejection {
    switch (type) {
      case STRING -> {
        int length = in.length();
        int start = in.at();
        in.at(start + length);
        to.text(in.array(), start, length);
      }
      case BYTES -> {
        int length = in.length();
        int start = in.at();
        in.at(start + length);
        to.bytes(in.array(), start, length);
      }
      // A number of 32 bits may come in ten bytes: what is above is cut, as protobuf has it.
      case INT32 -> to.integer((int) in.varint());
      case INT64 -> to.integer(in.varint());
      case UINT32 -> to.integer(in.varint() & 0xFFFF_FFFFL);
      case UINT64 -> unsigned(in.varint());
      case SINT32 -> {
        int value = (int) in.varint();
        to.integer((value >>> 1) ^ -(value & 1));
      }
      case SINT64 -> {
        long value = in.varint();
        to.integer((value >>> 1) ^ -(value & 1));
      }
      case FIXED32 -> to.integer(in.fixed32() & 0xFFFF_FFFFL);
      case FIXED64 -> unsigned(in.fixed64());
      case SFIXED32 -> to.integer(in.fixed32());
      case SFIXED64 -> to.integer(in.fixed64());
      case FLOAT -> to.floating(Float.intBitsToFloat(in.fixed32()));
      case DOUBLE -> to.floating(Double.longBitsToDouble(in.fixed64()));
      case BOOL -> to.flag(in.varint() != 0);
      case ENUM, MESSAGE, GROUP -> throw new IllegalStateException(type + " is no scalar");
    }
    return true;
  }

  private void unsigned(long value) throws Rejection {
    if (value >= 0) {
      to.integer(value);
    } else {
      to.decimal(new BigDecimal(Long.toUnsignedString(value)));
    }
  }

  @Override
  void readDefault() throws Rejection {
    switch (type) {
      case STRING -> to.text(EMPTY, 0, 0);
      case BYTES -> to.bytes(EMPTY, 0, 0);
      case FLOAT, DOUBLE -> to.floating(0);
      case BOOL -> to.flag(false);
      case ENUM, MESSAGE, GROUP -> throw new IllegalStateException(type + " is no scalar");
      default -> to.integer(0);
    }
  }
}
