package io.sluice.protobuf;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.squareup.wire.Syntax;
import com.squareup.wire.schema.Field.Label;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.EnumConstantElement;
import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.GroupElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the library's descriptors of {@code .proto} text. Of the text we take what decides how
 * bytes are read: messages, fields, enums. Whether types are there and names are unique is for the
 * library to say, which links the descriptors.
 */
final class ProtoText {
  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.ofEntries(
          Map.entry("double", FieldDescriptorProto.Type.TYPE_DOUBLE),
          Map.entry("float", FieldDescriptorProto.Type.TYPE_FLOAT),
          Map.entry("int32", FieldDescriptorProto.Type.TYPE_INT32),
          Map.entry("int64", FieldDescriptorProto.Type.TYPE_INT64),
          Map.entry("uint32", FieldDescriptorProto.Type.TYPE_UINT32),
          Map.entry("uint64", FieldDescriptorProto.Type.TYPE_UINT64),
          Map.entry("sint32", FieldDescriptorProto.Type.TYPE_SINT32),
          Map.entry("sint64", FieldDescriptorProto.Type.TYPE_SINT64),
          Map.entry("fixed32", FieldDescriptorProto.Type.TYPE_FIXED32),
          Map.entry("fixed64", FieldDescriptorProto.Type.TYPE_FIXED64),
          Map.entry("sfixed32", FieldDescriptorProto.Type.TYPE_SFIXED32),
          Map.entry("sfixed64", FieldDescriptorProto.Type.TYPE_SFIXED64),
          Map.entry("bool", FieldDescriptorProto.Type.TYPE_BOOL),
          Map.entry("string", FieldDescriptorProto.Type.TYPE_STRING),
          Map.entry("bytes", FieldDescriptorProto.Type.TYPE_BYTES));

  private final boolean isProto3;

  private ProtoText(boolean isProto3) {
    this.isProto3 = isProto3;
  }

