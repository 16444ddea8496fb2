package io.sluice.protobuf;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages and enums that one message has in it, at whatever depth: to read it, no others. */
final class NeededTypes {
  private final Set<GenericDescriptor> types = new LinkedHashSet<>();

  private NeededTypes() {}

  static NeededTypes of(Descriptor message) {
    NeededTypes needed = new NeededTypes();
    Deque<Descriptor> waiting = new ArrayDeque<>(List.of(message));
    while (!waiting.isEmpty()) {
      Descriptor next = waiting.remove();
      if (needed.types.add(next)) {
        for (FieldDescriptor field : next.getFields()) {
          GenericDescriptor type = typeOf(field);
          if (type instanceof Descriptor inner) {
            waiting.add(inner);
          } else if (type != null) {
            needed.types.add(type);
          }
        }
      }
    }
    return needed;
  }

  /**
   * A descriptor set of them alone, in their files and within the messages that they are in, so
   * that their names stay the same. Each file imports those whose types its fields have.
   *
   * @param files all but those that protobuf brings, each behind those that it imports
   */
  FileDescriptorSet in(List<FileDescriptor> files) {
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    for (FileDescriptor file : files) {
      Set<String> imports = new LinkedHashSet<>();
      FileDescriptorProto.Builder part =
          file.toProto().toBuilder()
              .clearDependency()
              .clearPublicDependency()
              .clearWeakDependency()
              .clearMessageType()
              .clearEnumType()
              .clearService()
              .clearExtension()
              .clearSourceCodeInfo();
      for (Descriptor type : file.getMessageTypes()) {
        DescriptorProto.Builder own = part(type, imports);
        if (own != null) {
          part.addMessageType(own);
        }
      }
      for (EnumDescriptor type : file.getEnumTypes()) {
        if (types.contains(type)) {
          part.addEnumType(type.toProto());
        }
      }
      if (part.getMessageTypeCount() + part.getEnumTypeCount() > 0) {
        imports.remove(file.getName());
        set.addFile(part.addAllDependency(imports));
      }
    }
    return set.build();
  }

  /** Null where neither a message nor what is within it is needed. */
  private DescriptorProto.@Nullable Builder part(Descriptor type, Set<String> imports) {
    DescriptorProto.Builder part =
        type.toProto().toBuilder().clearNestedType().clearEnumType().clearExtension();
    for (Descriptor inner : type.getNestedTypes()) {
      DescriptorProto.Builder own = part(inner, imports);
      if (own != null) {
        part.addNestedType(own);
      }
    }
    for (EnumDescriptor inner : type.getEnumTypes()) {
      if (types.contains(inner)) {
        part.addEnumType(inner.toProto());
      }
    }
    if (!types.contains(type)) {
      return part.getNestedTypeCount() + part.getEnumTypeCount() == 0
          ? null
          : part.clearField().clearOneofDecl();
    }
    for (int i = 0; i < part.getFieldCount(); i++) {
      GenericDescriptor of = typeOf(type.getFields().get(i));
      if (of != null) {
        imports.add(of.getFile().getName());
        // In full: of a relative name the sense is where it stands among others.
        part.getFieldBuilder(i).setTypeName("." + of.getFullName());
      }
    }
    return part;
  }

  /** The message or enum that a field's values are; null where they are neither. */
  private static @Nullable GenericDescriptor typeOf(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType();
      case ENUM -> field.getEnumType();
      default -> null;
    };
  }
}
