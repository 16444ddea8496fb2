package io.sluice.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.UserException;
import io.sluice.contract.KeySpec;
import io.sluice.decode.SchemaDraft;
import io.sluice.decode.SchemaFile;
import io.sluice.decode.SchemaSource;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A schema from which a contract is drafted: of a registry, or of a file and what it imports. */
final class DraftSource {
  private static final Pattern PROTO =
      Pattern.compile("(?m)^\\s*(?:(?:syntax|edition)\\s*=\\s*[\"']|message\\s+\\w+\\s*\\{)");

  /** What no schema imports. */
  private static final int MOST_IMPORTS = 1000;

  private static final int MOST_NAMED = 10;

  private DraftSource() {}

  /** The schema of a file, with what it imports and is beside it as its references. */
  static Optional<RegisteredSchema> of(SchemaFile file) {
    boolean isText = isText(file);
    if (file.endsWith(".desc", ".pb", ".binpb", ".protoset", ".fds") || file.isAsked() && !isText) {
      return Optional.of(descriptorSet(file));
    }
    if (!file.isAsked()
        && !file.endsWith(".proto")
        && !(isText && PROTO.matcher(file.text().orElse("")).find())) {
      return Optional.empty();
    }
    String text =
        file.text().orElseThrow(() -> new UserException("it is not UTF-8, as .proto text is"));
    Map<String, RegisteredSchema.Reference> imports = new LinkedHashMap<>();
    try {
      addImports(text, file, imports, new ArrayList<>());
    } catch (UnusableSchemaException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
    return Optional.of(
        new RegisteredSchema(RegisteredSchema.PROTOBUF, text, List.copyOf(imports.values())));
  }

  private static boolean isText(SchemaFile file) {
    return file.text()
        .filter(text -> text.chars().noneMatch(c -> c < ' ' && !Character.isWhitespace(c)))
        .isPresent();
  }

  private static RegisteredSchema descriptorSet(SchemaFile file) {
    try {
      if (FileDescriptorSet.parseFrom(file.content()).getFileCount() > 0) {
        return new RegisteredSchema(
            RegisteredSchema.PROTOBUF,
            ProtoFiles.BASE64 + Base64.getEncoder().encodeToString(file.content()),
            List.of());
      }
    } catch (InvalidProtocolBufferException e) {
      // Refused below.
    }
    throw new UserException(
        "it is no descriptor set: write one with protoc --include_imports"
            + " --descriptor_set_out=PATH, or name a .proto file");
  }

  /** Adds what a file imports, each behind what it imports itself. */
  private static void addImports(
      String text,
      SchemaFile file,
      Map<String, RegisteredSchema.Reference> imports,
      List<String> begun)
      throws UnusableSchemaException {
    for (String name : ProtoText.parse("schema.proto", text).getDependencyList()) {
      if (ProtoFiles.isOwn(name) || begun.contains(name) || begun.size() > MOST_IMPORTS) {
        continue;
      }
      begun.add(name);
      Optional<String> imported = file.others().apply(name).flatMap(SchemaFile::text);
      if (imported.isPresent()) {
        try {
          addImports(imported.get(), file, imports, begun);
        } catch (UnusableSchemaException e) {
          throw new UnusableSchemaException("its import " + name + ": " + e.getMessage());
        }
        imports.put(name, new RegisteredSchema.Reference(name, imported.get()));
      }
    }
  }

  /**
   * @throws UserException where the schema cannot be read, or has no such message
   */
  static SchemaDraft draft(SchemaSource source) {
    RegisteredSchema schema = source.schema();
    List<FileDescriptor> files;
    boolean isAlone = true;
    boolean isWhole = true;
    try {
      if (source.framing() == Framing.Kind.NONE) {
        isAlone = schema.references().isEmpty() || isReadAlone(schema.text());
        isWhole = isAlone && bytes(schema.text()) <= KeySpec.MOST_CONTENT;
        files = isAlone ? ProtoFiles.of(schema.text()) : ProtoFiles.withReferences(schema);
      } else {
        files =
            schema.text().startsWith(ProtoFiles.BASE64)
                ? ProtoFiles.of(schema.text())
                : List.of(ProtoFiles.of(schema));
      }
    } catch (UnusableSchemaException e) {
      throw new UserException("it cannot be read: " + e.getMessage(), e);
    }
    List<Descriptor> all = files.stream().flatMap(f -> f.getMessageTypes().stream()).toList();
    // A file stands behind those that it imports.
    FileDescriptor main = files.get(files.size() - 1);
    List<Descriptor> own = main.getMessageTypes().isEmpty() ? all : main.getMessageTypes();
    String asked = source.message();
    Descriptor message = asked == null ? first(own) : named(files, asked);
    boolean isSaid =
        source.framing() == Framing.Kind.NONE
            ? all.size() != 1 || !all.get(0).equals(message)
            : asked != null;
    List<String> notes = new ArrayList<>();
    if (own.size() > 1 && asked == null) {
      notes.add(
          "it is the first of the messages "
              + names(own)
              + ": --message=NAME drafts from another one");
    }
    if (!isWhole) {
      notes.add(
          "what the message needs of the schema"
              + (isAlone ? ", which is larger than 1 MiB," : " and of what it imports")
              + " stands in the contract, as a descriptor set");
    }
    String keys = isSaid ? ", message: " + message.getFullName() : "";
    return new SchemaDraft(
        isWhole
            ? source.section("protobuf", keys)
            : "{name: protobuf, framing: none, schema: \""
                + base64(message, files)
                + "\""
                + keys
                + "}",
        false,
        "message " + message.getFullName() + " of Protobuf",
        new ProtobufDraft(words(schema)).object(message),
        notes);
  }

  /** Whether nothing of what it imports is needed to read messages. */
  private static boolean isReadAlone(String text) {
    try {
      ProtoFiles.of(text);
      return true;
    } catch (UnusableSchemaException e) {
      return false;
    }
  }

  private static Descriptor first(List<Descriptor> messages) {
    return messages.stream().findFirst().orElseThrow(() -> new UserException("it has no message"));
  }

  /** By the full name, or by the last part of it where that is of one message. */
  private static Descriptor named(List<FileDescriptor> files, String name) {
    List<Descriptor> all =
        files.stream().flatMap(file -> ProtoFiles.messages(file).stream()).toList();
    List<Descriptor> found = all.stream().filter(d -> d.getFullName().equals(name)).toList();
    if (found.isEmpty()) {
      found = all.stream().filter(d -> d.getName().equals(name)).toList();
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new UserException(
        found.isEmpty()
            ? "it has no message " + name + ", but " + (all.isEmpty() ? "none at all" : names(all))
            : "message " + name + " is one of " + names(found) + ": write which");
  }

  private static String names(List<Descriptor> messages) {
    List<String> names = messages.stream().limit(MOST_NAMED).map(Descriptor::getFullName).toList();
    return String.join(", ", names) + (messages.size() > MOST_NAMED ? ", …" : "");
  }

  /** Of the file that a schema is in. */
  private static int bytes(String schema) {
    return schema.startsWith(ProtoFiles.BASE64)
        ? Base64.getDecoder().decode(schema.substring(ProtoFiles.BASE64.length())).length
        : schema.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String base64(Descriptor message, List<FileDescriptor> files) {
    return ProtoFiles.BASE64
        + Base64.getEncoder().encodeToString(NeededTypes.of(message).in(files).toByteArray());
  }

  private static Map<String, String> words(RegisteredSchema schema) {
    Map<String, String> words = new HashMap<>();
    if (!schema.text().startsWith(ProtoFiles.BASE64)) {
      ProtoWords.add(schema.text(), words);
      schema.references().forEach(reference -> ProtoWords.add(reference.text(), words));
    }
    return words;
  }
}
