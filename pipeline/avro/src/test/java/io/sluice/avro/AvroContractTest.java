package io.sluice.avro;

import static io.sluice.avro.TestAvro.bytes;
import static io.sluice.avro.TestAvro.decode;
import static io.sluice.avro.TestAvro.decoder;
import static io.sluice.avro.TestAvro.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a contract says of the format, as docs/contract.md has it, and where that is wrong. */
class AvroContractTest {
  @TempDir Path folder;

  private Contract withSchema(String keys, String schema) throws IOException {
    Files.writeString(folder.resolve("events.avsc"), schema);
    Path file = folder.resolve("events.yaml");
    Files.writeString(
        file,
        """
        table: events
        topic: events
        format: {name: avro%s}
        event_time: at
        columns:
          - {name: at, type: timestamp, required: true}
          - {name: v, type: int32}
        """
            .formatted(keys));
    return ContractParser.parse(Files.readString(file), file.toString());
  }

  private static final String FROM_FILE = ", framing: none, schema: {file: events.avsc}";

  @Test
  void withoutAFrameTheContractHasTheSchema() throws IOException {
    Contract contract = withSchema(FROM_FILE, TestAvro.record(field("v", "\"int\"")));
    ValueDecoder decoder = decoder(contract, Schemas.NONE);
    assertEquals(List.of(4), TestAvro.row(contract, decode(decoder, bytes(0, 8))));
    assertEquals(
        "MALFORMED  1 bytes follow the value, which its schema says has 2",
        TestAvro.text(contract, decode(decoder, bytes(0, 8, 0))));
    JsonNode document =
        new AvroFormat().document(bytes(0, 8), contract, Schemas.NONE).orElseThrow();
    assertEquals("{\"at\":\"1970-01-01T00:00:00Z\",\"v\":4}", document.toString());
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnyRecord() throws IOException {
    assertRefused("needs the schema", withSchema(", framing: none", ""));
    assertRefused("leave schema out", withSchema(", schema: {file: events.avsc}", "{}"));
    assertRefused("cannot be used: it is no schema of Avro", withSchema(FROM_FILE, "{}"));
    assertRefused("cannot be used: it is of long", withSchema(FROM_FILE, "\"long\""));
  }

  private static void assertRefused(String why, Contract contract) {
    UserException refused =
        assertThrows(UserException.class, () -> decoder(contract, Schemas.NONE));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  @Test
  void documentsHaveTextsAndNumbersAsJsonHasThem() {
    String schema =
        TestAvro.record(
            field("day", "{\"type\":\"int\",\"logicalType\":\"date\"}"),
            field("time", "{\"type\":\"int\",\"logicalType\":\"time-millis\"}"),
            field("nanos", "{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}"),
            field(
                "price",
                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}"),
            field("f", "\"float\""),
            field("d", "\"double\""),
            field("raw", "\"bytes\""),
            field("u", "[\"null\",\"string\"]"),
            field("m", "{\"type\":\"map\",\"values\":\"long\"}"));
    GenericData.Record record =
        new GenericRecordBuilder(TestAvro.schema(schema))
            .set("at", 1_767_323_045_000L)
            .set("day", 20_454)
            .set("time", 1)
            .set("nanos", -1L)
            .set("price", ByteBuffer.wrap(bytes(0x03, 0xE8)))
            .set("f", 0.1f)
            .set("d", Double.NaN)
            .set("raw", ByteBuffer.wrap(bytes(1, 2)))
            .set("u", null)
            .set("m", Map.of("k", 1L << 40))
            .build();
    byte[] value = TestAvro.framed(1, TestAvro.encode(record.getSchema(), record));
    Contract contract = TestAvro.contract("");
    TestAvro.Registry registry = new TestAvro.Registry().with(1, schema);
    assertEquals(
        "{\"at\":\"2026-01-02T03:04:05Z\",\"day\":\"2026-01-01\",\"time\":\"00:00:00.001\","
            + "\"nanos\":\"1969-12-31T23:59:59.999999999Z\",\"price\":10.00,\"f\":0.1,\"d\":null,"
            + "\"raw\":\"AQI=\",\"u\":null,\"m\":{\"k\":1099511627776}}",
        new AvroFormat().document(value, contract, registry).orElseThrow().toString());
    assertTrue(
        new AvroFormat().document(TestAvro.framed(2, bytes(0)), contract, registry).isEmpty());
  }

  /** The example of docs/contract.md: its contract, its schema, and the row of a record. */
  @Test
  void theDocumentedExampleIsReadAsItSays() throws IOException {
    String text = Files.readString(Path.of("../../docs/contract.md"));
    String section = text.substring(text.indexOf("### avro"));
    List<String> blocks = new ArrayList<>();
    Matcher block = Pattern.compile("(?s)```(?:yaml|json)\n(.*?)```").matcher(section);
    while (blocks.size() < 2 && block.find()) {
      blocks.add(block.group(1));
    }
    Contract contract = ContractParser.parse(blocks.get(0), "orders.yaml");
    Schema schema = TestAvro.schema(blocks.get(1));
    Schema customer = schema.getField("customer").schema();
    GenericData.Record order =
        new GenericRecordBuilder(schema)
            .set("ordered_at", 1_767_323_045_000L)
            .set("status", new GenericData.EnumSymbol(schema.getField("status").schema(), "PAID"))
            .set("total", ByteBuffer.wrap(bytes(0x04, 0xD2)))
            .set(
                "customer",
                new GenericRecordBuilder(customer).set("id", 7L).set("email", null).build())
            .set("labels", new HashMap<>(Map.of("channel", "web", "other", "x")))
            .build();
    TestAvro.Registry registry = new TestAvro.Registry().with(1, schema.toString());
    assertEquals(
        List.of("PAID", new BigDecimal("12.34"), 7L, "web"),
        TestAvro.row(
            contract,
            decode(
                decoder(contract, registry), TestAvro.framed(1, TestAvro.encode(schema, order)))));
  }
}
