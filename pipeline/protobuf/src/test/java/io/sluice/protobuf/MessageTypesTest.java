package io.sluice.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.schema.Schemas;
import org.junit.jupiter.api.Test;

class MessageTypesTest {
  private static final String SET =
      Protos.descriptorSet(
          Protos.type("syntax = \"proto3\"; message All { int64 at = 1; } message Sub { }", "All")
              .getFile());

  @Test
  void recordsWithoutAFrameNeedASchemaAndOneMessage() {
    assertEquals(
        "format protobuf: write message: NAME, since the schema has not one message but All, Sub",
        fault("{name: protobuf, framing: none, schema: \"" + SET + "\"}"));
    assertEquals(
        "format protobuf: the schema has no message X; it has All, Sub",
        fault("{name: protobuf, framing: none, message: X, schema: \"" + SET + "\"}"));
    assertEquals(
        "format protobuf: records without a frame need a schema",
        fault("{name: protobuf, framing: none}").split(":\\s+write")[0]);
    assertEquals(
        "format protobuf: records with the frame of confluent name their schema themselves: leave"
            + " schema out, or write framing: none",
        fault("{name: protobuf, schema: \"" + SET + "\"}"));
    assertEquals(
        "format protobuf: the schema cannot be read: Syntax error in schema.proto:1:1: unexpected"
            + " label: hello",
        fault("{name: protobuf, framing: none, schema: hello}"));
    assertEquals(
        "format protobuf: the schema cannot be read: what follows base64: is not base64",
        fault("{name: protobuf, framing: none, schema: \"base64:?\"}"));
  }

  private static String fault(String format) {
    Contract contract =
        ContractParser.parse(
            """
            table: t
            topic: t
            event_time: at
            format: %s
            columns:
              - {name: at, type: "timestamp(micros, epoch_s)", required: true}
            """
                .formatted(format),
            "c.yaml");
    return assertThrows(
            UserException.class,
            () -> new ProtobufFormat().decoder(contract, Schemas.NONE, new Protos.Events()))
        .getMessage();
  }
}
