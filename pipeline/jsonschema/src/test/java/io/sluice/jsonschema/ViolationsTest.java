package io.sluice.jsonschema;

import static io.sluice.jsonschema.TestSchemas.AT;
import static io.sluice.jsonschema.TestSchemas.contract;
import static io.sluice.jsonschema.TestSchemas.decode;
import static io.sluice.jsonschema.TestSchemas.decoder;
import static io.sluice.jsonschema.TestSchemas.framed;
import static io.sluice.jsonschema.TestSchemas.held;
import static io.sluice.jsonschema.TestSchemas.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema does not allow: where, why, and which of several it is. */
class ViolationsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "~{'properties':{'n':{'type':'integer'}}}~ # ~'n':'x'~ # ~SCHEMA_VIOLATION n: string found, integer expected (#/properties/n/type)~",
        "~{'properties':{'n':{'type':'integer'}}}~ # ~'n':1.0~ # ~~",
        "~{'properties':{'n':{'type':'integer'}}}~ # ~'n':1e3~ # ~~",
        "~{'properties':{'n':{'minimum':3}}}~ # ~'n':2.9999999999999999999999~ # ~SCHEMA_VIOLATION n: must have a minimum value of 3 (#/properties/n/minimum)~",
        "~{'properties':{'n':{'multipleOf':0.01}}}~ # ~'n':12345678901234567890.12~ # ~~",
        "~{'required':['x']}~ # ~'y':1~ # ~SCHEMA_VIOLATION : required property 'x' not found (#/required)~",
        "~{'properties':{'i':{'items':{'properties':{'p':{'enum':[1,2]}}}}}}~ # ~'i':[{'p':1},{'p':3}]~ # ~SCHEMA_VIOLATION i[1].p: does not have a value in the enumeration [1, 2] (#/properties/i/items/properties/p/enum)~",
        "~{'properties':{'at':{},'m':{'additionalProperties':{'type':'string'}}},'additionalProperties':false}~ # ~'m':{'k':'v'}~ # ~~",
        "~{'properties':{'at':{}},'additionalProperties':false}~ # ~'x':1~ # ~SCHEMA_VIOLATION : property 'x' is not defined in the schema and the schema does not allow additional properties (#/additionalProperties)~",
        "~{'oneOf':[{'required':['a']},{'properties':{'b':{'type':'string'}},'required':['b']}]}~ # ~'b':1~ # ~SCHEMA_VIOLATION : must be valid to one and only one schema, but 0 are valid (#/oneOf)~",
        "~{'properties':{'d':{'format':'date'},'e':{'format':'email'}}}~ # ~'d':'x','e':'y'~ # ~~",
        "~{'$schema':'http://json-schema.org/draft-07/schema#','properties':{'d':{'format':'date'}}}~ # ~'d':'x'~ # ~~",
        "~{'$schema':'http://json-schema.org/draft-04/schema#','properties':{'n':{'minimum':1,'exclusiveMinimum':true}}}~ # ~'n':1~ # ~SCHEMA_VIOLATION n: must have a minimum value of 1 (#/properties/n/minimum)~",
        "~{'$schema':'http://json-schema.org/draft-06/schema#','properties':{'n':{'exclusiveMinimum':1}}}~ # ~'n':1~ # ~SCHEMA_VIOLATION n: must have an exclusive minimum value of 1 (#/properties/n/exclusiveMinimum)~",
        "~{'$schema':'https://json-schema.org/draft/2019-09/schema','properties':{'l':{'items':[{'type':'string'}]}}}~ # ~'l':[1]~ # ~SCHEMA_VIOLATION l[0]: integer found, string expected (#/properties/l/items/0/type)~",
        "~{'properties':{'l':{'prefixItems':[{'type':'string'}]}}}~ # ~'l':[1]~ # ~SCHEMA_VIOLATION l[0]: integer found, string expected (#/properties/l/prefixItems/0/type)~",
        "~{'if':{'required':['a']},'then':{'required':['b']}}~ # ~'a':1~ # ~SCHEMA_VIOLATION : required property 'b' not found (#/then/required)~",
        "~true~ # ~'a':1~ # ~~",
        "~{'properties':{'v':{'pattern':'^[a-z]+$'}}}~ # ~'v':'A'~ # ~SCHEMA_VIOLATION v: does not match the regex pattern ^[a-z]+$ (#/properties/v/pattern)~",
        "~{'$id':'https://example.com/t.json','properties':{'n':{'type':'null'}}}~ # ~'n':1~ # ~SCHEMA_VIOLATION n: integer found, null expected (https://example.com/t.json#/properties/n/type)~",
      })
  void aDocumentIsWhatItsSchemaAllows(String schema, String fields, String expected) {
    assertEquals(expected, held(schema.replace('\'', '"'), fields.replace('\'', '"')));
  }

  @Test
  void aNameStandsInAPathAsItIs() {
    assertEquals(
        "SCHEMA_VIOLATION a/b.c.d: must be the constant value '1'"
            + " (#/properties/a~1b/properties/c.d/const)",
        held(
            "{\"properties\":{\"a/b\":{\"properties\":{\"c.d\":{\"const\":1}}}}}",
            "\"a/b\":{\"c.d\":2}"));
  }

  @Test
  void ofSeveralItIsTheFirstOfTheDocument() {
    String schema =
        """
        {"properties": {
          "a": {"type": "string"}, "b": {"required": ["x"], "properties": {"y": {"type": "string"}}},
          "c": {"items": {"type": "string"}}}}
        """;
    assertEquals(
        "SCHEMA_VIOLATION c[1]: integer found, string expected (#/properties/c/items/type)",
        held(schema, "\"c\":[\"x\",1,2],\"a\":1,\"b\":{}"));
    assertEquals(
        "SCHEMA_VIOLATION a: integer found, string expected (#/properties/a/type)",
        held(schema, "\"a\":1,\"c\":[\"x\",1,2],\"b\":{}"));
    assertEquals(
        "SCHEMA_VIOLATION b: required property 'x' not found (#/properties/b/required)",
        held(schema, "\"b\":{\"y\":1},\"a\":1"));
  }

  @Test
  void aSchemaMayReferToItself() {
    String schema =
        """
        {"properties": {"child": {"$ref": "#/$defs/node"}},
         "$defs": {"node": {"properties": {"v": {"type": "integer"}, "child": {"$ref": "#/$defs/node"}}}}}
        """;
    assertEquals("", held(schema, "\"child\":{\"v\":1,\"child\":{\"v\":2}}"));
    assertEquals(
        "SCHEMA_VIOLATION child.child.v: string found, integer expected"
            + " (#/$defs/node/properties/v/type)",
        held(schema, "\"child\":{\"v\":1,\"child\":{\"v\":\"x\"}}"));
    String deep = "\"child\":".concat("{\"child\":".repeat(50)).concat("1").concat("}".repeat(50));
    assertTrue(held(schema, deep).startsWith("TOO_DEEP "), held(schema, deep));
  }

  /** To the letter, whatever it is: the decoder is JSON's own. */
  @Test
  void whatJsonRefusesIsRefusedInItsWords() {
    String[] columns = {"name: n, type: int32", "name: d, type: date, required: true"};
    Contract json = contract("json", columns);
    Contract schema = contract("json_schema", columns);
    TestSchemas.Registry registry =
        new TestSchemas.Registry().with(1, "{\"required\":[\"never\"]}");
    for (String document :
        List.of(
            " ",
            "{",
            "[]",
            "null",
            "{" + AT + "}",
            "{" + AT + "}x",
            "{" + AT + ",\"n\":\"x\"}",
            "{" + AT + ",\"a\":1,\"a\":1}",
            "{" + AT + ",\"d\":\"2026-01-01\",\"n\":1" + "0".repeat(1001) + "}",
            "{" + AT + ",\"d\":\"2026-01-01\",\"deep\":" + "[".repeat(40) + "]".repeat(40) + "}")) {
      String expected =
          text(
              json,
              decode(
                  RecordFormat.of(json).decoder(json, Schemas.NONE, new TestSchemas.Events()),
                  document.getBytes(UTF_8)));
      assertEquals(expected, text(schema, decode(decoder(schema, registry), framed(1, document))));
      assertTrue(!expected.startsWith("SCHEMA_VIOLATION"), expected);
    }
  }

  @Test
  void fieldsThatNobodyNamesAreThoseOfJson() {
    Contract refusing =
        ContractParser.parse(
            """
            table: t
            topic: t
            event_time: at
            unknown_fields: dead_letter
            format: json_schema
            columns: [{name: at, type: timestamp, required: true}]
            """,
            "c.yaml");
    TestSchemas.Registry registry = new TestSchemas.Registry().with(1, "true");
    assertEquals(
        "UNKNOWN_FIELD x: the contract does not name this field",
        text(refusing, decode(decoder(refusing, registry), framed(1, "{" + AT + ",\"x\":1}"))));
    Contract counting = contract("json_schema");
    TestSchemas.Events events = new TestSchemas.Events();
    decode(
        RecordFormat.of(counting).decoder(counting, registry, events),
        framed(1, "{" + AT + ",\"x\":{\"y\":1}}"));
    assertEquals(List.of("x"), events.unknown);
  }

  @Test
  void aPatternThatGoesBackForTooLongIsGivenUp() {
    String schema = "{\"properties\":{\"v\":{\"pattern\":\"^(a|aa)+\\\\1?$\"}}}";
    assertEquals("", held(schema, "\"v\":\"" + "a".repeat(1_000) + "\""));
    assertEquals(
        "SCHEMA_VIOLATION : the pattern ^(a|aa)+\\1?$ goes back and forth in a value for too long, and is"
            + " given up",
        held(schema, "\"v\":\"" + "a".repeat(60) + "!\""));
    String deep = "{\"properties\":{\"v\":{\"pattern\":\"^(a|b)*$\"}}}";
    assertTrue(
        held(deep, "\"v\":\"" + "ab".repeat(40_000) + "\"").matches("|SCHEMA_VIOLATION : .*"));
    String names = "{\"patternProperties\":{\"^(a|aa)+\\\\1?$\":{}}}";
    assertTrue(held(names, "\"" + "a".repeat(60) + "!\":1").contains("goes back and forth"), names);
  }

  @Test
  void numbersThatNobodyShouldCalculateWithAreTooLarge() {
    assertEquals(
        "TOO_LARGE a[1].b: a number with an exponent beyond 2000, of which no schema can be asked",
        held("{}", "\"a\":[0,{\"b\":1e999999999}]"));
    assertEquals("", held("{\"properties\":{\"a\":{\"multipleOf\":3}}}", "\"a\":3e1990"));
  }

  @Test
  void messagesAreInOneLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(
          "SCHEMA_VIOLATION n: string found, integer expected (#/properties/n/type)",
          held("{\"properties\":{\"n\":{\"type\":\"integer\"}}}", "\"n\":\"x\""));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aMessageIsNotAsLongAsItsSchema() {
    String many = String.join(",", Stream.generate(() -> "\"value\"").limit(10_000).toList());
    assertTrue(
        held("{\"properties\":{\"v\":{\"enum\":[" + many + ",\"w\"]}}}", "\"v\":1").length() < 500);
  }

  @Test
  void manyViolationsAreAnAnswerInTime() {
    StringBuilder fields = new StringBuilder("\"m\":{\"f\":\"x\"");
    for (int i = 0; i < 5_000; i++) {
      fields.append(",\"f").append(i).append("\":").append(i);
    }
    assertEquals(
        "SCHEMA_VIOLATION m.f0: integer found, string expected"
            + " (#/properties/m/additionalProperties/type)",
        held(
            "{\"properties\":{\"m\":{\"additionalProperties\":{\"type\":\"string\"}}}}",
            fields.append("}").toString()));
  }

  @Test
  void aDecoderHoldsEachRecordAgainstItsOwnSchema() {
    Contract contract = contract("json_schema");
    TestSchemas.Registry registry = new TestSchemas.Registry();
    for (int id = 0; id < 250; id++) {
      registry.with(id, "{\"properties\":{\"n\":{\"const\":" + id + "}}}");
    }
    ValueDecoder decoder = decoder(contract, registry);
    for (int round = 0; round < 2; round++) {
      for (int id = 0; id < 250; id++) {
        assertEquals(
            "", text(contract, decode(decoder, framed(id, "{" + AT + ",\"n\":" + id + "}"))));
        assertTrue(
            text(contract, decode(decoder, framed(id, "{" + AT + ",\"n\":-1}")))
                .startsWith("SCHEMA_VIOLATION n: "));
      }
    }
  }
}