  /**
   * The file of {@code .proto} text, or of what serializers register in its place.
   *
   * @param name of the file, as others import it
   */
  static FileDescriptorProto parse(String name, String text) throws UnusableSchemaException {
    Optional<FileDescriptorProto> serialized = SerializedFile.of(name, text);
    if (serialized.isPresent()) {
      return serialized.get();
    }
    ProtoFileElement file;
    try {
      file = ProtoParser.Companion.parse(Location.get(name), text);
    } catch (RuntimeException | StackOverflowError e) {
      // The parser has no exception of its own.
      throw new UnusableSchemaException(
          e.getMessage() == null ? "it is no .proto text" : firstLine(e.getMessage()));
    }
    return new ProtoText(file.getSyntax() == Syntax.PROTO_3).file(name, file);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private FileDescriptorProto file(String name, ProtoFileElement file) {
    FileDescriptorProto.Builder out = FileDescriptorProto.newBuilder().setName(name);
    if (file.getPackageName() != null) {
      out.setPackage(file.getPackageName());
    }
    if (isProto3) {
      out.setSyntax("proto3");
    }
    Set<String> imports = new LinkedHashSet<>(file.getPublicImports());
    for (int i = 0; i < imports.size(); i++) {
      out.addPublicDependency(i);
    }
    imports.addAll(file.getImports());
    imports.addAll(file.getWeakImports());
    out.addAllDependency(imports);
    for (TypeElement type : file.getTypes()) {
      if (type instanceof MessageElement message) {
        out.addMessageType(message(message));
      } else if (type instanceof EnumElement enumeration) {
        out.addEnumType(enumeration(enumeration));
      }
    }
    return out.build();
  }

  private DescriptorProto message(MessageElement message) {
    DescriptorProto.Builder out = DescriptorProto.newBuilder().setName(message.getName());
    List<String> presences = new ArrayList<>();
    for (FieldElement field : message.getFields()) {
      FieldDescriptorProto.Builder descriptor = field(field, out);
      if (isProto3 && field.getLabel() == Label.OPTIONAL) {
        descriptor.setProto3Optional(true);
        presences.add(descriptor.getName());
      }
      out.addField(descriptor);
    }
    message.getGroups().forEach(group -> out.addField(group(group, out)));
    for (OneOfElement oneof : message.getOneOfs()) {
      int index = out.getOneofDeclCount();
      out.addOneofDecl(OneofDescriptorProto.newBuilder().setName(oneof.getName()));
      oneof.getFields().forEach(f -> out.addField(field(f, out).setOneofIndex(index)));
      oneof.getGroups().forEach(g -> out.addField(group(g, out).setOneofIndex(index)));
    }
    addPresences(out, presences);
    for (TypeElement type : message.getNestedTypes()) {
      if (type instanceof MessageElement nested) {
        out.addNestedType(message(nested));
      } else if (type instanceof EnumElement enumeration) {
        out.addEnumType(enumeration(enumeration));
      }
    }
    return out.build();
  }

  /** To the library, {@code optional} of proto3 is a oneof of one field, behind all others. */
  private static void addPresences(DescriptorProto.Builder out, List<String> names) {
    for (FieldDescriptorProto.Builder field : out.getFieldBuilderList()) {
      if (names.contains(field.getName())) {
        field.setOneofIndex(out.getOneofDeclCount());
        out.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + field.getName()));
      }
    }
  }

  private static FieldDescriptorProto.Builder field(
      FieldElement field, DescriptorProto.Builder message) {
    FieldDescriptorProto.Builder out =
        FieldDescriptorProto.newBuilder()
            .setName(field.getName())
            .setNumber(field.getTag())
            .setLabel(label(field.getLabel()));
    String type = field.getType();
    if (type.startsWith("map<")) {
      int comma = type.indexOf(',');
      DescriptorProto.Builder entry =
          DescriptorProto.newBuilder()
              .setName(entryName(field.getName()))
              .setOptions(MessageOptions.newBuilder().setMapEntry(true))
              .addField(entryField("key", 1, type.substring("map<".length(), comma).trim()))
              .addField(
                  entryField("value", 2, type.substring(comma + 1, type.length() - 1).trim()));
      message.addNestedType(entry);
      return out.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
          .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
          .setTypeName(entry.getName());
    }
    return setType(out, type);
  }

  private static FieldDescriptorProto.Builder entryField(String name, int number, String type) {
    return setType(
        FieldDescriptorProto.newBuilder()
            .setName(name)
            .setNumber(number)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL),
        type);
  }

  /** What is no scalar is a message or an enum: the library looks which. */
  private static FieldDescriptorProto.Builder setType(
      FieldDescriptorProto.Builder field, String type) {
    FieldDescriptorProto.Type scalar = SCALARS.get(type);
    return scalar == null ? field.setTypeName(type) : field.setType(scalar);
  }

  /** As protobuf's own compiler calls it: {@code LabelsEntry} for {@code labels}. */
  private static String entryName(String field) {
    StringBuilder name = new StringBuilder();
    boolean upper = true;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c != '_') {
        name.append(upper && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
      }
      upper = c == '_';
    }
    return name.append("Entry").toString();
  }

  private static FieldDescriptorProto.Builder group(
      GroupElement group, DescriptorProto.Builder message) {
    DescriptorProto.Builder type = DescriptorProto.newBuilder().setName(group.getName());
    group.getFields().forEach(field -> type.addField(field(field, type)));
    message.addNestedType(type);
    return FieldDescriptorProto.newBuilder()
        .setName(group.getName().toLowerCase(Locale.ROOT))
        .setNumber(group.getTag())
        .setLabel(label(group.getLabel()))
        .setType(FieldDescriptorProto.Type.TYPE_GROUP)
        .setTypeName(group.getName());
  }

  private static FieldDescriptorProto.Label label(@Nullable Label label) {
    return label == Label.REPEATED
        ? FieldDescriptorProto.Label.LABEL_REPEATED
        : label == Label.REQUIRED
            ? FieldDescriptorProto.Label.LABEL_REQUIRED
            : FieldDescriptorProto.Label.LABEL_OPTIONAL;
  }

  private static EnumDescriptorProto enumeration(EnumElement enumeration) {
    EnumDescriptorProto.Builder out =
        EnumDescriptorProto.newBuilder().setName(enumeration.getName());
    for (EnumConstantElement constant : enumeration.getConstants()) {
      out.addValue(
          EnumValueDescriptorProto.newBuilder()
              .setName(constant.getName())
              .setNumber(constant.getTag()));
    }
    return out.build();
  }
}
