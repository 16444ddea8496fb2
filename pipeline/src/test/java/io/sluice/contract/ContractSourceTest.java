package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.kafka.KafkaSource;
import io.sluice.source.Source;
import io.sluice.source.SourceKind;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code source:} names a kind and its keys; {@code topic:} alone goes on to mean Kafka's. */
class ContractSourceTest {
  private static final String LISTS = "source: {name: lists, of: a}\n";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String yaml(String source) {
    return "table: t\n"
        + source
        + "event_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n";
  }

  private static Contract contract(String source) {
    return ContractParser.parse(yaml(source), "c.yaml");
  }

  @Test
  void aTopicAloneIsTheSameContractAsOneInASource() {
    Contract alone = contract("topic: events\n");
    assertEquals("kafka", alone.source().name());
    assertEquals("events", alone.source().keys().text("topic"));
    assertEquals(alone, contract("source: {name: kafka, topic: events}\n"));
  }

  /** What a lake has recorded is this text; an older version reads it, too. */
  @Test
  void theRecordOfAContractWithATopicIsAsItWas() {
    for (String source : List.of("topic: events\n", "source: {name: kafka, topic: events}\n")) {
      assertTrue(
          ContractJson.of(contract(source))
              .startsWith(
                  """
                  {
                    "version" : "1",
                    "table" : "t",
                    "topic" : "events",
                    "format" : "json",
                  """
                      .stripTrailing()),
          source);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"topic: events\n", LISTS, "source: {name: lists, of: a, order: by_time}\n"})
  void aContractIsReadBackFromItsRecord(String source) {
    Contract contract = contract(source);
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "record"));
  }

  @Test
  void theKindThatIsNamedReads() {
    SluiceOptions options = PipelineOptionsFactory.as(SluiceOptions.class);
    options.setBootstrapServers("127.0.0.1:1");
    assertEquals("a", SourceKind.find(contract(LISTS), options).name());
    Source kafka = SourceKind.find(contract("topic: events\n"), options);
    assertInstanceOf(KafkaSource.class, kafka);
    assertEquals("events", kafka.name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "'' ~ c.yaml:1: the contract has no 'topic': write topic: user-actions",
        "topic: a b ~ c.yaml:2: topic 'a b' must be a Kafka topic's name, or /PATTERN/ for each that fits it",
        "source: kafka ~ c.yaml:2: source kafka has no 'topic': write topic: user-actions",
        "source: {topic: t} ~ c.yaml:2: source has no 'name'",
        "source: {name: files} ~ c.yaml:2: source is one of kafka, lists, not 'files'",
        "source: {name: lists} ~ c.yaml:2: source lists has no 'of': write of: events",
        "source: {name: lists, of: a, topic: t} ~ c.yaml:2: unknown key 'topic' in source; known are name, of, order",
        "source: {name: lists, of: a, order: up} ~ c.yaml:2: order is one of as_sent, by_time, not 'up'",
        "source: {name: lists, of: a}\\ntopic: t ~ c.yaml:3: topic stands beside source: write it within source, or leave source out"
      })
  void whatIsWrongIsNamedAndNotValidInAnEditor(String source, String message) throws IOException {
    String text = source.isEmpty() ? "" : source.replace("\\n", "\n") + "\n";
    assertEquals(message, assertThrows(UserException.class, () -> contract(text)).getMessage());
    assertFalse(isValid(yaml(text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic: t\n", "source: {name: kafka, topic: t}\n", LISTS})
  void whatTheParserTakesIsValidInAnEditor(String source) throws IOException {
    contract(source);
    assertTrue(isValid(yaml(source)));
  }

  private static boolean isValid(String yaml) throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(JSON.readTree(ContractParser.jsonSchema()));
    Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return schema.validate(JSON.valueToTree(document)).isEmpty();
  }

  @Test
  void anotherSourceOrAnotherValueOfItsKeysIsAChangeToKnowOf() {
    Contract topic = contract("topic: events\n");
    assertEquals(List.of("topic events -> others"), changes(topic, contract("topic: others\n")));
    assertEquals(List.of("source kafka -> lists"), changes(topic, contract(LISTS)));
    assertEquals(
        List.of("source.of a -> b"),
        changes(contract(LISTS), contract("source: {name: lists, of: b}\n")));
    assertTrue(ContractDiff.sameMeaning(topic, contract(LISTS)));
  }

  private static List<String> changes(Contract older, Contract newer) {
    ContractDiff diff = ContractDiff.of(older, newer);
    assertTrue(diff.isCompatible());
    return diff.changes().stream().map(change -> change.what() + " " + change.change()).toList();
  }

  /** What a broker takes is the source's to say, and lists take anything. */
  @Test
  void onlyASourceWithALimitWarnsOfGreaterRecords() {
    assertEquals(List.of("max-bytes"), rules("topic: t\nmax_bytes: 9000000\n"));
    assertEquals(List.of(), rules(LISTS + "max_bytes: 9000000\n"));
  }

  private static List<String> rules(String source) {
    return ContractLint.of(ContractParser.parseLocated("version: 2\n" + yaml(source), "c.yaml"))
        .stream()
        .map(ContractLint.Warning::rule)
        .toList();
  }
}
