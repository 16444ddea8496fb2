package io.sluice.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Column;
import io.sluice.infer.ContractDraft;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.Samples;
import io.sluice.schema.Schemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Contracts that are drafted from envelopes. */
class DebeziumDraftTest {
  private static String envelope(int i) {
    long millis = Samples.TIME.plusSeconds(i).toEpochMilli();
    return "{\"before\":null,\"after\":{\"id\":"
        + i
        + ",\"name\":\"n\"},\"source\":{\"connector\":\"postgresql\",\"ts_ms\":"
        + (millis - 3_000)
        + ",\"db\":\"shop\",\"table\":\"orders\",\"lsn\":"
        + (1000 + i)
        + "},\"op\":\"c\",\"ts_ms\":"
        + millis
        + "}";
  }

  private static void assertDrafted(ContractDraft draft) {
    List<String> names = draft.contract().columns().stream().map(Column::name).toList();
    assertTrue(names.containsAll(List.of("id", "name", "op", "source_ts", "ts")), draft.yaml());
    assertEquals(
        List.of("_source_ts"),
        draft.contract().columns().get(draft.contract().eventTime()).path(),
        draft.yaml());
    assertEquals(40, draft.proof().accepted(), draft.proof() + draft.yaml());
  }

  @Test
  void envelopesOfJsonAreRecognisedWithAndWithoutTheirSchema() {
    List<byte[]> bare = new ArrayList<>();
    List<byte[]> wrapped = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      bare.add(envelope(i).getBytes(UTF_8));
      wrapped.add(("{\"payload\":" + envelope(i) + "}").getBytes(UTF_8));
    }
    for (List<byte[]> values : List.of(bare, wrapped)) {
      ContractDraft draft =
          ContractDraft.of(Samples.of(values), DraftRequest.OF_SAMPLE, Schemas.NONE);
      assertTrue(draft.yaml().contains("\nformat: debezium\n"), draft.yaml());
      assertDrafted(draft);
    }
  }

  @Test
  void tombstonesAreNoDocumentsAndNoDeadLetters() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      values.add(envelope(i).getBytes(UTF_8));
      values.add(null);
      values.add(null);
    }
    ContractDraft draft =
        ContractDraft.of(Samples.of(values), DraftRequest.OF_SAMPLE, Schemas.NONE);
    assertDrafted(draft);
    assertEquals(40, draft.documents());
    assertEquals(Map.of("tombstone", 80), draft.proof().skipped());
    assertEquals("40 accepted, 80 skipped (tombstone 80), 0 dead letters", draft.proof().line());
    assertEquals(List.of(), draft.warnings());
  }

  @Test
  void ofAvroTheRegisteredSchemaSaysThatItIsOfEnvelopes() throws IOException {
    String row =
        "{\"type\":\"record\",\"name\":\"Value\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
            + "{\"name\":\"name\",\"type\":\"string\"}]}";
    String source =
        "{\"type\":\"record\",\"name\":\"Source\",\"fields\":[{\"name\":\"ts_ms\",\"type\":\"long\"}]}";
    String text =
        "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"shop.orders\",\"fields\":["
            + "{\"name\":\"before\",\"type\":[\"null\","
            + row
            + "]},{\"name\":\"after\",\"type\":[\"null\",\"Value\"]},{\"name\":\"source\",\"type\":"
            + source
            + "},{\"name\":\"op\",\"type\":\"string\"},{\"name\":\"ts_ms\",\"type\":[\"null\",\"long\"]}]}";
    Schema schema = new Schema.Parser().parse(text);
    TestDebezium.Registry registry = new TestDebezium.Registry();
    int id = registry.id(text);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      GenericData.Record after =
          new GenericData.Record(schema.getField("after").schema().getTypes().get(1));
      after.put("id", (long) i);
      after.put("name", "n");
      GenericData.Record of = new GenericData.Record(schema.getField("source").schema());
      of.put("ts_ms", Samples.TIME.plusSeconds(i).toEpochMilli());
      GenericData.Record envelope = new GenericData.Record(schema);
      envelope.put("after", after);
      envelope.put("source", of);
      envelope.put("op", "u");
      envelope.put("ts_ms", Samples.TIME.plusSeconds(i).toEpochMilli());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(ByteBuffer.allocate(5).putInt(1, id).array());
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(schema).write(envelope, encoder);
      encoder.flush();
      values.add(out.toByteArray());
    }
    ContractDraft draft = ContractDraft.of(Samples.of(values), DraftRequest.OF_SAMPLE, registry);
    assertTrue(draft.yaml().contains("\nformat: {name: debezium, values: avro}\n"), draft.yaml());
    assertDrafted(draft);
  }
}
