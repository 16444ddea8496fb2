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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.RegisteredSchema.Reference;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which schemas there are, and what they may refer to. */
class SchemasTest {
  private static final String UNUSABLE = "UNUSABLE_SCHEMA : the record's schema 1 cannot be used: ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "~{~ # ~it is no JSON: the document ends too early~",
        "~{'a':1,'a':1}~ # ~it is no JSON: Duplicate field 'a' at line 1, column 11~",
        "~[]~ # ~it is no schema: it is neither an object nor true or false~",
        "~3~ # ~it is no schema: it is neither an object nor true or false~",
        "~{'type':'strin'}~ # ~it is no schema of https://json-schema.org/draft/2020-12/schema: at /type ~",
        "~{'$schema':'http://json-schema.org/draft-07/schema#','required':true}~ # ~it is no schema of http://json-schema.org/draft-07/schema#: at /required ~",
        "~{'$schema':'https://example.com/meta'}~ # ~its $schema is \"https://example.com/meta\", and known are drafts 4, 6, 7, 2019-09 and 2020-12~",
        "~{'$schema':7}~ # ~its $schema is 7, and known are~",
        "~{'pattern':'['}~ # ~its pattern [ is none that Java knows: Unclosed character class~",
        "~{'$ref':'#/$defs/nope'}~ # ~Reference /$defs/nope cannot be resolved~",
        "~{'$ref':'#'}~ # ~it refers to itself without an end~",
        "~{'properties':{'x':{'$ref':'https://example.com/a.json'}}}~ # ~it refers to https://example.com/a.json, which is none of its references in the registry, and nothing is fetched~",
        "~{'properties':{'x':{'$ref':'other.json#/x'}}}~ # ~it refers to other.json, which is none~",
        "~{'items':{'anyOf':[{'$ref':'file:///etc/passwd'}]}}~ # ~it refers to file:///etc/passwd, which is none~",
        "~{'$ref':'classpath:logback-test.xml'}~ # ~it refers to classpath:logback-test.xml, which is none~",
        "~{'$ref':'resource:logback-test.xml'}~ # ~it refers to resource:logback-test.xml, which is none~",
        "~{'$ref':'jar:file:/x.jar!/y'}~ # ~it refers to jar:file:/x.jar!/y, which is none~",
      })
  void oneThatCannotBeUsedIsSaidToBe(String schema, String why) {
    String text = held(schema.replace('\'', '"'), "\"x\":1");
    assertTrue(text.startsWith(UNUSABLE + why), text);
    assertFalse(text.matches(".*(Exception|REDACTED|networknt|fasterxml).*"), text);
    assertEquals(1, text.lines().count(), text);
  }

  /** Neither when it is compiled nor with a record. */
  @Test
  void nothingIsFetched() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(200);
      String url = "http://127.0.0.1:" + server.getLocalPort() + "/a.json";
      for (String schema :
          List.of(
              "{\"$ref\":\"" + url + "\"}",
              "{\"$schema\":\"" + url + "\"}",
              "{\"$id\":\"" + url + "\",\"$ref\":\"b.json\"}",
              "{\"$dynamicRef\":\"" + url + "#x\"}")) {
        assertTrue(held(schema, "").startsWith(UNUSABLE), schema);
      }
      assertThrows(SocketTimeoutException.class, server::accept);
    }
  }

  @Test
  void aSchemaOfTheLanguageMayBeReferredTo() {
    String schema =
        "{\"properties\":{\"s\":{\"$ref\":\"http://json-schema.org/draft-07/schema#\"}}}";
    assertEquals("", held(schema, "\"s\":{\"type\":\"string\"}"));
    assertTrue(held(schema, "\"s\":{\"type\":1}").startsWith("SCHEMA_VIOLATION s.type: "));
  }

  @ParameterizedTest
  @CsvSource({
    // Without an $id, by a relative name, by one with a path, and by a whole IRI.
    "'', customer.json, customer.json",
    "'', io.example.Customer, io.example.Customer",
    "'', common/customer.json, common/customer.json",
    "'', https://example.com/customer.json, https://example.com/customer.json",
    "https://example.com/orders.json, customer.json, customer.json",
    "https://example.com/orders.json, https://example.com/customer.json, customer.json",
    "orders.json, customer.json, customer.json",
  })
  void itsReferencesComeFromTheRegistry(String id, String name, String ref) {
    String schema =
        "{"
            + (id.isEmpty() ? "" : "\"$id\":\"" + id + "\",")
            + "\"properties\":{\"c\":{\"$ref\":\""
            + ref
            + "\"}}}";
    Reference customer =
        new Reference(
            name,
            "{\"properties\":{\"country\":{\"$ref\":\"#/$defs/c\"}},\"$defs\":{\"c\":{\"type\":\"string\"}}}");
    assertEquals("", held(schema, "\"c\":{\"country\":\"DE\"}", customer));
    String violation = held(schema, "\"c\":{\"country\":1}", customer);
    assertTrue(
        violation.startsWith("SCHEMA_VIOLATION c.country: integer found, string expected ("),
        violation);
  }

  @Test
  void aReferenceMayReferToAnotherOne() {
    Reference country = new Reference("country.json", "{\"enum\":[\"DE\"]}");
    Reference customer =
        new Reference(
            "customer.json",
            "{\"$id\":\"https://example.com/x/customer.json\",\"properties\":{\"country\":{\"$ref\":\"country.json\"}}}");
    String schema = "{\"properties\":{\"c\":{\"$ref\":\"customer.json\"}}}";
    assertEquals("", held(schema, "\"c\":{\"country\":\"DE\"}", country, customer));
    assertTrue(
        held(schema, "\"c\":{\"country\":\"FR\"}", country, customer)
            .startsWith("SCHEMA_VIOLATION c.country: does not have a value in the enumeration"));
    assertTrue(
        held(schema, "", new Reference("customer.json", "{"))
            .startsWith(UNUSABLE + "its reference customer.json is no JSON: "));
  }

  @Test
  void whatTheRegistryHasNotIsNotFound() {
    Contract contract = contract("json_schema");
    assertEquals(
        "SCHEMA_NOT_FOUND : the registry has no schema 3",
        text(
            contract,
            decode(decoder(contract, new TestSchemas.Registry()), framed(3, "{" + AT + "}"))));
    TestSchemas.Registry avro =
        new TestSchemas.Registry()
            .with(
                SchemaId.of(1),
                new RegisteredSchema(RegisteredSchema.AVRO, "\"string\"", List.of()));
    assertEquals(
        UNUSABLE + "it is of type AVRO, not JSON",
        text(contract, decode(decoder(contract, avro), framed(1, "{" + AT + "}"))));
  }

  @Test
  void aSchemaIsCompiledOnce() {
    Contract contract = contract("json_schema");
    TestSchemas.Registry registry = new TestSchemas.Registry().with(1, "true").with(2, "3");
    ValueDecoder decoder = decoder(contract, registry);
    for (int i = 0; i < 10; i++) {
      assertEquals("", text(contract, decode(decoder, framed(1, "{" + AT + "}"))));
      assertTrue(
          text(contract, decode(decoder, framed(2, "{" + AT + "}"))).startsWith("UNUSABLE_SCHEMA"));
    }
    assertEquals(2, registry.asked);
  }

  @TempDir Path folder;

  private Contract unframed(String keys, String schema) throws IOException {
    Files.writeString(folder.resolve("t.json"), schema);
    return ContractParser.parse(
        "table: t\ntopic: t\nevent_time: at\nformat: {name: json_schema"
            + keys
            + "}\ncolumns: [{name: at, type: timestamp, required: true}]",
        folder.resolve("c.yaml").toString());
  }

  @Test
  void withoutAFrameTheContractHasTheSchema() throws IOException {
    Contract contract =
        unframed(", framing: none, schema: {file: t.json}", "{\"required\":[\"x\"]}");
    ValueDecoder decoder = decoder(contract, Schemas.NONE);
    assertEquals("", text(contract, decode(decoder, ("{" + AT + ",\"x\":1}").getBytes(UTF_8))));
    assertEquals(
        "SCHEMA_VIOLATION : required property 'x' not found (#/required)",
        text(contract, decode(decoder, ("{" + AT + "}").getBytes(UTF_8))));
    assertEquals("EMPTY", text(contract, decode(decoder, null)).substring(0, 5));
    assertTrue(new JsonSchemaFormat().isJson(contract));
    assertFalse(new JsonSchemaFormat().isJson(contract("json_schema")));
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnyRecord() throws IOException {
    assertRefused("needs the schema of the documents", unframed(", framing: none", ""));
    assertRefused("leave schema out", unframed(", schema: {file: t.json}", "{}"));
    assertRefused(
        "the schema of format json_schema cannot be used: it is no schema",
        unframed(", framing: none, schema: {file: t.json}", "[]"));
    assertRefused(
        "it refers to a.json, which is none of its references",
        unframed(", framing: none, schema: {file: t.json}", "{\"$ref\":\"a.json\"}"));
  }

  private static void assertRefused(String why, Contract contract) {
    UserException refused =
        assertThrows(UserException.class, () -> decoder(contract, Schemas.NONE));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  private static String section() throws IOException {
    String text = Files.readString(Path.of("../../docs/contract.md"));
    String section = text.substring(text.indexOf("### json_schema"));
    return section.substring(0, section.indexOf("\n## "));
  }

  /** The example of docs/contract.md: its contract, its schema, and what it says of a document. */
  @Test
  void theDocumentedExampleIsReadAsItSays() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = Pattern.compile("(?s)```(?:yaml|json)\n(.*?)```").matcher(section());
    while (block.find()) {
      blocks.add(block.group(1));
    }
    Contract contract = ContractParser.parse(blocks.get(0), "shipments.yaml");
    ValueDecoder decoder = decoder(contract, new TestSchemas.Registry().with(1, blocks.get(1)));
    String time = "{\"sent_at\":\"2026-01-02T03:04:05Z\",";
    String row =
        text(
            contract,
            decode(
                decoder,
                framed(1, time + "\"to\":{\"country\":\"DE\"},\"parcels\":[{\"grams\":7}]}")));
    assertTrue(row.startsWith("DE|[{") && row.contains("grams: 7"), row);
    String violation =
        text(
            contract,
            decode(decoder, framed(1, time + "\"parcels\":[{\"grams\":7},{\"grams\":0}]}")));
    Matcher said = Pattern.compile("SCHEMA_VIOLATION (.*): (.*)").matcher(violation);
    assertTrue(said.matches(), violation);
    assertTrue(section().contains("`" + said.group(1) + "`, `" + said.group(2) + "`"), violation);
  }

  @Test
  void theDocsHaveEachKey() throws IOException {
    for (KeySpec key : new JsonSchemaFormat().keys()) {
      assertTrue(section().contains("| `" + key.name() + "` | " + key.fallback()), key::name);
    }
  }
}
