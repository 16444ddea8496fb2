package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.sluice.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The JSON Schema that editors use says the same as the parser. */
class ContractSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode TEXT = text();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(TEXT);
  private static final String HEAD =
      "table: t\ntopic: t\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n";

  private static JsonNode text() {
    try {
      return JSON.readTree(ContractParser.jsonSchema());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Set<ValidationMessage> errors(String yaml) {
    return SCHEMA.validate(
        JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml)));
  }

  static List<Path> contractsOfTheRepository() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("sluice"))) {
      root = Objects.requireNonNull(root.getParent(), "the repository's root");
    }
    // Of a format that is a module's, whose tests read it.
    Path debezium = root.resolve("runners/local/debezium");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().contains("src/main/resources/io/sluice"))
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.startsWith(debezium))
          .toList();
    }
  }

  @Test
  void thereAreContractsToHoldItAgainst() throws IOException {
    assertTrue(contractsOfTheRepository().size() >= 4, contractsOfTheRepository().toString());
  }

  @ParameterizedTest
  @MethodSource("contractsOfTheRepository")
  void everyContractOfTheRepositoryIsValid(Path file) throws IOException {
    ContractParser.read(file);
    assertEquals(Set.of(), errors(Files.readString(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: x, type: string}",
        "{name: x, path: a.b.c d, type: 'decimal( 38 , 0 )', dictionary: false}",
        "{name: x, path: [a.b, $key], type: string}",
        "{name: x, path: 'a[0].b', type: {struct: [{name: y, path: $z, type: string}, {name: z, path: [a.b], type: string}]}}",
        "{name: x, type: timestamp(micros)}",
        "{name: x, type: timestamp(nanos), default: '2262-04-11T23:47:16.854774999Z'}",
        "{name: x, type: 'timestamp( nanos , epoch_s )'}",
        "{name: x, type: {map: {timestamp: {unit: nanos, formats: [iso8601, {pattern: 'uuuu-MM-dd HH:mm:ss.n', zone: UTC}]}}}}",
        "{name: x, type: {decimal: {precision: 38, scale: 9, written: base64}}, bloom_filter: true}",
        "{name: x, type: {list: {decimal: {precision: 3, scale: 0, written: unscaled}}}}",
        "{name: x, type: string, mask: {truncate: 3}}",
        "{name: x, type: {list: bytes}, mask: hash, from: value}",
        "{name: x, type: string, mask: {hmac: {env: KEY}}, from: headers.x}",
        "{name: x, type: string, from: topic}",
        "{name: x, type: time}",
        "{name: x, type: uuid, bloom_filter: true}",
        "{name: x, type: {map: {list: json}}}",
        "{name: x, type: 'timestamp(micros, epoch_ns)'}",
        "{name: x, type: {timestamp: {formats: [epoch_ns, {pattern: 'yyyy-MM-dd', zone: UTC}]}}}",
        "{name: x, type: {list: {timestamp: {unit: millis, formats: [{pattern: 'd MMM yyyy HH:mm Z'}]}}}}",
        "{name: x, type: 'timestamp(millis, epoch_us)', bloom_filter: true}",
        "{name: x, type: {list: {list: bytes}}}",
        "{name: x, type: {list: {struct: [{name: A, type: date, required: true}, {name: b, type: {struct: [{name: c, type: float}]}}]}}}"
      })
  void whatTheParserTakesIsValid(String column) {
    String yaml = HEAD + "  - " + column + "\nversion: 1.5\nmax_bytes: 268435456\nmax_depth: 500\n";
    Contract contract = ContractParser.parse(yaml, "c.yaml");
    assertEquals(Set.of(), errors(yaml));
    String record = ContractJson.of(contract);
    assertEquals(contract, ContractParser.parse(record, "record"));
    assertEquals(Set.of(), errors(record));
  }

  /**
   * Not here, for a schema cannot say it: names that differ only by case, paths within paths, an
   * event time that is no column, a zone that does not exist, a scale above its precision.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "- a\n",
        "table: t\n",
        HEAD + "colour: blue\n",
        HEAD + "format: avro\n",
        HEAD + "unknown_fields: explode\n",
        HEAD + "max_bytes: 0\n",
        HEAD + "max_bytes: 268435457\n",
        HEAD + "max_depth: 501\n",
        HEAD + "max_depth: many\n",
        HEAD + "position_columns: maybe\n",
        HEAD + "version: a/b\n",
        HEAD + "version: ''\n",
        HEAD + "version: [1]\n",
        "table: T\ntopic: t\nevent_time: at\ncolumns: [{name: at, type: timestamp, required: true}]\n",
        "table: t\ntopic: a b\nevent_time: at\ncolumns: [{name: at, type: timestamp, required: true}]\n",
        "table: t\ntopic: t\nevent_time: at\ncolumns: []\n",
        "table: t\ntopic: t\nevent_time: at\ncolumns: {name: at}\n",
        HEAD + "  - {name: x}\n",
        HEAD + "  - {type: string}\n",
        HEAD + "  - {name: _x, type: string}\n",
        HEAD + "  - {name: Event_Date, type: date}\n",
        HEAD + "  - {name: x, type: strnig}\n",
        HEAD + "  - {name: x, type: 'decimal(39,2)'}\n",
        HEAD + "  - {name: x, type: 'decimal(0,0)'}\n",
        HEAD + "  - {name: x, type: timestamp(picos)}\n",
        HEAD + "  - {name: x, type: {timestamp: {unit: picos, formats: [iso8601]}}}\n",
        HEAD + "  - {name: x, type: 'timestamp(millis, rfc822)'}\n",
        HEAD + "  - {name: x, path: a..b, type: string}\n",
        HEAD + "  - {name: x, path: [], type: string}\n",
        HEAD + "  - {name: x, path: [a, ''], type: string}\n",
        HEAD + "  - {name: x, path: [[a]], type: string}\n",
        HEAD + "  - {name: x, path: {a: b}, type: string}\n",
        HEAD + "  - {name: x, type: string, required: maybe}\n",
        HEAD + "  - {name: x, type: string, nullable: true}\n",
        HEAD + "  - {name: x, type: boolean, bloom_filter: true}\n",
        HEAD + "  - {name: x, type: {list: string}, bloom_filter: true}\n",
        HEAD + "  - {name: x, type: {list: string, of: string}}\n",
        HEAD + "  - {name: x, type: {set: string}}\n",
        HEAD + "  - {name: x, type: {struct: []}}\n",
        HEAD + "  - {name: x, type: {struct: [{name: y}]}}\n",
        HEAD + "  - {name: x, type: {decimal: {precision: 0, scale: 0, written: unscaled}}}\n",
        HEAD + "  - {name: x, type: {decimal: {precision: 3, scale: 0}}}\n",
        HEAD + "  - {name: x, type: {decimal: {precision: 3, scale: 0, written: octal}}}\n",
        HEAD + "  - {name: x, type: string, mask: blur}\n",
        HEAD + "  - {name: x, type: string, mask: {truncate: 0}}\n",
        HEAD + "  - {name: x, type: string, mask: {hmac: {env: A, file: B}}}\n",
        HEAD + "skip: [all]\n",
        HEAD + "when: []\n",
        HEAD + "when: [{path: a}]\n",
        HEAD + "when: [{path: a, from: key, is: b}]\n",
        HEAD + "when: [{is: b}]\n",
        HEAD + "when: [{path: a, is: b, in: [c]}]\n",
        HEAD + "when: [{path: a, in: []}]\n",
        HEAD + "when: [{from: offset, is: 1}]\n",
        HEAD + "when: [{path: a, is: null}]\n",
        HEAD + "when: [{path: a, in: [b, null]}]\n",
        HEAD + "unless: [[]]\n",
        HEAD + "unrouted: lost\n",
        HEAD + "dead_letters: {value: some}\n",
        HEAD + "dead_letters: drop\n",
        HEAD + "  - {name: x, type: {struct: [{name: y, type: string, path: a.b}]}}\n",
        HEAD + "  - {name: x, type: {struct: [{name: y, type: string, path: [a, b]}]}}\n"
      })
  void whatTheParserRefusesIsNotValid(String yaml) {
    assertThrows(UserException.class, () -> ContractParser.parse(yaml, "c.yaml"));
    assertFalse(errors(yaml).isEmpty(), yaml);
  }

  /** The parser names the keys that it knows where it meets one that it does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/properties | stranger: 1",
        "/$defs/column/properties | '  - {name: x, type: string, stranger: 1}'",
        "/$defs/field/properties | '  - {name: x, type: {struct: [{name: y, type: string, stranger: 1}]}}'",
      })
  void parserAndSchemaKnowTheSameKeys(String where, String yaml) {
    UserException e =
        assertThrows(UserException.class, () -> ContractParser.parse(HEAD + yaml + "\n", "c.yaml"));
    Matcher known =
        Pattern.compile("unknown key 'stranger' in .*; known are (.*)")
            .matcher(String.valueOf(e.getMessage()));
    assertTrue(known.find(), e.getMessage());
    Set<String> keys = new TreeSet<>();
    TEXT.at(where).fieldNames().forEachRemaining(keys::add);
    // What runs record is not offered to whoever writes a contract.
    keys.removeAll(Set.of("unless", "unrouted", "hides_others"));
    assertEquals(keys, new TreeSet<>(List.of(known.group(1).split(", "))));
  }

  @Test
  void whatIsSaidOfRecordsIsValid() {
    String yaml =
        HEAD
            + "  - {name: k, from: key, path: a.b, type: int64}\n"
            + "key_format: {name: json}\nskip: [tombstones, empty_values]\ndead_letters: {value: mask}\n"
            + "when: [{path: 'a[0].b', is: 1}, {from: headers.x, in: [a, true]}, {from: topic, starts_with: t}]\n"
            + "unless: [[{path: [a.b], exists: false}], [{from: key, not_in: [x]}]]\nunrouted: others\nexplode: [a, b.c]\n";
    assertEquals(Set.of(), errors(yaml));
    Contract contract = ContractParser.parse(yaml, "c.yaml");
    String record = ContractJson.of(contract);
    assertEquals(contract, ContractParser.parse(record, "record"));
    assertEquals(Set.of(), errors(record));
  }

  @Test
  void everyKeyIsDescribed() {
    for (String keys :
        List.of("/properties", "/$defs/column/properties", "/$defs/field/properties")) {
      for (JsonNode key : TEXT.at(keys)) {
        assertTrue(
            key.has("description") || key.has("$ref"), () -> keys + " has no description: " + key);
      }
    }
  }

  @Test
  void defaultsAreTheParsers() {
    Contract contract = ContractParser.parse(HEAD, "c.yaml");
    JsonNode keys = TEXT.path("properties");
    assertEquals(contract.version(), keys.path("version").path("default").asText());
    assertEquals(contract.maxBytes(), keys.path("max_bytes").path("default").asInt());
    assertEquals(contract.maxDepth(), keys.path("max_depth").path("default").asInt());
    assertEquals(
        contract.positionColumns(), keys.path("position_columns").path("default").asBoolean());
    assertEquals(
        contract.unknownFields().name(),
        keys.path("unknown_fields").path("default").asText().toUpperCase(java.util.Locale.ROOT));
    assertEquals(java.time.ZoneOffset.UTC, contract.zone());
    JsonNode column = TEXT.at("/$defs/column/properties");
    Column at = contract.columns().get(0);
    assertEquals(at.dictionary(), column.path("dictionary").path("default").asBoolean());
    assertEquals(at.bloomFilter(), column.path("bloom_filter").path("default").asBoolean());
  }
}
