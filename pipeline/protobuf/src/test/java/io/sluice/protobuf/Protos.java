package io.sluice.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.sluice.contract.Contract;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RowValues;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;

/** Schemas, messages and outcomes of tests. */
final class Protos {
  private Protos() {}

  static Descriptor type(String text, String message) {
    try {
      return ProtoFiles.of(text).stream()
          .map(file -> ProtoFiles.messages(file))
          .flatMap(Collection::stream)
          .filter(type -> type.getFullName().equals(message))
          .findFirst()
          .orElseThrow();
    } catch (UnusableSchemaException e) {
      throw new AssertionError(e);
    }
  }

  /** A message in protobuf's text format, as bytes; what is required may be absent. */
  static byte[] message(Descriptor type, String text) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    try {
      TextFormat.merge(text, message);
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(text, e);
    }
    return message.buildPartial().toByteArray();
  }

  /** A descriptor set as it arrives in a contract. */
  static String descriptorSet(FileDescriptor... files) {
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    for (FileDescriptor file : files) {
      set.addFile(file.toProto());
    }
    return "base64:" + Base64.getEncoder().encodeToString(set.build().toByteArray());
  }

  static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof Integer number) {
        out.write(number);
      } else {
        out.writeBytes(part instanceof String text ? text.getBytes(UTF_8) : (byte[]) part);
      }
    }
    return out.toByteArray();
  }

  /** Behind Confluent's frame, with the index of the first message. */
  static byte[] framed(int id, byte[] message) {
    return bytes(0, ByteBuffer.allocate(Integer.BYTES).putInt(id).array(), 0, message);
  }

  static Schemas schemas(Map<SchemaId, RegisteredSchema> byId) {
    return new Schemas() {
      @Override
      public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
        RegisteredSchema found = byId.get(id);
        if (found == null) {
          throw new UnknownSchemaException("the registry has no schema " + id);
        }
        return found;
      }

      @Override
      public RegisteredSchema latest(String subject) throws UnknownSchemaException {
        throw new UnknownSchemaException(subject);
      }
    };
  }

  /** What a decoder says beside its outcomes. */
  static final class Events implements DecodeEvents {
    final List<String> unknown = new ArrayList<>();

    @Override
    public void unknownField(String path) {
      unknown.add(path);
    }

    @Override
    public void quickWayFailed(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  static SourceRecord record(byte[] value) {
    return new SourceRecord("s", 0, 0, -1, null, value, List.of());
  }

  /** The row of a value without its position, or why there is none, as a text. */
  static String decode(ValueDecoder decoder, Contract contract, byte[] value) {
    Outcome outcome = decoder.decode(record(value).bytes());
    if (outcome instanceof Outcome.Accepted accepted) {
      Row row = new RowValues(contract.columns()).row(accepted.values(), "s", 0, 0, -1);
      return text(row.getValues().subList(0, contract.columns().size()));
    }
    Outcome.Rejected rejected = (Outcome.Rejected) outcome;
    return rejected.reason() + " " + rejected.path() + ": " + rejected.message();
  }

  /** A value of a row as a text by which two of them are compared. */
  static String text(Object value) {
    if (value instanceof Row row) {
      return text(row.getValues());
    }
    if (value instanceof Collection<?> list) {
      List<String> texts = new ArrayList<>();
      list.forEach(element -> texts.add(text(element)));
      return texts.toString();
    }
    if (value instanceof byte[] bytes) {
      return "0x" + new BigInteger(1, bytes).toString(16) + "/" + bytes.length;
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return String.valueOf(value);
  }
}
