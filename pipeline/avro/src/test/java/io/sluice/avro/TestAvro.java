package io.sluice.avro;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import io.sluice.record.RowValues;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Records of Avro, and what becomes of them. */
final class TestAvro {
  private TestAvro() {}

  /** The schemas that a test registers. */
  static final class Registry implements Schemas {
    private final Map<SchemaId, RegisteredSchema> schemas = new HashMap<>();
    int asked;

    Registry with(int id, String avro) {
      return with(SchemaId.of(id), new RegisteredSchema(RegisteredSchema.AVRO, avro, List.of()));
    }

    Registry with(SchemaId id, RegisteredSchema schema) {
      schemas.put(id, schema);
      return this;
    }

    @Override
    public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
      asked++;
      RegisteredSchema schema = schemas.get(id);
      if (schema == null) {
        throw new UnknownSchemaException("the registry has no schema " + id);
      }
      return schema;
    }

    @Override
    public RegisteredSchema latest(String subject) throws UnknownSchemaException {
      throw new UnknownSchemaException("the registry has no subject " + subject);
    }
  }

  /** Remembers the unknown fields that it is told of. */
  static final class Events implements DecodeEvents {
    final List<String> unknown = new ArrayList<>();

    @Override
    public void unknownField(String path) {
      unknown.add(path);
    }

    @Override
    public void quickWayFailed(Throwable failure) {
      throw new AssertionError("there is one way alone", failure);
    }
  }

  static Schema schema(String json) {
    return new Schema.Parser().parse(json);
  }

  /** A record with these fields, each as {@code {"name": …, "type": …}}. */
  static String record(String... fields) {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
        + "{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}"
        + (fields.length == 0 ? "" : "," + String.join(",", fields))
        + "]}";
  }

  static String field(String name, String type) {
    return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
  }

  /** A contract with the required time {@code at} and these columns. */
  static Contract contract(String keys, String... columns) {
    return ContractParser.parse(
        """
        table: avro
        topic: avro
        format: avro
        event_time: at
        max_bytes: 100000
        %s
        columns:
          - {name: at, type: timestamp, required: true}
        %s
        """
            .formatted(
                keys,
                String.join("\n", List.of(columns).stream().map(c -> "  - {" + c + "}").toList())),
        "avro.yaml");
  }

  static byte[] encode(Schema schema, Object datum) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(schema, datum, EncoderFactory.get().binaryEncoder(out, null));
    return out.toByteArray();
  }

  /** The same with blocks that say how many bytes they have. */
  static byte[] encodeInBlocks(Schema schema, Object datum) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EncoderFactory blocks = new EncoderFactory().configureBlockSize(64);
    write(schema, datum, blocks.blockingBinaryEncoder(out, null));
    return out.toByteArray();
  }

  private static void write(Schema schema, Object datum, BinaryEncoder encoder) {
    try {
      new GenericDatumWriter<>(schema, new GenericData()).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Confluent's frame before a datum. */
  static byte[] framed(int id, byte[] datum) {
    return ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array();
  }

  static byte[] bytes(int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return array;
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static Outcome decode(ValueDecoder decoder, byte[] value) {
    return decoder.decode(new SourceRecord("s", 0, 0, -1, null, value, List.of()).bytes());
  }

  static ValueDecoder decoder(Contract contract, Schemas schemas) {
    return new AvroFormat().decoder(contract, schemas, new Events());
  }

  /** The values behind the time of what is accepted. */
  static List<Object> row(Contract contract, Outcome outcome) {
    Outcome.Accepted accepted =
        assertInstanceOf(Outcome.Accepted.class, outcome, () -> String.valueOf(outcome));
    return new RowValues(contract.columns())
        .row(accepted.values(), "s", 0, 0, -1)
        .getValues()
        .subList(1, contract.columns().size());
  }

  /** An outcome as a text, by which two of them are compared. */
  static String text(Contract contract, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return rejected.reason() + " " + rejected.path() + " " + rejected.message();
    }
    ColumnValues values = ((Outcome.Accepted) outcome).values();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < contract.columns().size(); i++) {
      Column column = contract.columns().get(i);
      text.append(column.name()).append('=');
      if (values.isAbsent(i)) {
        text.append("none");
      } else if (ColumnKind.of(column) == ColumnKind.INTEGER) {
        text.append(values.integer(i));
      } else {
        int start = values.start(i);
        text.append(HexFormat.of().formatHex(values.array(i), start, start + values.length(i)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
