package io.sluice.protobuf;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** A schema, and columns that want most of it, by a seed. */
final class RandomSchema {
  private static final List<Type> SCALARS =
      List.of(
          Type.TYPE_DOUBLE,
          Type.TYPE_FLOAT,
          Type.TYPE_INT64,
          Type.TYPE_UINT64,
          Type.TYPE_INT32,
          Type.TYPE_FIXED64,
          Type.TYPE_FIXED32,
          Type.TYPE_BOOL,
          Type.TYPE_STRING,
          Type.TYPE_BYTES,
          Type.TYPE_UINT32,
          Type.TYPE_SFIXED32,
          Type.TYPE_SFIXED64,
          Type.TYPE_SINT32,
          Type.TYPE_SINT64);
  private static final List<Type> KEYS =
      List.of(Type.TYPE_STRING, Type.TYPE_INT32, Type.TYPE_BOOL, Type.TYPE_SINT64);
  private static final List<String> WELL_KNOWN =
      List.of("Timestamp", "Duration", "Int64Value", "StringValue", "BoolValue", "DoubleValue");

  private static final int MESSAGES = 3;

  private final SplittableRandom random;
  private final boolean isProto3;

  RandomSchema(SplittableRandom random) {
    this.random = random;
    this.isProto3 = random.nextBoolean();
  }

