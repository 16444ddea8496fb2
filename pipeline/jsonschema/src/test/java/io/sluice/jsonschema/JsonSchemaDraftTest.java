package io.sluice.jsonschema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Reading;
import io.sluice.decode.Outcome;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.GivenSchema;
import io.sluice.infer.SchemaContract;
import io.sluice.record.RowValues;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contracts that are drafted from JSON Schemas. */
class JsonSchemaDraftTest {
  private static final String SHIPMENT =
      """
      {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
       "properties": {
        "sent_at": {"type": "string", "format": "date-time", "description": "When it left."},
        "to": {"$ref": "#/definitions/address"},
        "parcels": {"type": "array", "items": {"type": "object", "required": ["grams"], "properties": {
          "grams": {"type": "integer", "minimum": 1, "maximum": 100000}, "a-b": {"type": "number"}}}},
        "previous": {"$ref": "#"},
        "price": {"type": "number", "multipleOf": 0.01},
        "key": {"oneOf": [{"type": "null"}, {"type": "string", "format": "uuid"}]},
        "labels": {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
        "x.y": {"type": ["string", "integer"]},
        "$price": {"type": "boolean"},
        "payment": {"oneOf": [
          {"properties": {"card": {"type": "string"}, "at": {"type": "string", "format": "date"}}, "required": ["card", "at"]},
          {"properties": {"iban": {"type": "string"}, "at": {"type": "string", "format": "date"}}, "required": ["iban", "at"]}]},
        "never": false},
       "required": ["sent_at", "parcels", "key", "payment"],
       "definitions": {"address": {"type": "object", "required": ["country"], "properties": {
         "country": {"enum": ["DE", "FR"]}}}}}
      """;

  private static SchemaContract draft(String schema, RegisteredSchema.Reference... references) {
    return SchemaContract.of(
        new GivenSchema(
            "--subject=shipments-value",
            "the newest schema of subject shipments-value",
            "shipments",
            new RegisteredSchema(RegisteredSchema.JSON, schema, List.of(references)),
            Framing.Kind.CONFLUENT,
            null),
        DraftRequest.OF_SAMPLE,
        null,
        null,
        Schemas.NONE);
  }

  @Test
  void eachPropertyHasItsTypeAndWhatTheSchemaSaysOfIt() {
    assertEquals(
        """
        # yaml-language-server: $schema=contract.schema.json
        # Drafted from the newest schema of subject shipments-value: documents of JSON Schema. No record was looked at: read it before you use it.
        version: 1
        table: shipments
        topic: shipments
        format: json_schema
        # sent_at is a time that the schema requires; there is no other time.
        event_time: sent_at
        unknown_fields: ignore
        columns:
          # When it left.
          - {name: sent_at, type: timestamp, required: true}
          # one of DE, FR
          - {name: to_country, path: to.country, type: string}
          - {name: parcels, type: {list: {struct: [{name: grams, type: int32, required: true}, {name: a_b, path: a-b, type: double}]}}, required: true}
          # contains itself: the JSON text of it
          - {name: previous, type: json}
          - {name: price, type: "decimal(38,2)"}
          - {name: key, type: uuid}
          - {name: labels, type: {map: int64}}
          # of several types: the JSON text of each value
          - {name: x_y, path: [x.y], type: json}
          - {name: price_2, path: ["$price"], type: boolean}
          - {name: payment_card, path: payment.card, type: string}
          - {name: payment_at, path: payment.at, type: date, required: true}
          - {name: payment_iban, path: payment.iban, type: string}
        # Not in it:
        #   "never": no document may have it
        """,
        draft(SHIPMENT).yaml());
  }

