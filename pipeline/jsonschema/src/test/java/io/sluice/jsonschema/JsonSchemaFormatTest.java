package io.sluice.jsonschema;

import static io.sluice.jsonschema.TestSchemas.AT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Documents with Confluent's frame, with that of AWS Glue, and without one keep all promises. */
class JsonSchemaFormatTest {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["at"], "properties": {
        "n": {"type": "integer", "maximum": 1000},
        "a": {"type": "object", "properties": {"name": {"type": "string", "pattern": "^[a-zé\\n]*$"}}},
        "tags": {"type": "array", "uniqueItems": true, "items": {"type": ["string", "null"]}},
        "child": {"$ref": "#"}}}
      """;

  private static final String[] COLUMNS = {
    "name: name, path: a.name, type: string",
    "name: n, type: int64",
    "name: tags, type: {list: string}"
  };

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private static List<RecordFormatContract.Example> good(Function<String, byte[]> framed) {
    return List.of(
        new RecordFormatContract.Example(
            framed.apply("{" + AT + "}"), Arrays.asList(TIME, null, null, null)),
        new RecordFormatContract.Example(
            framed.apply(
                "{\"a\":{\"name\":\"\\u00e9\\n\"},"
                    + AT
                    + ",\"n\":1e3,\"tags\":[\"a\",null],\"child\":{\"at\":1,\"child\":{\"at\":2}},\"x\":1.5}"),
            Arrays.asList(TIME, "é\n", 1000L, Arrays.asList("a", null))));
  }

  private static List<byte[]> bad(Function<String, byte[]> framed) {
    return Stream.of(
            "",
            "{",
            "[]",
            "{}",
            "{" + AT + "} ,",
            "{" + AT + "," + AT + "}",
            "{" + AT + ",\"n\":1001}",
            "{" + AT + ",\"a\":{\"name\":\"X\"}}",
            "{" + AT + ",\"tags\":[\"a\",\"a\"]}",
            "{" + AT + ",\"child\":{\"at\":1,\"child\":{}}}",
            "{" + AT + ",\"x\":1e999999999}")
        .map(framed)
        .toList();
  }

  /** One way of framing. */
  private abstract static class Framed extends RecordFormatContract {
    @Override
    protected RecordFormat format() {
      return new JsonSchemaFormat();
    }

    abstract byte[] framed(String json);

    @Override
    protected List<Example> good() {
      return JsonSchemaFormatTest.good(this::framed);
    }

    @Override
    protected List<byte[]> bad() {
      return JsonSchemaFormatTest.bad(this::framed);
    }
  }

  @Nested
  class Confluent extends Framed {
    @Override
    protected Contract contract() {
      return TestSchemas.contract("json_schema", COLUMNS);
    }

    @Override
    protected Schemas schemas() {
      return new TestSchemas.Registry()
          .with(7, SCHEMA)
          .with(8, "{\"type\":\"strin\"}")
          .with(
              SchemaId.of(9), new RegisteredSchema(RegisteredSchema.AVRO, "\"string\"", List.of()));
    }

    @Override
    byte[] framed(String json) {
      return TestSchemas.framed(7, json);
    }

    @Override
    protected List<byte[]> bad() {
      List<byte[]> bad = new ArrayList<>(super.bad());
      for (int id : new int[] {6, 8, 9}) {
        bad.add(TestSchemas.framed(id, "{" + AT + "}"));
      }
      bad.add(("{" + AT + "}").getBytes(UTF_8));
      return bad;
    }
  }

  @Nested
  class Glue extends Framed {
    @Override
    protected Contract contract() {
      return TestSchemas.contract("{name: json_schema, framing: glue}", COLUMNS);
    }

    @Override
    protected Schemas schemas() {
      return new TestSchemas.Registry()
          .with(new SchemaId(5, 7), new RegisteredSchema(RegisteredSchema.JSON, SCHEMA, List.of()));
    }

    /** What is long is compressed. */
    @Override
    byte[] framed(String json) {
      byte[] text = json.getBytes(UTF_8);
      boolean isLong = text.length > 50;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(
          ByteBuffer.allocate(18)
              .put((byte) 3)
              .put((byte) (isLong ? 5 : 0))
              .putLong(5)
              .putLong(7)
              .array());
      try {
        if (isLong) {
          try (DeflaterOutputStream compressed = new DeflaterOutputStream(out)) {
            compressed.write(text);
          }
        } else {
          out.writeBytes(text);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toByteArray();
    }
  }

  @Nested
  class WithoutAFrame extends Framed {
    @TempDir Path folder;

    @Override
    protected Contract contract() {
      try {
        Files.writeString(folder.resolve("t.schema.json"), SCHEMA);
        Path file = folder.resolve("c.yaml");
        return ContractParser.parse(
            """
            table: t
            topic: t
            event_time: at
            max_bytes: 100000
            format: {name: json_schema, framing: none, schema: {file: t.schema.json}}
            columns:
              - {name: at, type: timestamp, required: true}
              - {name: name, path: a.name, type: string}
              - {name: n, type: int64}
              - {name: tags, type: {list: string}}
            """,
            file.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    byte[] framed(String json) {
      return json.getBytes(UTF_8);
    }
  }
}
