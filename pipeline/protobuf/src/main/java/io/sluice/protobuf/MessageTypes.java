package io.sluice.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which message each record of a contract is. Not safe for use by several threads. */
final class MessageTypes {
  /** Of schemas; a topic has a few. */
  private static final int MOST_KEPT = 100;

  private final Schemas schemas;
  private final Framing.Kind kind;
  private final Framing framing;

  /** The full name of the message that records have to be; empty for any. */
  private final String name;

  /** What records without a frame are. */
  private final @Nullable Descriptor only;

  private final Map<SchemaId, Registered> byId =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SchemaId, Registered> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /** What the record before was, which the next mostly is as well. */
  private @Nullable Registered last;

  private SchemaId lastId = new SchemaId(0, -1);

  /** A schema, and its messages by their index. */
  private static final class Registered {
    final @Nullable FileDescriptor file;
    final String fault;
    final Map<List<Integer>, Descriptor> messages = new HashMap<>();
    final @Nullable Descriptor first;

    Registered(@Nullable FileDescriptor file, String fault) {
      this.file = file;
      this.fault = fault;
      this.first =
          file == null || file.getMessageTypes().isEmpty() ? null : file.getMessageTypes().get(0);
    }
  }

  /**
   * @throws ContractException where the contract does not say which message its records are
   */
  MessageTypes(Contract contract, Schemas schemas) {
    this.schemas = schemas;
    String framing = contract.format().keys().text(ProtobufFormat.FRAMING);
    this.kind = Framing.Kind.valueOf(framing.toUpperCase(Locale.ROOT));
    this.framing = new Framing(kind, contract.maxBytes());
    this.name = contract.format().keys().text(ProtobufFormat.MESSAGE);
    String schema = contract.format().keys().text(ProtobufFormat.SCHEMA);
    if (kind == Framing.Kind.NONE) {
      this.only = only(schema, name);
    } else if (schema.isBlank()) {
      this.only = null;
    } else {
      throw new ContractException(
          "format",
          "format protobuf: records with the frame of "
              + framing
              + " name their schema themselves: leave schema out, or write framing: none");
    }
  }

  private static Descriptor only(String schema, String name) {
    if (schema.isBlank()) {
      throw new ContractException(
          "format",
          "format protobuf: records without a frame need a schema: write schema: {file: PATH} with"
              + " .proto text or a descriptor set (protoc --include_imports --descriptor_set_out=PATH)");
    }
    List<FileDescriptor> files;
    try {
      files = ProtoFiles.of(schema);
    } catch (UnusableSchemaException e) {
      throw new ContractException(
          "format", "format protobuf: the schema cannot be read: " + e.getMessage(), e);
    }
    List<Descriptor> found =
        name.isEmpty()
            ? files.stream().flatMap(file -> file.getMessageTypes().stream()).toList()
            : files.stream()
                .flatMap(file -> ProtoFiles.messages(file).stream())
                .filter(type -> type.getFullName().equals(name))
                .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    String all =
        String.join(
            ", ",
            files.stream()
                .flatMap(file -> file.getMessageTypes().stream())
                .map(Descriptor::getFullName)
                .toList());
    throw new ContractException(
        "format",
        name.isEmpty()
            ? "format protobuf: write message: NAME, since the schema has not one message but "
                + (all.isEmpty() ? "none" : all)
            : "format protobuf: the schema has no message " + name + "; it has " + all);
  }

  /**
   * Reads what stands before a record's message; {@code in} is then at the message.
   *
   * @throws Rejection where it cannot be read what the record is
   */
  Descriptor of(RecordBytes record, Wire in) throws Rejection {
    framing.read(record);
    in.begin(framing.array(), framing.start(), framing.end(), false);
    if (only != null) {
      return only;
    }
    SchemaId id = framing.id();
    Registered schema = last != null && id.equals(lastId) ? last : registered(id);
    last = schema;
    lastId = id;
    // Nearly all records are the first message, which is written as a byte of 0.
    if (kind == Framing.Kind.CONFLUENT
        && schema.first != null
        && in.hasMore()
        && in.array()[in.at()] == 0) {
      in.at(in.at() + 1);
      return checked(id, schema.first);
    }
    if (schema.file == null) {
      throw unusable(id, schema.fault);
    }
    return checked(id, message(id, schema, schema.file, MessageIndex.read(kind, in)));
  }

  private Descriptor message(
      SchemaId id, Registered schema, FileDescriptor file, List<Integer> index) throws Rejection {
    Descriptor found = schema.messages.get(index);
    if (found == null) {
      found = MessageIndex.find(kind, file, index);
      if (found == null) {
        throw unusable(id, "it has no message of the index " + index);
      }
      schema.messages.put(index, found);
    }
    return found;
  }

  private Descriptor checked(SchemaId id, Descriptor type) throws Rejection {
    if (!name.isEmpty() && !name.equals(type.getFullName())) {
      throw unusable(id, "the record is a " + type.getFullName() + ", and not a " + name);
    }
    return type;
  }

  private Registered registered(SchemaId id) throws Rejection {
    Registered known = byId.get(id);
    if (known != null) {
      return known;
    }
    RegisteredSchema schema;
    try {
      schema = schemas.get(id);
    } catch (UnknownSchemaException e) {
      throw new Rejection(Reason.SCHEMA_NOT_FOUND, "", String.valueOf(e.getMessage()));
    }
    Registered registered;
    try {
      registered = new Registered(ProtoFiles.of(schema), "");
    } catch (UnusableSchemaException e) {
      registered = new Registered(null, String.valueOf(e.getMessage()));
    }
    byId.put(id, registered);
    return registered;
  }

  private static Rejection unusable(SchemaId id, String message) {
    return new Rejection(Reason.UNUSABLE_SCHEMA, "", "schema " + id + ": " + message);
  }
}