  @Test
  void whatTheSchemaAllowsComesOutAtItsColumns() {
    Contract contract = draft(SHIPMENT).contract();
    String json =
        """
        {"sent_at": "2026-01-02T03:04:05Z", "to": {"country": "FR"}, "parcels": [{"grams": 5, "a-b": 0.5}],
         "previous": {"sent_at": "2026-01-01T00:00:00Z", "parcels": [], "key": null, "payment": {"iban": "i", "at": "2026-01-01"}},
         "price": 12.34, "key": "0b4b1c55-7a0e-4a39-8c1e-000000000001", "labels": {"a": 1, "b": null}, "x.y": 7,
         "$price": true, "payment": {"card": "c", "at": "2026-01-02"}}
        """;
    TestSchemas.Registry registry = new TestSchemas.Registry().with(4, SHIPMENT);
    Outcome outcome =
        TestSchemas.decode(TestSchemas.decoder(contract, registry), TestSchemas.framed(4, json));
    Outcome.Accepted accepted =
        assertInstanceOf(Outcome.Accepted.class, outcome, () -> String.valueOf(outcome));
    List<Object> row =
        new RowValues(contract.columns()).row(accepted.values(), "s", 0, 0, -1).getValues();
    assertEquals("FR", row.get(1));
    assertTrue(String.valueOf(row.get(2)).contains("0.5"), String.valueOf(row));
    assertTrue(String.valueOf(row.get(3)).contains("\"iban\":\"i\""), String.valueOf(row));
    assertEquals(new BigDecimal("12.34"), row.get(4));
    assertEquals(1L, ((Map<?, ?>) row.get(6)).get("a"));
    assertEquals("7", row.get(7));
    assertEquals(true, row.get(8));
    assertEquals("c", row.get(9));
    assertEquals(null, row.get(11));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"type\":\"integer\"}' | int64",
        "'{\"type\":\"integer\",\"minimum\":0,\"maximum\":18446744073709551615}' |"
            + " '\"decimal(38,0)\"'",
        "'{\"type\":[\"integer\",\"null\"],\"minimum\":-5,\"maximum\":5}' | int32",
        "'{\"type\":\"number\"}' | double",
        "'{\"type\":[\"number\",\"integer\"]}' | double",
        "'{\"enum\":[1,2,3]}' | int32",
        "'{\"enum\":[\"a\",null]}' | string",
        "'{\"const\":true}' | boolean",
        "'{\"enum\":[1,\"a\"]}' | json",
        "'{\"type\":\"string\",\"format\":\"date\"}' | date",
        "'{\"type\":\"string\",\"format\":\"time\"}' | string",
        "'{\"type\":\"string\",\"format\":\"email\"}' | string",
        "'{\"type\":\"string\",\"contentEncoding\":\"base64\"}' | bytes",
        "'{\"format\":\"date-time\"}' | timestamp",
        "'true' | json",
        "'{}' | json",
        "'{\"type\":\"object\"}' | json",
        "'{\"type\":\"array\"}' | {list: json}",
        "'{\"items\":{\"type\":\"string\"}}' | {list: string}",
        "'{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"}]}' | json",
        "'{\"type\":\"object\",\"patternProperties\":{\"^x\":{\"type\":\"boolean\"}}}' | {map:"
            + " boolean}",
        "'{\"type\":\"object\",\"additionalProperties\":{}}' | {map: json}",
        "'{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"number\"}]}' | json",
        "'{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],\"description\":\"d\"}' | string",
        "'{\"allOf\":[{\"type\":\"number\"},{\"type\":\"integer\",\"minimum\":0}]}' | int64",
        "'{\"$ref\":\"#/$defs/e\"}' | string",
        "'{\"$ref\":\"#anchored\"}' | boolean",
        "'{\"$ref\":\"other.json\"}' | date",
        "'{\"$ref\":\"other.json#/$defs/n\"}' | int64",
        "'{\"$ref\":\"#/$defs/list\"}' | {list: json}",
        "'{\"$ref\":\"#/$defs/value\"}' | json",
        "'{\"$ref\":\"#/$defs/map\"}' | {map: json}",
        "'{\"$ref\":\"#/$defs/loop\"}' | json",
      })
  void aSchemaIsAColumns(String schema, String type) {
    String whole =
        "{\"type\":\"object\",\"properties\":{\"v\":"
            + schema
            + "},\"$defs\":{\"e\":{\"enum\":[\"a\"]},\"b\":{\"$anchor\":\"anchored\",\"type\":\"boolean\"},"
            + "\"list\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/list\"}},"
            + "\"map\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/map\"}},"
            + "\"loop\":{\"anyOf\":[{\"type\":\"string\"},{\"allOf\":[{\"$ref\":\"#/$defs/loop\"}]}]},"
            + "\"value\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/value\"}}]}}}";
    String yaml =
        draft(
                whole,
                new RegisteredSchema.Reference(
                    "other.json",
                    "{\"type\":\"string\",\"format\":\"date\",\"$defs\":{\"n\":{\"type\":\"integer\"}}}"))
            .yaml();
    assertTrue(yaml.contains("- {name: v, type: " + type), yaml);
  }

  @Test
  void aFormatOfOtherRecordsIsRefusedAndAFrameIsNamed() {
    GivenSchema given =
        new GivenSchema(
            "--subject=s",
            "the newest schema of subject s",
            "s",
            new RegisteredSchema(RegisteredSchema.JSON, SHIPMENT, List.of()),
            Framing.Kind.CONFLUENT,
            null);
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                SchemaContract.of(
                    given, new DraftRequest(null, "string", null), null, null, Schemas.NONE));
    assertTrue(e.getMessage().contains("and no schema of the records of format string"));
    SchemaContract json =
        SchemaContract.of(given, new DraftRequest(null, "json", null), "t", null, Schemas.NONE);
    assertEquals("json", json.format());
    assertTrue(json.notes().get(0).contains("have no frame"), json.notes().toString());
  }

  /** A contract's file has at most 1 MiB, comments and all. */
  @Test
  void aDraftThatIsTooLargeForAContractIsRefused() {
    StringBuilder properties = new StringBuilder();
    for (int i = 0; i < 900; i++) {
      properties.append(i == 0 ? "" : ",").append("\"n").append(i).append("x".repeat(1_200));
      properties.append("\":{\"type\":\"integer\"}");
    }
    String schema = "{\"type\":\"object\",\"properties\":{%s}}";
    UserException e =
        assertThrows(UserException.class, () -> draft(schema.formatted(properties + "")));
    assertEquals(
        "--subject=shipments-value: the draft of it is larger than 1 MiB, which no contract may be:"
            + " draft from a schema with fewer fields, or from a sample of the topic",
        e.getMessage());
    SchemaContract small = draft(schema.formatted("\"n\":{\"type\":\"integer\"}"));
    assertEquals(2, small.columns());
    assertEquals(2, small.contract().columns().size());
  }

  /** Each level is two of the next, and none is of fields, which alone are looked into later. */
  @Test
  void branchesWithoutNumberAreADraftWithAnEnd() {
    StringBuilder levels = new StringBuilder("\"l60\":{\"type\":\"string\"}");
    for (int i = 0; i < 60; i++) {
      String items = "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/l" + (i + 1) + "\"}}";
      levels.append(",\"l" + i + "\":{\"oneOf\":[" + items + "," + items + "]}");
    }
    SchemaContract draft =
        draft("{\"properties\":{\"v\":{\"$ref\":\"#/$defs/l0\"}},\"$defs\":{" + levels + "}}");
    assertEquals(2, draft.columns(), "with Kafka's own time, as contract check counts");
    assertTrue(draft.yaml().contains("  - {name: v, type: {list: {list: "), draft.yaml());
    String wide = levels.toString().replace("]}", ",{\"type\":\"array\"},{\"type\":\"null\"}]}");
    SchemaContract ofWide =
        draft("{\"properties\":{\"v\":{\"$ref\":\"#/$defs/l0\"}},\"$defs\":{" + wide + "}}");
    assertEquals(ofWide.contract().columns().size(), ofWide.columns());
    assertEquals(2, ofWide.columns());
  }

  private static List<String> columns(SchemaContract draft) {
    return draft.contract().columns().stream()
        .filter(column -> !column.reading().from().equals(Reading.From.RECORD_TIME))
        .map(
            column ->
                column.name()
                    + " "
                    + ContractJson.text(column.type())
                    + (column.required() ? " required" : ""))
        .toList();
  }

  /** A property that some documents have is a column, and none of which each has it. */
  @Test
  void whatADocumentHasWhereAConditionHoldsIsAColumnThatIsNotRequired() {
    String schema =
        """
        {"type": "object", "required": ["kind"],
         "properties": {"kind": {"enum": ["card", "iban"]}, "at": {"type": "string"}},
         "if": {"properties": {"kind": {"const": "card"}}},
         "then": {"properties": {"number": {"type": "integer"}, "at": {"format": "date-time"}}, "required": ["number"]},
         "else": {"$ref": "#/$defs/iban"},
         "dependentSchemas": {"at": {"properties": {"seller": {"type": "string"}, "number": {"type": "string"}}}},
         "$defs": {"iban": {"properties": {"iban": {"type": "string"}, "again": {"$ref": "#"}},
           "allOf": [{"if": {"required": ["bic"]}, "then": {"properties": {"bic": {"type": "string"}}},
             "else": {"$ref": "#/$defs/iban"}}]}}}
        """;
    assertEquals(
        List.of(
            "kind string required",
            "at string",
            "number json",
            "iban string",
            "again json",
            "bic string",
            "seller string"),
        columns(draft(schema)));
    assertEquals(
        List.of("number int64", "b json"),
        columns(
            draft(
                "{\"type\": \"object\", \"then\": {\"properties\": {\"number\": {\"type\": \"integer\"}}},"
                    + " \"dependencies\": {\"a\": {\"properties\": {\"b\": {}}}, \"c\": [\"d\"]}}")));
  }

  /** Fields whose names are data, beside others, have no column: the draft says so. */
  @Test
  void whatIsAllowedBesidePropertiesIsSaid() {
    String value = "{\"properties\":{\"x\":{\"type\":\"integer\"}},%s}";
    String open = value.formatted("\"additionalProperties\":{\"type\":\"string\"}");
    String schema =
        "{\"type\":\"object\",\"properties\":{\"a\":"
            + open
            + ",\"list\":{\"items\":"
            + open
            + "},\"any\":"
            + value.formatted("\"additionalProperties\":true,\"unevaluatedProperties\":{}")
            + ",\"none\":"
            + value.formatted("\"additionalProperties\":false,\"patternProperties\":{\"^y\":false}")
            + "},\"patternProperties\":{\"^x-\":{\"type\":\"string\"}},"
            + "\"unevaluatedProperties\":{\"type\":\"integer\"}}";
    SchemaContract draft = draft(schema);
    assertEquals(
        List.of(
            "\"a.*\": fields of other names, by additionalProperties",
            "\"*\": fields of other names, by patternProperties ^x- and unevaluatedProperties"),
        draft.leftOut());
    assertTrue(
        draft
            .yaml()
            .contains(
                "  # without fields of other names, by additionalProperties\n  - {name: list,"),
        draft.yaml());
  }

  @Test
  void theContractOfAFileNamesItAndAnyFormatOfJsonMayHaveItsColumns(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("shipment.schema.json"), SHIPMENT);
    Path out = folder.resolve("c.yaml");
    SchemaContract draft =
        SchemaContract.ofFile(file, new DraftRequest(null, null, out.toString()), null, null);
    assertEquals(
        "{name: json_schema, framing: none, schema: {file: shipment.schema.json}}", draft.format());
    assertEquals("shipment", draft.contract().table());
    Files.writeString(out, draft.yaml());
    assertEquals(draft.contract(), ContractParser.read(out));
    SchemaContract plain =
        SchemaContract.ofFile(file, new DraftRequest(null, "json", null), null, null);
    assertEquals("json", plain.contract().format().name());
    assertEquals(draft.contract().columns(), plain.contract().columns());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"absent.json\"}}}' | it refers to"
            + " absent.json",
        "'{\"type\":\"string\",\"$schema\":\"http://json-schema.org/draft-07/schema#\"}' | its root"
            + " has no properties",
        "'{\"properties\":{\"a\":{\"type\":5}}}' | it is no schema of",
        "'{\"properties\":{\"\":{\"type\":\"string\"}}}' | a path cannot say a name that is empty",
      })
  void whatNoContractIsDraftedFromIsSaidInOneLine(String schema, String said, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), schema);
    UserException e =
        assertThrows(
            UserException.class,
            () -> SchemaContract.ofFile(file, DraftRequest.OF_SAMPLE, null, null));
    assertTrue(e.getMessage().contains(said), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
