package io.sluice.protobuf;

import static io.sluice.protobuf.Protos.bytes;
import static io.sluice.protobuf.Protos.framed;
import static io.sluice.protobuf.Protos.message;

import com.google.protobuf.Descriptors.Descriptor;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Nested;

/** Records with Confluent's frame, with that of AWS Glue, and without one. */
class ProtobufFormatTest {
  private static final String SCHEMA =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      message Action {
        google.protobuf.Timestamp at = 1;
        string name = 2;
        message User { string id = 1; repeated string roles = 2; }
        User user = 3;
        map<string, int32> counts = 4;
        oneof payment { string card = 5; int64 cash = 6; }
        google.protobuf.StringValue note = 7;
        repeated Item items = 8;
        repeated sint32 deltas = 9;
        optional double score = 10;
        Kind kind = 11;
      }
      message Item { string sku = 1; optional int32 n = 2; }
      enum Kind { UNKNOWN = 0; CLICK = 1; }
      """;
  private static final Descriptor ACTION = Protos.type(SCHEMA, "shop.Action");
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

  private static final Map<SchemaId, RegisteredSchema> REGISTERED =
      Map.of(
          SchemaId.of(7),
          new RegisteredSchema(RegisteredSchema.PROTOBUF, SCHEMA, List.of()),
          SchemaId.of(8),
          new RegisteredSchema(RegisteredSchema.AVRO, "{}", List.of()),
          SchemaId.of(9),
          new RegisteredSchema(RegisteredSchema.PROTOBUF, "message {", List.of()),
          new SchemaId(1, 2),
          new RegisteredSchema(RegisteredSchema.PROTOBUF, SCHEMA, List.of()));

  private static Contract contract(String format) {
    return ContractParser.parse(
        """
        table: actions
        topic: actions
        format: %s
        event_time: at
        max_bytes: 20000
        columns:
          - {name: at, type: timestamp, required: true}
          - {name: name, type: string, required: true}
          - {name: user_id, path: user.id, type: string}
          - {name: roles, path: user.roles, type: {list: string}}
          - {name: views, path: counts.views, type: int32}
          - {name: card, type: string}
          - {name: cash, type: int64}
          - {name: note, type: string}
          - {name: items, type: {list: {struct: [{name: sku, type: string, required: true}, {name: n, type: int32}]}}}
          - {name: deltas, type: {list: int32}}
          - {name: score, type: double}
          - {name: kind, type: string}
        """
            .formatted(format),
        "actions.yaml");
  }

  private static final byte[] FULL =
      message(
          ACTION,
          """
          at { seconds: 1767323045 nanos: 678901000 } name: "cl\\303\\251ck"
          user { id: "ann" roles: "a" roles: "b" }
          counts { key: "views" value: 3 } counts { key: "other" value: 4 }
          cash: 5 note { value: "n" } items { sku: "s1" n: 1 } items { sku: "s2" }
          deltas: -1 deltas: 70000 score: 0.5 kind: CLICK
          """);
  private static final byte[] LITTLE = message(ACTION, "at { seconds: 1767323045 }");

  private static List<Object> full() {
    return Arrays.asList(
        AT,
        "cléck",
        "ann",
        List.of("a", "b"),
        3,
        null,
        5L,
        "n",
        List.of(
            Row.withSchema(item()).addValues("s1", 1).build(),
            Row.withSchema(item()).addValues("s2", null).build()),
        List.of(-1, 70000),
        0.5,
        "CLICK");
  }

  private static Schema item() {
    return contract("protobuf")
        .rowSchema()
        .getField("items")
        .getType()
        .getCollectionElementType()
        .getRowSchema();
  }

  private static List<Object> little() {
    return Arrays.asList(
        Instant.parse("2026-01-02T03:04:05Z"),
        "",
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        List.of(),
        null,
        "UNKNOWN");
  }

  private abstract static class Shared extends RecordFormatContract {
    @Override
    protected RecordFormat format() {
      return new ProtobufFormat();
    }

    @Override
    protected Schemas schemas() {
      return Protos.schemas(REGISTERED);
    }

    abstract byte[] framed(byte[] message);

    @Override
    protected List<Example> good() {
      byte[] splitUser =
          bytes(FULL, message(ACTION, "user { roles: \"c\" }"), message(ACTION, "card: \"x\""));
      List<Object> split = full();
      split.set(3, List.of("a", "b", "c"));
      split.set(5, "x");
      split.set(6, null);
      return List.of(
          new Example(framed(FULL), Collections.unmodifiableList(full())),
          new Example(framed(LITTLE), Collections.unmodifiableList(little())),
          new Example(framed(splitUser), Collections.unmodifiableList(split)));
    }

    @Override
    protected List<byte[]> bad() {
      return List.of(
          framed(message(ACTION, "name: \"no time\"")),
          framed(bytes(0x0A, 5, "ab")),
          framed(bytes(LITTLE, 0x12, 1, 0xFF)),
          framed(bytes(LITTLE, 0x0C)),
          framed(message(ACTION, "at { nanos: -1 }")),
          new byte[0],
          bytes("{\"at\": \"2026-01-02T03:04:05Z\"}"));
    }
  }

  @Nested
  class Confluent extends Shared {
    private static final Contract CONTRACT = ProtobufFormatTest.contract("protobuf");

    @Override
    protected Contract contract() {
      return CONTRACT;
    }

    @Override
    byte[] framed(byte[] message) {
      return Protos.framed(7, message);
    }

    @Override
    protected List<byte[]> bad() {
      return Stream.concat(
              super.bad().stream(),
              Stream.of(
                  Protos.framed(8, FULL),
                  Protos.framed(9, FULL),
                  Protos.framed(10, FULL),
                  bytes(0, 0, 0, 0, 7),
                  bytes(0, 0, 0, 0, 7, 2, 8, FULL),
                  bytes(0, 0, 0, 0, 7, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, FULL)))
          .toList();
    }
  }

  @Nested
  class Glue extends Shared {
    private static final Contract CONTRACT =
        ProtobufFormatTest.contract("{name: protobuf, framing: glue}");

    @Override
    protected Contract contract() {
      return CONTRACT;
    }

    @Override
    byte[] framed(byte[] message) {
      // shop.Action is the first by name; its entries and users are counted, too.
      return bytes(3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, message);
    }
  }

  @Nested
  class WithoutFrame extends Shared {
    private static final Contract CONTRACT =
        ProtobufFormatTest.contract(
            "{name: protobuf, framing: none, message: shop.Action, schema: \""
                + Protos.descriptorSet(ACTION.getFile())
                + "\"}");

    @Override
    protected Contract contract() {
      return CONTRACT;
    }

    @Override
    byte[] framed(byte[] message) {
      return message;
    }
  }
}
