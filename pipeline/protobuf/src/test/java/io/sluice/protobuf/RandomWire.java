package io.sluice.protobuf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Bytes of a message as no serializer writes them, and as each reader has to take them: fields in
 * any order and several times, messages in pieces, lists packed and not, unknown fields, known ones
 * of another wire type.
 */
final class RandomWire {
  private static final int DEEPEST = 4;
  private static final String[] TEXTS = {"", "a", "k1", "é€😀", "a longer text of some words"};
  private static final long[] NUMBERS = {
    0, 1, -1, 2, 127, 128, 70_000, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final SplittableRandom random;

  /** Whether fields stand in their order, once, as serializers write them. */
  private final boolean isTidy;

  RandomWire(SplittableRandom random, boolean isTidy) {
    this.random = random;
    this.isTidy = isTidy;
  }

  byte[] message(Descriptor type, int depth) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    List<FieldDescriptor> fields = new ArrayList<>(type.getFields());
    fields.sort(null);
    List<FieldDescriptor> chosen = new ArrayList<>();
    if (isTidy) {
      fields.stream().filter(field -> random.nextInt(4) > 0).forEach(chosen::add);
    } else {
      for (int i = random.nextInt(2 * fields.size() + 2); i > 0; i--) {
        chosen.add(fields.get(random.nextInt(fields.size())));
      }
    }
    FieldDescriptor time = type.findFieldByName("at");
    if (time != null && !chosen.contains(time)) {
      chosen.add(isTidy ? 0 : random.nextInt(chosen.size() + 1), time);
    }
    for (FieldDescriptor field : chosen) {
      if (!isTidy && random.nextInt(20) == 0) {
        unknown(out);
      }
      write(field, out, depth);
    }
    out.flush();
    return bytes.toByteArray();
  }

  private void unknown(CodedOutputStream out) throws IOException {
    int number = random.nextInt(100_000, 101_000);
    switch (random.nextInt(5)) {
      case 0 -> out.writeInt64(number, random.nextLong());
      case 1 -> out.writeString(number, "unknown");
      case 2 -> out.writeFixed32(number, 5);
      case 3 -> out.writeFixed64(number, 5);
      default -> {
        out.writeTag(number, WireFormat.WIRETYPE_START_GROUP);
        out.writeInt32(1, 7);
        out.writeTag(number, WireFormat.WIRETYPE_END_GROUP);
      }
    }
  }

  private void write(FieldDescriptor field, CodedOutputStream out, int depth) throws IOException {
    int number = field.getNumber();
    int wireType = field.getLiteType().getWireType();
    if (!isTidy && random.nextInt(25) == 0 && !field.getName().equals("at")) {
      wrongType(field, out);
      return;
    }
    if (field.isRepeated()) {
      int count = random.nextInt(4);
      if (field.isPackable() && (isTidy ? field.isPacked() : random.nextBoolean())) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream packed = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < count; i++) {
          value(field, packed, depth);
        }
        packed.flush();
        out.writeByteArray(number, bytes.toByteArray());
        return;
      }
      for (int i = 0; i < count; i++) {
        out.writeTag(number, wireType);
        value(field, out, depth);
      }
      return;
    }
    out.writeTag(number, wireType);
    value(field, out, depth);
  }

  /** A field of a wire type that it never has: it is an unknown one. */
  private static void wrongType(FieldDescriptor field, CodedOutputStream out) throws IOException {
    int wireType = field.getLiteType().getWireType();
    if (wireType == WireFormat.WIRETYPE_FIXED32) {
      out.writeFixed64(field.getNumber(), 1);
    } else {
      out.writeFixed32(field.getNumber(), 1);
    }
  }

  private long number() {
    return random.nextBoolean() ? random.nextInt(10) : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private void value(FieldDescriptor field, CodedOutputStream out, int depth) throws IOException {
    boolean isTime = field.getName().equals("at");
    switch (field.getType()) {
      case DOUBLE -> out.writeDoubleNoTag(Double.longBitsToDouble(random.nextLong() << 1 >>> 2));
      case FLOAT -> out.writeFloatNoTag(random.nextInt(10) == 0 ? Float.NaN : number() / 3f);
      case INT64, UINT64 -> out.writeUInt64NoTag(isTime ? random.nextInt() : number());
      case INT32 -> out.writeInt32NoTag((int) number());
      case UINT32 -> out.writeUInt32NoTag((int) number());
      case BOOL -> out.writeUInt64NoTag(number());
      case SINT32 -> out.writeSInt32NoTag((int) number());
      case SINT64 -> out.writeSInt64NoTag(number());
      case FIXED32, SFIXED32 -> out.writeFixed32NoTag((int) number());
      case FIXED64, SFIXED64 -> out.writeFixed64NoTag(number());
      case STRING -> out.writeStringNoTag(TEXTS[random.nextInt(TEXTS.length)]);
      case BYTES -> {
        byte[] bytes = new byte[random.nextInt(5)];
        random.nextBytes(bytes);
        out.writeByteArrayNoTag(bytes);
      }
      case ENUM -> {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        out.writeInt32NoTag(
            random.nextInt(6) == 0
                ? random.nextInt(90, 100)
                : values.get(random.nextInt(values.size())).getNumber());
      }
      case MESSAGE -> out.writeByteArrayNoTag(inner(field, depth));
      case GROUP -> {
        out.writeRawBytes(inner(field, depth));
        out.writeTag(field.getNumber(), WireFormat.WIRETYPE_END_GROUP);
      }
    }
  }

  private byte[] inner(FieldDescriptor field, int depth) throws IOException {
    Descriptor type = field.getMessageType();
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp", "google.protobuf.Duration" -> time();
      default -> depth >= DEEPEST ? new byte[0] : message(type, depth + 1);
    };
  }

  /** Not negative, so that the pieces of one, whichever hold, are one. */
  private byte[] time() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    if (random.nextBoolean()) {
      out.writeInt32(2, random.nextInt(1_000_000_000));
    }
    if (random.nextBoolean()) {
      out.writeInt64(1, random.nextInt(Integer.MAX_VALUE));
    }
    out.flush();
    return bytes.toByteArray();
  }
}
