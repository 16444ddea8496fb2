package io.sluice.debezium;

import static io.sluice.debezium.TestDebezium.contract;
import static io.sluice.debezium.TestDebezium.decode;
import static io.sluice.debezium.TestDebezium.decoder;
import static io.sluice.debezium.TestDebezium.refused;
import static io.sluice.debezium.TestDebezium.row;
import static io.sluice.debezium.TestDebezium.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an envelope becomes a row, and which records are none. */
class EnvelopesTest {
  private static final Contract V = contract("", "name: v, type: int32");

  private static final List<String> FIELDS =
      List.of(Json.field("v", "int32", ""), Json.field("day", "int32", "io.debezium.time.Date"));

  private static String create(String row) {
    return Json.envelope("c", "null", row);
  }

  @Test
  void aRowHasWhatIsSaidOfTheChange() {
    Contract contract =
        contract(
            "",
            "name: op, path: _op, type: string",
            "name: ts, path: _ts, type: timestamp",
            "name: lsn, path: _lsn, type: int64",
            "name: tx, path: _tx_id, type: int64",
            "name: db, path: _db, type: string",
            "name: schema, path: _schema, type: string",
            "name: tab, path: _table, type: string",
            "name: snapshot, path: _snapshot, type: string",
            "name: lsn_again, path: _source.lsn, type: string, coerce: true",
            "name: millis, path: _source.ts_ms, type: int64",
            "name: xmin, path: _source.xmin, type: int64",
            "name: gtid, path: _gtid, type: string");
    String expected =
        "{changed_at=2026-01-02T03:04:05.123456Z, op=c, ts=2026-01-02T03:04:06.000001Z, lsn=26,"
            + " tx=7, db=shop, schema=public, tab=orders, snapshot=false, lsn_again=26,"
            + " millis=1767323045123, xmin=null, gtid=null}";
    String create = create("{\"v\":1}");
    assertEquals(expected, row(contract, decode(contract, create)).toString());
    assertEquals(
        expected, row(contract, decode(contract, Json.withSchema(FIELDS, create))).toString());
  }

  @Test
  void theSourceAsAWholeIsJson() {
    Contract contract = contract("", "name: v, path: _source, type: json");
    String source = (String) value(contract, create("{}"));
    assertTrue(
        source.startsWith("{\"connector\":\"postgresql\",\"db\":\"shop\",\"lsn\":26,"), source);
  }

  @Test
  void aDeletedRowIsTheOneBefore() {
    Contract contract =
        contract(
            "",
            "name: v, type: int32, required: true",
            "name: day, type: date",
            "name: old, path: _before.v, type: int32",
            "name: old_day, path: _before.day, type: date",
            "name: op, path: _op, type: string",
            "name: lsn, path: _lsn, type: int64");
    String delete = Json.envelope("d", "{\"v\":1,\"day\":2}", "null");
    String expected =
        "{changed_at=2026-01-02T03:04:05.123456Z, v=1, day=1970-01-03, old=1, old_day=1970-01-03,"
            + " op=d, lsn=26}";
    assertEquals(expected, row(contract, decode(contract, delete)).toString());
    assertEquals(
        expected, row(contract, decode(contract, Json.withSchema(FIELDS, delete))).toString());
    assertEquals(
        "MISSING_FIELD v: required, and absent or null",
        refused(contract, Json.envelope("d", "{\"v\":null}", "null")));
    assertEquals(
        "WRONG_TYPE v: expected a whole number, found true",
        refused(V, Json.envelope("d", "{\"v\":true}", "null")));
  }

  @Test
  void aRowBeforeThatNobodyAskedForIsNotLookedAt() {
    assertEquals(2, value(V, Json.envelope("u", "{\"v\":true}", "{\"v\":2}")));
    Contract both = contract("", "name: v, type: int32", "name: old, path: _before.v, type: int32");
    assertEquals(
        "WRONG_TYPE _before.v: expected a whole number, found true",
        refused(both, Json.envelope("u", "{\"v\":true}", "{\"v\":2}")));
  }