  /** The first message is a record. */
  FileDescriptor file() {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("random.proto")
            .setSyntax(isProto3 ? "proto3" : "proto2")
            .addDependency(TimestampProto.getDescriptor().getFullName())
            .addDependency(DurationProto.getDescriptor().getFullName())
            .addDependency(WrappersProto.getDescriptor().getFullName());
    for (int i = 0; i < MESSAGES; i++) {
      file.addMessageType(message(i));
    }
    EnumDescriptorProto.Builder kinds = EnumDescriptorProto.newBuilder().setName("Kind");
    int[] numbers = isProto3 ? new int[] {0, 1, 2, 500, -3} : new int[] {1, 0, 2, 500, -3};
    for (int number : numbers) {
      kinds.addValue(
          EnumValueDescriptorProto.newBuilder()
              .setName("K" + (number < 0 ? "_" : "") + Math.abs(number))
              .setNumber(number));
    }
    try {
      return FileDescriptor.buildFrom(
          file.addEnumType(kinds).build(),
          new FileDescriptor[] {
            TimestampProto.getDescriptor(),
            DurationProto.getDescriptor(),
            WrappersProto.getDescriptor()
          });
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private DescriptorProto message(int index) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName("M" + index);
    if (index == 0) {
      message.addField(field("at", 1).setType(Type.TYPE_INT64).setLabel(Label.LABEL_OPTIONAL));
    }
    int fields = random.nextInt(1, 9);
    int number = 2;
    int oneofs = random.nextInt(3);
    for (int i = 0; i < oneofs; i++) {
      message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("o" + i));
    }
    for (int i = 0; i < oneofs; i++) {
      // A oneof without members is none.
      FieldDescriptorProto.Builder member =
          type(field("m" + i, number++).setLabel(Label.LABEL_OPTIONAL));
      message.addField(member.setOneofIndex(i));
    }
    for (int i = 0; i < fields; i++) {
      number += random.nextInt(10) == 0 ? random.nextInt(1, 3000) : 1;
      FieldDescriptorProto.Builder field = field("f" + i, number);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> {
          type(field.setLabel(Label.LABEL_REPEATED));
          if (isPackable(field)) {
            field.setOptions(FieldOptions.newBuilder().setPacked(random.nextBoolean()));
          }
        }
        case 3 -> map(field, message);
        case 4 -> {
          type(field.setLabel(Label.LABEL_OPTIONAL));
          if (oneofs > 0) {
            field.setOneofIndex(random.nextInt(oneofs));
          }
        }
        case 5 -> {
          type(field.setLabel(Label.LABEL_OPTIONAL));
          if (isProto3) {
            field.setProto3Optional(true);
          } else if (index == 0 && field.getType() != Type.TYPE_MESSAGE) {
            field.setLabel(Label.LABEL_REQUIRED);
          }
        }
        case 6 -> {
          if (isProto3) {
            type(field.setLabel(Label.LABEL_OPTIONAL));
          } else {
            group(field, message, random.nextBoolean());
          }
        }
        default -> type(field.setLabel(Label.LABEL_OPTIONAL));
      }
      message.addField(field);
    }
    for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
      if (field.getProto3Optional()) {
        field.setOneofIndex(message.getOneofDeclCount());
        message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + field.getName()));
      }
    }
    return message.build();
  }

  private static FieldDescriptorProto.Builder field(String name, int number) {
    return FieldDescriptorProto.newBuilder().setName(name).setNumber(number);
  }

  private static boolean isPackable(FieldDescriptorProto.Builder field) {
    return switch (field.getType()) {
      case TYPE_STRING, TYPE_BYTES, TYPE_MESSAGE, TYPE_GROUP -> false;
      default -> true;
    };
  }

  private FieldDescriptorProto.Builder type(FieldDescriptorProto.Builder field) {
    return switch (random.nextInt(6)) {
      case 0 -> field.setType(Type.TYPE_MESSAGE).setTypeName(".M" + random.nextInt(1, MESSAGES));
      case 1 -> field.setType(Type.TYPE_ENUM).setTypeName(".Kind");
      case 2 ->
          field
              .setType(Type.TYPE_MESSAGE)
              .setTypeName(".google.protobuf." + WELL_KNOWN.get(random.nextInt(WELL_KNOWN.size())));
      default -> field.setType(SCALARS.get(random.nextInt(SCALARS.size())));
    };
  }

  private void map(FieldDescriptorProto.Builder field, DescriptorProto.Builder message) {
    String name = "F" + field.getName().substring(1) + "Entry";
    FieldDescriptorProto.Builder value = field("value", 2).setLabel(Label.LABEL_OPTIONAL);
    do {
      type(value.clearTypeName());
      // In a map the library does not treat numbers that an enum lacks as protobuf says.
    } while (value.getType() == Type.TYPE_ENUM && !isProto3);
    message.addNestedType(
        DescriptorProto.newBuilder()
            .setName(name)
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(
                field("key", 1)
                    .setLabel(Label.LABEL_OPTIONAL)
                    .setType(KEYS.get(random.nextInt(KEYS.size()))))
            .addField(value));
    field.setLabel(Label.LABEL_REPEATED).setType(Type.TYPE_MESSAGE).setTypeName(name);
  }

  private void group(
      FieldDescriptorProto.Builder field, DescriptorProto.Builder message, boolean isRepeated) {
    String name = "G" + field.getName();
    message.addNestedType(
        DescriptorProto.newBuilder()
            .setName(name)
            .addField(type(field("x", 1).setLabel(Label.LABEL_OPTIONAL)))
            .addField(type(field("y", 2).setLabel(Label.LABEL_REPEATED))));
    field
        .setName(name.toLowerCase(Locale.ROOT))
        .setLabel(isRepeated ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL)
        .setType(Type.TYPE_GROUP)
        .setTypeName(name);
  }

  /** The columns of a contract, as its text has them. */
  String columns(Descriptor record) {
    StringBuilder yaml =
        new StringBuilder("  - {name: at, type: \"timestamp(micros, epoch_s)\", required: true}\n");
    for (FieldDescriptor field : record.getFields()) {
      if (field.getNumber() != 1 && random.nextInt(10) > 0) {
        String name = field.getName();
        if (isNumbered(field)) {
          FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
          for (String key : List.of("0", "-1", "2", "false", "true")) {
            yaml.append("  - {name: ")
                .append(name + "_" + key.replace('-', '_'))
                .append(", path: [")
                .append(name)
                .append(", \"")
                .append(key)
                .append("\"], type: ")
                .append(single(value, 2))
                .append("}\n");
          }
          continue;
        }
        boolean isPlain = field.getType() == FieldDescriptor.Type.MESSAGE && !field.isRepeated();
        if (isPlain && isOwn(field.getMessageType()) && random.nextBoolean()) {
          // Parts of a message as columns of their own.
          for (FieldDescriptor part : field.getMessageType().getFields()) {
            if (isNumbered(part)) {
              continue;
            }
            String path = name + "." + part.getName();
            yaml.append("  - {name: ")
                .append(path.replace('.', '_'))
                .append(", path: ")
                .append(path)
                .append(", type: ")
                .append(columnType(part, 2))
                .append("}\n");
          }
        } else {
          yaml.append("  - {name: ")
              .append(name)
              .append(", type: ")
              .append(columnType(field, 1))
              .append("}\n");
        }
      }
    }
    return yaml.toString();
  }

  /** A map of which no key is the name of a field of a struct. */
  private static boolean isNumbered(FieldDescriptor field) {
    return field.isMapField()
        && field.getMessageType().findFieldByNumber(1).getType() != FieldDescriptor.Type.STRING;
  }

  private static boolean isOwn(Descriptor type) {
    return !type.getFullName().startsWith("google.");
  }

  private String columnType(FieldDescriptor field, int depth) {
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      StringBuilder struct = new StringBuilder("{struct: [");
      for (String name : List.of("k1", "a")) {
        struct
            .append(struct.charAt(struct.length() - 1) == '[' ? "" : ", ")
            .append("{name: \"")
            .append(name)
            .append("\", type: ")
            .append(single(value, depth + 1))
            .append("}");
      }
      return struct.append("]}").toString();
    }
    return field.isRepeated() ? "{list: " + single(field, depth + 1) + "}" : single(field, depth);
  }

  private String single(FieldDescriptor field, int depth) {
    return switch (field.getType()) {
      case DOUBLE -> "double";
      case FLOAT -> random.nextBoolean() ? "float" : "double";
      case INT32, SINT32, SFIXED32 -> random.nextBoolean() ? "int32" : "int64";
      case UINT32, FIXED32, INT64, SINT64, SFIXED64 -> "int64";
      case UINT64, FIXED64 -> "\"decimal(20,0)\"";
      case BOOL -> "boolean";
      case STRING, ENUM -> "string";
      case BYTES -> "bytes";
      case MESSAGE, GROUP -> message(field.getMessageType(), depth);
    };
  }

  private String message(Descriptor type, int depth) {
    if (!isOwn(type)) {
      return switch (type.getName()) {
        case "Timestamp" -> random.nextBoolean() ? "timestamp" : "timestamp(nanos)";
        case "Duration" -> random.nextBoolean() ? "string" : "\"decimal(21,0)\"";
        case "Int64Value" -> "int64";
        case "StringValue" -> "string";
        case "BoolValue" -> "boolean";
        default -> "double";
      };
    }
    StringBuilder struct = new StringBuilder("{struct: [");
    for (FieldDescriptor field : type.getFields()) {
      boolean isDeep = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth > 3;
      if (!isDeep && !isNumbered(field) && random.nextInt(8) > 0) {
        struct
            .append(struct.charAt(struct.length() - 1) == '[' ? "" : ", ")
            .append("{name: ")
            .append(field.getName())
            .append(", type: ")
            .append(columnType(field, depth + 1))
            .append("}");
      }
    }
    if (struct.charAt(struct.length() - 1) == '[') {
      // A struct without fields is no type; what no message has is always null.
      struct.append("{name: nowhere, type: string}");
    }
    return struct.append("]}").toString();
  }
}
