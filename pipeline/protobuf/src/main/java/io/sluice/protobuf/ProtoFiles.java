package io.sluice.protobuf;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import io.sluice.schema.RegisteredSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of a schema, linked: what they import is one of them, or one that protobuf brings. */
final class ProtoFiles {
  static final String BASE64 = "base64:";

  /** What {@code google/protobuf/*.proto} are. */
  private static final Map<String, FileDescriptor> OWN =
      Stream.of(
              AnyProto.getDescriptor(),
              ApiProto.getDescriptor(),
              DescriptorProtos.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              SourceContextProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              TypeProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toUnmodifiableMap(FileDescriptor::getFullName, file -> file));

  private final Map<String, FileDescriptor> linked = new LinkedHashMap<>();

  private ProtoFiles() {}

  /** Whether protobuf brings a file itself. */
  static boolean isOwn(String name) {
    return OWN.containsKey(name);
  }

  /** The file of a schema of a registry; messages are counted within it. */
  static FileDescriptor of(RegisteredSchema schema) throws UnusableSchemaException {
    List<FileDescriptor> files = withReferences(schema);
    return files.get(files.size() - 1);
  }

  /** The same, behind those that it refers to. */
  static List<FileDescriptor> withReferences(RegisteredSchema schema)
      throws UnusableSchemaException {
    if (!schema.type().equals(RegisteredSchema.PROTOBUF)) {
      throw new UnusableSchemaException("it is of type " + schema.type() + ", not PROTOBUF");
    }
    ProtoFiles files = new ProtoFiles();
    for (RegisteredSchema.Reference reference : schema.references()) {
      if (!OWN.containsKey(reference.name())) {
        files.link(ProtoText.parse(reference.name(), reference.text()));
      }
    }
    List<FileDescriptor> all = new ArrayList<>(files.linked.values());
    all.add(files.link(ProtoText.parse("schema.proto", schema.text())));
    return all;
  }

  /**
   * The files that a contract gives, those that protobuf brings left out.
   *
   * @param content {@code .proto} text; or a descriptor set, as {@code base64:} or as it is
   */
  static List<FileDescriptor> of(String content) throws UnusableSchemaException {
    ProtoFiles files = new ProtoFiles();
    if (content.startsWith(BASE64)) {
      try {
        files.linkSet(Base64.getDecoder().decode(content.substring(BASE64.length())));
      } catch (IllegalArgumentException e) {
        throw new UnusableSchemaException("what follows base64: is not base64");
      }
    } else if (content.chars().anyMatch(c -> c < ' ' && !Character.isWhitespace(c))) {
      // All bytes of a small descriptor set may happen to be UTF-8; but text has no such ones.
      files.linkSet(content.getBytes(StandardCharsets.UTF_8));
    } else {
      files.link(ProtoText.parse("schema.proto", content));
    }
    return List.copyOf(files.linked.values());
  }

  private void linkSet(byte[] bytes) throws UnusableSchemaException {
    FileDescriptorSet set;
    try {
      set = FileDescriptorSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UnusableSchemaException("it is no descriptor set: " + e.getMessage());
    }
    Map<String, FileDescriptorProto> waiting = new LinkedHashMap<>();
    set.getFileList().stream()
        .filter(file -> !OWN.containsKey(file.getName()))
        .forEach(file -> waiting.put(file.getName(), file));
    // Compilers write each behind those that it imports; others may have another order.
    while (!waiting.isEmpty()) {
      FileDescriptorProto next =
          waiting.values().stream()
              .filter(file -> file.getDependencyList().stream().noneMatch(waiting::containsKey))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UnusableSchemaException(
                          "its files import one another: " + String.join(", ", waiting.keySet())));
      waiting.remove(next.getName());
      link(next);
    }
    if (linked.isEmpty()) {
      throw new UnusableSchemaException("it is a descriptor set without files");
    }
  }

  /** A file without a file that it imports is linked all the same: mostly it has options. */
  private FileDescriptor link(FileDescriptorProto file) throws UnusableSchemaException {
    List<FileDescriptor> imports = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    FileDescriptorProto.Builder own =
        file.toBuilder().clearDependency().clearPublicDependency().clearWeakDependency();
    for (int i = 0; i < file.getDependencyCount(); i++) {
      String name = file.getDependency(i);
      FileDescriptor imported = OWN.containsKey(name) ? OWN.get(name) : linked.get(name);
      if (imported == null) {
        missing.add(name);
        continue;
      }
      if (file.getPublicDependencyList().contains(i)) {
        own.addPublicDependency(imports.size());
      }
      own.addDependency(name);
      imports.add(imported);
    }
    try {
      FileDescriptor descriptor =
          FileDescriptor.buildFrom(own.build(), imports.toArray(FileDescriptor[]::new));
      linked.put(file.getName(), descriptor);
      return descriptor;
    } catch (DescriptorValidationException | RuntimeException e) {
      throw new UnusableSchemaException(
          e.getMessage()
              + (missing.isEmpty()
                  ? ""
                  : "; of what it imports there is no " + String.join(", ", missing)));
    }
  }

  /** All messages of a file, those within others too, in the order of their names. */
  static List<Descriptor> messages(FileDescriptor file) {
    return file.getMessageTypes().stream()
        .flatMap(ProtoFiles::withNested)
        .sorted(Comparator.comparing(Descriptor::getFullName))
        .toList();
  }

  private static Stream<Descriptor> withNested(Descriptor type) {
    return Stream.concat(
        Stream.of(type), type.getNestedTypes().stream().flatMap(ProtoFiles::withNested));
  }
}
