package io.sluice.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import io.sluice.contract.Column;
import io.sluice.contract.ContractJson;
import io.sluice.infer.ContractDraft;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.Samples;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Contracts that are drafted from messages of Protobuf. */
class ProtobufDraftTest {
  private static final String SCHEMA =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      message UserAction {
        google.protobuf.Timestamp at = 1;
        string name = 2;
        int64 user_id = 3;
        optional double ratio = 4;
        bytes blob = 5;
        repeated string tags = 6;
        map<string, int32> counts = 7;
        Kind kind = 8;
        User user = 9;
        enum Kind { VIEW = 0; CLICK = 1; }
        message User { string country = 1; }
      }
      """;

  private static final Descriptor TYPE = Protos.type(SCHEMA, "shop.UserAction");

  private static byte[] message(int i) {
    return Protos.message(
        TYPE,
        "at {seconds: "
            + Samples.TIME.plusSeconds(i).getEpochSecond()
            + "} name: 'n' user_id: "
            + i
            + (i % 2 == 0 ? " ratio: 0.5" : "")
            + " blob: '\\377\\001' tags: 'a' counts {key: 'x' value: 1} kind: CLICK"
            + " user {country: 'DE'}");
  }

  /** Has one schema, of id 7. */
  private static final Schemas REGISTRY =
      new Schemas() {
        @Override
        public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
          if (!id.equals(SchemaId.of(7))) {
            throw new UnknownSchemaException("the registry has no schema " + id);
          }
          return new RegisteredSchema(RegisteredSchema.PROTOBUF, SCHEMA, List.of());
        }

        @Override
        public RegisteredSchema latest(String subject) throws UnknownSchemaException {
          throw new UnknownSchemaException("the registry has no subject " + subject);
        }
      };

  private static ContractDraft draft(IntFunction<byte[]> values, String format, Schemas schemas) {
    return ContractDraft.of(
        Samples.of(IntStream.range(0, 40).mapToObj(values).toList()),
        new DraftRequest(null, format, null),
        schemas);
  }

  private static Map<String, String> types(ContractDraft draft) {
    return draft.contract().columns().stream()
        .collect(
            Collectors.toMap(
                Column::name,
                column -> ContractJson.text(column.type()),
                (one, other) -> one,
                TreeMap::new));
  }

  private static final Map<String, String> TYPES =
      Map.of(
          "at", "timestamp",
          "name", "string",
          "user_id", "int64",
          "ratio", "double",
          "blob", "bytes",
          "tags", "{list: string}",
          "counts_x", "int32",
          "kind", "string",
          "user_country", "string");

  @Test
  void aRegisteredSchemaSaysThatItIsProtobuf() {
    ContractDraft draft = draft(i -> Protos.bytes(0, 0, 0, 0, 7, 0, message(i)), null, REGISTRY);
    assertTrue(draft.yaml().contains("\nformat: protobuf\n"), draft.yaml());
    assertEquals(TYPES, types(draft), draft.yaml());
    assertEquals(40, draft.proof().accepted(), draft.proof().line());
  }

  @Test
  void withoutAFrameTheFormatIsSaidWithItsSchema() {
    String format =
        "{name: protobuf, framing: none, schema: \""
            + SCHEMA.replace("\"", "\\\"").replace("\n", "\\n")
            + "\"}";
    ContractDraft draft = draft(ProtobufDraftTest::message, format, Schemas.NONE);
    assertEquals(TYPES, types(draft), draft.yaml());
    assertEquals(40, draft.proof().accepted(), draft.proof().line());
  }
}
