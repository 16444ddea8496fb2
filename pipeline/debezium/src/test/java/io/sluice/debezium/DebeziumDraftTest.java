package io.sluice.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.infer.ContractDraft;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.GivenSchema;
import io.sluice.infer.Samples;
import io.sluice.infer.SchemaContract;
import io.sluice.record.RowValues;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
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

  @Test
  void aSchemaThatIsNoneOfEnvelopesIsRefused() {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                SchemaContract.of(
                    new GivenSchema(
                        "--subject=s",
                        "the newest schema of subject s",
                        "s",
                        new RegisteredSchema(
                            RegisteredSchema.AVRO,
                            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}",
                            List.of()),
                        Framing.Kind.CONFLUENT,
                        null),
                    new DraftRequest(null, "debezium", null),
                    null,
                    null,
                    Schemas.NONE));
    assertEquals(
        "--subject=s: it is of type AVRO, and no schema of the records of format debezium: leave"
            + " --format out, or draft from a sample of the topic",
        e.getMessage());
  }

  @Test
  void aSchemaOfEnvelopesSaysTheColumnsOfTheRow() {
    String row =
        """
        {"type":"record","name":"Value","fields":[{"name":"id","type":"long"},
          {"name":"at","type":{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}},
          {"name":"day","type":["null",{"type":"int","connect.name":"io.debezium.time.Date"}]},
          {"name":"total","type":{"type":"bytes","scale":2,"precision":64,"connect.name":"org.apache.kafka.connect.data.Decimal",
            "connect.parameters":{"scale":"2","connect.decimal.precision":"12"},"logicalType":"decimal"}},
          {"name":"extra","type":{"type":"string","connect.name":"io.debezium.data.Json"}},
          {"name":"key","type":{"type":"string","connect.name":"io.debezium.data.Uuid"}},
          {"name":"_op","type":"string"}]}\
        """;
    String text =
        "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"shop.orders\",\"fields\":["
            + "{\"name\":\"before\",\"type\":[\"null\","
            + row
            + "]},{\"name\":\"after\",\"type\":[\"null\",\"Value\"]},{\"name\":\"source\",\"type\":"
            + "{\"type\":\"record\",\"name\":\"Source\",\"fields\":[{\"name\":\"ts_ms\",\"type\":\"long\"}]}"
            + "},{\"name\":\"op\",\"type\":\"string\"}]}";
    TestDebezium.Registry registry = new TestDebezium.Registry();
    SchemaContract draft = ofSchema(text, registry);
    assertTrue(
        draft
            .yaml()
            .endsWith(
                """
                format: {name: debezium, values: avro}
                # _source_ts is a time that the schema requires; other times: at (not required).
                event_time: source_ts
                unknown_fields: ignore
                columns:
                  # when the database made the change
                  - {name: source_ts, path: _source_ts, type: timestamp, required: true}
                  # c inserted, u updated, d deleted, r read by a snapshot
                  - {name: op, path: _op, type: string, required: true}
                  - {name: id, type: int64}
                  # a local time, and the database does not say of which zone: read as if it were UTC
                  - {name: at, type: timestamp}
                  - {name: day, type: date}
                  - {name: total, type: "decimal(12,2)"}
                  - {name: extra, type: json}
                  - {name: key, type: uuid}
                  - {name: row_op, path: _row._op, type: string}
                """),
        draft.yaml());
    Schema schema = new Schema.Parser().parse(text);
    GenericData.Record after =
        new GenericData.Record(schema.getField("after").schema().getTypes().get(1));
    after.put("id", 7L);
    after.put("at", 1_767_323_045_123_456L);
    after.put("day", 20_454);
    after.put("total", ByteBuffer.wrap(new byte[] {4, (byte) 0xd2}));
    after.put("extra", "{\"gift\": true}");
    after.put("key", "0b4b1c55-7a0e-4a39-8c1e-000000000001");
    after.put("_op", "own");
    GenericData.Record of = new GenericData.Record(schema.getField("source").schema());
    of.put("ts_ms", Samples.TIME.toEpochMilli());
    GenericData.Record envelope = new GenericData.Record(schema);
    envelope.put("after", after);
    envelope.put("source", of);
    envelope.put("op", "u");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).putInt(1, registry.id(text)).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<>(schema).write(envelope, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Outcome outcome =
        RecordFormat.of(draft.contract())
            .decoder(draft.contract(), registry, Documents.NO_EVENTS)
            .decode(new SourceRecord("s", 0, 0, -1, null, out.toByteArray(), List.of()).bytes());
    List<Object> values =
        new RowValues(draft.contract().columns())
            .row(
                assertInstanceOf(Outcome.Accepted.class, outcome, () -> String.valueOf(outcome))
                    .values(),
                "s",
                0,
                0,
                -1)
            .getValues();
    assertEquals(List.of("u", 7L), values.subList(1, 3));
    assertTrue(values.get(3).toString().startsWith("2026-01-02T03:04:05.123"), values + "");
    assertEquals(List.of(new BigDecimal("12.34"), "{\"gift\":true}"), values.subList(5, 7));
    assertEquals("own", values.get(8));
  }

  private static String drafted(String fieldsOfSource) {
    String text =
        "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"shop.orders\",\"fields\":["
            + "{\"name\":\"before\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Value\",\"fields\":["
            + "{\"name\":\"id\",\"type\":\"long\"}]}]},{\"name\":\"after\",\"type\":[\"null\",\"Value\"]},"
            + "{\"name\":\"source\",\"type\":{\"type\":\"record\",\"name\":\"Source\",\"fields\":["
            + "{\"name\":\"ts_ms\",\"type\":\"long\"}"
            + fieldsOfSource
            + "]}},{\"name\":\"op\",\"type\":\"string\"}]}";
    String yaml = ofSchema(text, Schemas.NONE).yaml();
    return yaml.substring(yaml.indexOf("type: string, required: true}\n") + 30);
  }

  /** Without it no query says which of a row's changes is the newest. */
  @Test
  void whatOrdersTheChangesOfARowIsDrafted() {
    assertEquals(
        """
          # where the change is in the log: of a row's changes the greatest is the newest
          - {name: lsn, path: _lsn, type: int64}
          - {name: id, type: int64}
        """,
        drafted(
            ",{\"name\":\"db\",\"type\":\"string\"},{\"name\":\"lsn\",\"type\":[\"null\",\"long\"],\"default\":null}"));
    assertEquals(
        """
          # the binlog's file: with the two below it orders the changes of a row
          - {name: binlog_file, path: _binlog_file, type: string}
          # where the change's event is in the file
          - {name: binlog_pos, path: _binlog_pos, type: int64}
          # which row of the event it is
          - {name: binlog_row, path: _binlog_row, type: int32}
          - {name: id, type: int64}
        """,
        drafted(
            ",{\"name\":\"file\",\"type\":\"string\"},{\"name\":\"pos\",\"type\":\"long\"},{\"name\":\"row\",\"type\":\"int\"}"));
  }

  @Test
  void ofRecordsToo() {
    List<byte[]> postgres = new ArrayList<>();
    List<byte[]> maria = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      postgres.add(envelope(i).getBytes(UTF_8));
      maria.add(
          envelope(i)
              .replaceFirst(
                  "\"lsn\":\\d+",
                  "\"file\":\"mysql-bin.000003\",\"pos\":" + (400 + i) + ",\"row\":" + i % 3)
              .getBytes(UTF_8));
    }
    ContractDraft draft =
        ContractDraft.of(Samples.of(postgres), DraftRequest.OF_SAMPLE, Schemas.NONE);
    assertTrue(draft.yaml().contains("{name: lsn, path: _lsn, type: int"), draft.yaml());
    ContractDraft ofMaria =
        ContractDraft.of(Samples.of(maria), DraftRequest.OF_SAMPLE, Schemas.NONE);
    assertDrafted(ofMaria);
    for (String column :
        List.of(
            "{name: binlog_file, path: _binlog_file, type: string",
            "{name: binlog_pos, path: _binlog_pos, type: int",
            "{name: binlog_row, path: _binlog_row, type: int")) {
      assertTrue(ofMaria.yaml().contains(column), ofMaria.yaml());
    }
  }

  private static SchemaContract ofSchema(String text, Schemas schemas) {
    return SchemaContract.of(
        new GivenSchema(
            "--subject=s",
            "the newest schema of subject s",
            "shop.orders",
            new RegisteredSchema(RegisteredSchema.AVRO, text, List.of()),
            Framing.Kind.CONFLUENT,
            null),
        DraftRequest.OF_SAMPLE,
        null,
        null,
        schemas);
  }
}