  @Test
  void aColumnOfTheRowWithAReservedNameHasItsPlace() {
    Contract contract =
        contract("", "name: op, path: _op, type: string", "name: own, path: _row._op, type: int32");
    assertEquals(
        "{changed_at=2026-01-02T03:04:05.123456Z, op=c, own=5}",
        row(contract, decode(contract, create("{\"_op\":5}"))).toString());
    assertEquals(
        "WRONG_TYPE _row._op: expected a whole number, found true",
        refused(contract, create("{\"_op\":true}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"ts_ms":1767323045123} | heartbeat
          {"status":"BEGIN","id":"571:53195829","ts_ms":1767323045123,"event_count":null,"data_collections":null} | transaction
          {"status":"END","id":"571:53195832","ts_ms":1767323045123,"event_count":2,"data_collections":[{"data_collection":"a","event_count":1}]} | transaction
          {"source":{"ts_ms":1},"ts_ms":1,"databaseName":"shop","schemaName":null,"ddl":"create table a(b int)","tableChanges":[]} | schema change
          {"source":{"ts_ms":1},"ts_ms":1,"databaseName":"shop","schemaName":"public","ddl":null,"tableChanges":[{"type":"CREATE"}]} | schema change
          {"id":"1","aggregate_type":"Initial Snapshot","type":"STARTED","additional_data":{},"timestamp":1} | notification
          {"op":"t","before":null,"after":null,"source":{},"ts_ms":1} | truncate
          {"op":"m","ts_ms":1,"source":{"lsn":1},"message":{"prefix":"a","content":"AA=="}} | message
          """)
  void whatIsNoRowIsSkippedByWhatItIs(String document, String what) {
    assertEquals("skipped: " + what, refused(V, document));
    assertEquals("skipped: " + what, refused(V, "{\"schema\":null,\"payload\":" + document + "}"));
    assertEquals("skipped: " + what, refused(V, Json.withSchema(FIELDS, document)));
  }

  @Test
  void aTruncateIsARowWithoutValuesWhereTheContractSaysSo() {
    String truncate =
        "{\"op\":\"t\",\"before\":null,\"after\":null,\"source\":{\"ts_ms\":1,\"lsn\":5},\"ts_ms\":2}";
    Contract rows =
        contract(
            ", truncates: row",
            "name: op, path: _op, type: string",
            "name: lsn, path: _lsn, type: int64",
            "name: v, type: int32");
    for (String document : List.of(truncate, Json.withSchema(FIELDS, truncate))) {
      assertEquals(
          "{changed_at=1970-01-01T00:00:00.001Z, op=t, lsn=5, v=null}",
          row(rows, decode(rows, document)).toString());
    }
    UserException refused =
        assertThrows(
            UserException.class,
            () -> decoder(contract(", truncates: row", "name: v, type: int32, required: true")));
    assertTrue(refused.getMessage().contains("column v is required"), refused.getMessage());
  }

  @Test
  void aTombstoneIsSkipped() {
    assertEquals(Change.TOMBSTONE, decode(decoder(V), null));
    assertEquals("skipped: tombstone", refused(V, "{\"schema\":null,\"payload\":null}"));
    assertEquals(
        "skipped: tombstone", refused(V, "{\"schema\":{\"type\":\"struct\"},\"payload\":null}"));
    assertEquals("EMPTY : the record's value is empty", refused(V, " "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"v":1,"changed_at":"2026-01-01T00:00:00Z"} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"ts_ms":1,"v":1} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"ts_ms":1,"source":{}} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"ts_ms":1,"before":{}} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"ts_ms":1,"after":{}} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"op":null,"ts_ms":1,"after":{}} | MALFORMED op: no envelope of Debezium: it does not say which operation (op) it is
          {"op":"x","after":{}} | MALFORMED op: op is 'x', not c, u, d or r
          {"op":"cc","after":{}} | MALFORMED op: op is 'cc', not c, u, d or r
          {"op":"","after":{}} | MALFORMED op: op is '', not c, u, d or r
          {"op":1,"after":{}} | MALFORMED op: expected the letter of an operation, found 1
          {"op":"aaaaaaaaaaaaaaaaaaaaaaaaa"} | MALFORMED op: expected the letter of an operation, found the string "aaaaaaaaaaaaaaaaaaaaaaaaa"
          {"op":"u","after":null} | MALFORMED after: op is u, and there is no after
          {"op":"c","after":1} | MALFORMED after: expected an object, found 1
          {"op":"c","after":[]} | MALFORMED after: expected an object, found a list
          {"op":"d","before":null,"after":null} | MALFORMED before: op is d, and there is no before
          {"op":"d","before":{},"after":{}} | MALFORMED after: the row was deleted (op is d), and has a state after that
          {"op":"c","after":{},"ts_ms":"now"} | WRONG_TYPE ts_ms: expected a time as a whole number, found the string "now"
          {"op":"c","after":{},"source":{"ts_ms":true}} | WRONG_TYPE _source.ts_ms: expected a time as a whole number, found true
          {"op":"c","after":{}} | MISSING_FIELD _source_ts: required, and absent or null
          {"op":"c","after":{},"source":{"ts_us":9223372036854775807}} | BAD_EVENT_TIME _source_ts: expected a time of the years 1 to 9999, found the time +294247-01-10T04:00:54.775807Z
          {"op":"c","op":"c"} | DUPLICATE_KEY op: the name 'op' stands twice in one object
          {"op":"c","source":{"a":1,"a":2}} | DUPLICATE_KEY _source.a: the name 'a' stands twice in one object
          {"payload":{"op":"c","op":"c"}} | DUPLICATE_KEY op: the name 'op' stands twice in one object
          {"payload":1} | NOT_AN_OBJECT payload: expected an envelope of Debezium, found 1
          {"schema":null} | MALFORMED payload: no envelope of Debezium: a schema without a payload
          {"schema":{"type":"struct"}} | MALFORMED payload: no envelope of Debezium: a schema without a payload
          {"schema":{"type":"string"},"payload":"a"} | UNUSABLE_SCHEMA schema: the record's schema cannot be used: its type is "string", not struct
          {"schema":{"type":"struct","type":"struct"},"payload":{}} | DUPLICATE_KEY schema.type: the name 'type' stands twice in one object
          {"payload":{},"schema":{}} | UNUSABLE_SCHEMA schema: the record's schema cannot be used: its type is not said, not struct
          {"schema":{"type":"struct"},"payload":{}}} | TRAILING_DATA : something follows the document
          []  | NOT_AN_OBJECT : the document is a list, not an object
          """)
  void whatIsNoEnvelopeSaysWhatIsMissing(String document, String expected) {
    assertEquals(expected, refused(V, document));
  }

  @Test
  void theSchemaMayStandBehindThePayload() {
    Contract contract = contract("", "name: v, type: date");
    String schema = Json.schema(List.of(Json.field("v", "int32", "io.debezium.time.Date")));
    String envelope = create("{\"v\":1}");
    for (String document :
        List.of(
            "{\"schema\":" + schema + ",\"payload\":" + envelope + "}",
            " {\n\"schema\" : " + schema + " ,\t\"payload\" : " + envelope + "}",
            "{\"payload\":" + envelope + ",\"schema\":" + schema + "}",
            "{\"a\":1,\"schema\":" + schema + ",\"payload\":" + envelope + "}",
            "{\"schema\":null,\"payload\":" + envelope + "}",
            "{\"payload\":" + envelope + "}",
            envelope)) {
      assertEquals("1970-01-02", String.valueOf(value(contract, document)), document);
    }
  }

  /** A schema is known by its bytes: each record has what its own says. */
  @Test
  void recordsOfManySchemasAreReadByTheirOwn() {
    Contract contract = contract("", "name: v, type: \"decimal(38,20)\"");
    ValueDecoder decoder = decoder(contract);
    for (int round = 0; round < 3; round++) {
      for (int scale = 0; scale < 150; scale++) {
        String document =
            Json.withSchema(
                List.of(Json.field("f" + scale, "int32", ""), Json.decimal("v", scale % 20)),
                create("{\"v\":\"AQ==\"}"));
        Map<String, Object> row = row(contract, decode(decoder, document.getBytes(UTF_8)));
        assertEquals(
            java.math.BigDecimal.valueOf(1, scale % 20).setScale(20), row.get("v"), document);
      }
    }
  }

  @Test
  void fieldsOfTheRowThatNobodyNamedAreUnknownAndThoseOfTheEnvelopeAreNot() {
    TestDebezium.Events events = new TestDebezium.Events();
    Contract contract = contract("", "unknown_fields: ignore", List.of("name: v, type: int32"));
    ValueDecoder decoder = new DebeziumFormat().decoder(contract, Schemas.NONE, events);
    String update = Json.envelope("u", "{\"v\":1,\"w\":2}", "{\"v\":1,\"w\":2}");
    String delete = Json.envelope("d", "{\"v\":1,\"w\":2}", "null");
    for (String document : List.of(update, Json.withSchema(FIELDS, update), delete)) {
      events.unknown.clear();
      row(contract, decode(decoder, document.getBytes(UTF_8)));
      assertEquals(List.of("w"), events.unknown, document);
    }
    Contract strict = contract("", "unknown_fields: dead_letter", List.of("name: v, type: int32"));
    assertEquals("UNKNOWN_FIELD w: the contract does not name this field", refused(strict, update));
    assertEquals(1, value(strict, create("{\"v\":1}")));
    Contract parts =
        contract(
            "",
            "unknown_fields: dead_letter",
            List.of(
                "name: v, path: _before.v, type: int32",
                "name: w, type: int32",
                "name: id, path: _transaction.id, type: string",
                "name: op, path: _row._db, type: int32"));
    assertEquals(
        1,
        value(
            parts,
            Json.envelope("u", "{\"v\":1,\"w\":2}", "{\"w\":2,\"_op\":1,\"_db\":3}")
                .replace(
                    "\"transaction\":null", "\"transaction\":{\"id\":\"7\",\"total_order\":1}")));
  }

  @Test
  void aPlaceholderOfOnesOwnIsKnown() {
    Contract contract =
        contract(
            ", placeholder: '(same)'",
            "name: v, type: string",
            "name: n, path: _unavailable, type: json");
    assertEquals("[\"v\"]", row(contract, decode(contract, create("{\"v\":\"(same)\"}"))).get("n"));
    assertEquals(
        "__debezium_unavailable_value",
        value(contract, create("{\"v\":\"__debezium_unavailable_value\"}")));
  }

  @Test
  void jsonBehindAFrameIsReadToo() {
    Contract contract = contract(", framing: confluent", "name: v, type: int32");
    byte[] framed = TestDebezium.framed(9, create("{\"v\":1}").getBytes(UTF_8));
    assertEquals(1, row(contract, decode(decoder(contract), framed)).get("v"));
    assertTrue(decode(decoder(V), framed) instanceof Outcome.Rejected);
    assertEquals(Change.TOMBSTONE, decode(decoder(contract), null));
  }

  @Test
  void aDeeplyNestedOneIsTooDeep() {
    List<String> documents = new ArrayList<>();
    for (String bracket : List.of("[", "{\"a\":")) {
      String deep = bracket.repeat(5_000);
      documents.add(deep);
      documents.add(create("{\"v\":" + deep));
      documents.add("{\"schema\":" + deep);
      documents.add("{\"schema\":{\"type\":\"struct\",\"fields\":[" + deep + "]},\"payload\":{}}");
    }
    documents.add(
        "{\"schema\":"
            + "{\"type\":\"struct\",\"fields\":[".repeat(5_000)
            + "]}".repeat(5_000)
            + ",\"payload\":null}");
    for (String document : documents) {
      assertTrue(decode(V, document) instanceof Outcome.Rejected, document.substring(0, 40));
    }
    Contract json = contract("", "name: v, type: json");
    String text = "[".repeat(100) + "]".repeat(100);
    assertEquals("TOO_DEEP", refused(json, create("{\"v\":\"" + text + "\"}")).split(" ")[0]);
  }

  @Test
  void whatAContractCannotAskIsSaidBeforeAnyRecord() {
    assertRefused("which is for values: avro alone", ", schema: '{}'");
    assertRefused("needs the schema of the envelopes", ", values: avro, framing: none");
    assertRefused("with a frame each record names its own", ", values: avro, schema: '{}'");
    assertRefused(
        "the schema of format debezium cannot be used",
        ", values: avro, framing: none, schema: '{}'");
  }

  private static void assertRefused(String why, String keys) {
    UserException refused =
        assertThrows(UserException.class, () -> decoder(contract(keys, "name: v, type: int32")));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  @Test
  void aDocumentHasTheRowWithRealValues() {
    String document =
        Json.withSchema(
            List.of(Json.field("v", "int32", "io.debezium.time.Date"), Json.decimal("price", 2)),
            Json.envelope("u", "{\"v\":1}", "{\"v\":1,\"price\":\"AJY=\"}"));
    assertEquals(
        "{\"_db\":\"shop\",\"_lsn\":26,\"_op\":\"u\",\"_schema\":\"public\",\"_snapshot\":\"false\","
            + "\"_source_ts\":\"2026-01-02T03:04:05.123456789Z\",\"_table\":\"orders\","
            + "\"_ts\":\"2026-01-02T03:04:06.000001002Z\",\"_tx_id\":7,\"price\":1.50,\"v\":\"1970-01-02\"}",
        new DebeziumFormat()
            .document(document.getBytes(UTF_8), V, Schemas.NONE)
            .orElseThrow()
            .toString());
    assertTrue(
        new DebeziumFormat().document("{\"ts_ms\":1}".getBytes(UTF_8), V, Schemas.NONE).isEmpty());
  }
}
