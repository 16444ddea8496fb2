package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.UserException;
import io.sluice.cli.Main;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.kafka.KafkaSettings;
import io.sluice.kafka.KafkaSource;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of a topic before there is a lake: samples, and the contracts drafted from them. */
class ContractIT {
  private static final long TIME = java.time.Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();
  @TempDir static Path directory;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> config = new HashMap<>(settings);
    config.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Sample sample(String topic, Sample.Limits limits) {
    return Sample.read(
        new KafkaSource(new KafkaSettings(kafka.bootstrapServers(), null), topic, null),
        limits,
        done -> {});
  }

  private static List<Long> offsets(Sample sample, int partition) {
    return sample.records().stream()
        .filter(record -> record.partition() == partition)
        .map(SourceRecord::offset)
        .toList();
  }

  @Test
  void aSampleHasTheOldestTheNewestAndSomeInBetweenOfEachPartition() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "sampled", 3);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (int i = 0; i < 4_000; i++) {
        int partition = i % 2;
        producer.send(
            new ProducerRecord<>("sampled", partition, TIME + i, null, ("v" + i).getBytes(UTF_8)));
      }
    }
    Sample sample = sample("sampled", Sample.Limits.of(200));
    assertEquals(200, sample.records().size());
    assertEquals(Sample.End.COMPLETE, sample.end());
    assertEquals(4_000, sample.offsets());
    assertEquals(new Sample.Partition(0, 2_000, 100), sample.partitions().get(1));
    assertEquals(new Sample.Partition(0, 0, 0), sample.partitions().get(2));
    List<Long> offsets = offsets(sample, 0);
    assertEquals(0, offsets.get(0));
    assertEquals(1_999, offsets.get(99));
    assertEquals(1_000, offsets.get(50));
    assertEquals(offsets.stream().distinct().sorted().toList(), offsets);
    SourceRecord newest = sample.records().get(99);
    assertEquals("v3998", new String(newest.value(), UTF_8));
    assertEquals(TIME + 3_998, newest.recordTime());

    assertEquals(4_000, sample("sampled", Sample.Limits.of(10_000)).records().size());
  }

  @Test
  void whatWasNotCommittedIsNotSampled() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "in-transactions", 1);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "t"))) {
      producer.initTransactions();
      for (int i = 0; i < 30; i++) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("in-transactions", 0, TIME, null, new byte[] {1})).get();
        if (i % 3 == 0) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    Sample sample = sample("in-transactions", Sample.Limits.of(10_000));
    assertEquals(20, sample.records().size());
    assertEquals(60, sample.offsets());
    assertEquals(Sample.End.COMPLETE, sample.end());
  }

  @Test
  void largeRecordsAndAShortTimeEndASampleAndAreSaid() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "large", 1);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (int i = 0; i < 60; i++) {
        producer.send(new ProducerRecord<>("large", 0, TIME, null, new byte[100_000]));
      }
    }
    Sample large = sample("large", new Sample.Limits(40, 1_000_000, Duration.ofMinutes(1)));
    assertTrue(large.bytes() <= 1_100_000 && large.bytes() >= 900_000, large.bytes() + " bytes");
    assertEquals(0, large.records().get(0).offset());
    assertEquals(59, large.records().get(large.records().size() - 1).offset());
    assertEquals(
        Sample.End.TIME, sample("large", new Sample.Limits(40, 1_000_000, Duration.ZERO)).end());
  }

  @Test
  void aTopicThatIsEmptyGivesAnEmptySampleAndOneThatIsNotThereIsNamed() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "empty", 2);
    Sample sample = sample("empty", Sample.Limits.of(100));
    assertEquals(List.of(), sample.records());
    assertEquals(Sample.End.COMPLETE, sample.end());
    UserException e =
        assertThrows(UserException.class, () -> sample("no-such", Sample.Limits.of(100)));
    assertTrue(e.getMessage().contains("topic no-such does not exist"), e.getMessage());
  }

  private record Result(int status, String out, String err) {}

  private static Result infer(String topic, String... more) {
    List<String> args = new ArrayList<>(List.of("contract", "infer", "--topic", topic));
    args.addAll(List.of("--bootstrapServers", kafka.bootstrapServers()));
    args.addAll(List.of(more));
    return sluice(args);
  }

  private static Result sluice(List<String> args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      int status = Main.execute(args.toArray(new String[0]));
      return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  @Test
  void theDraftOfRealMessagesAcceptsThemButForTheBrokenOnes() throws Exception {
    int events = 5_000;
    UserActions actions = new UserActions(events, java.time.LocalDate.of(2026, 5, 1), 2, 5);
    EventProducer.createTopic(kafka.bootstrapServers(), "user-actions", 2);
    EventProducer.send(kafka.bootstrapServers(), "user-actions", 2, actions, 0, events, 0, n -> {});
    long good = 0;
    long withoutName = 0;
    for (int i = 0; i < events; i++) {
      Optional<Reason> rejected = actions.event(i).rejected();
      good += rejected.isEmpty() ? 1 : 0;
      // No name is required that some lack.
      withoutName += rejected.equals(Optional.of(Reason.MISSING_FIELD)) ? 1 : 0;
    }
    Path file = directory.resolve("draft.yaml");
    Result inferred = infer("user-actions", "--json", "--out", file.toString());
    assertEquals(0, inferred.status(), inferred.err());
    assertEquals(1, inferred.out().lines().count(), inferred.out());
    JsonNode json = new ObjectMapper().readTree(inferred.out());
    assertEquals(events, json.path("sampled").asInt());
    assertEquals(good + withoutName, json.path("accepted").asInt(), inferred.out());
    int rejected = 0;
    for (JsonNode count : json.path("rejected")) {
      rejected += count.asInt();
    }
    assertEquals(events - good - withoutName, rejected);
    assertEquals(json.path("contract").asText(), Files.readString(file));
    Contract draft = ContractParser.read(file);
    assertEquals(
        List.of(
            "event_time",
            "event_name",
            "user_identifiers_platform",
            "user_identifiers_id",
            "product_information_name",
            "product_information_sku"),
        draft.columns().stream().map(Column::name).toList());
    assertEquals("event_time", draft.columns().get(draft.eventTime()).name());

    Result second = infer("user-actions", "--out", file.toString());
    assertEquals(2, second.status());
    assertTrue(second.err().contains("exists"), second.err());

    Result printed = infer("user-actions", "--sample", "100");
    assertEquals(0, printed.status());
    assertEquals("user_actions", ContractParser.parse(printed.out(), "stdout").table());
    assertTrue(printed.err().contains("sampled      100 records"), printed.err());
  }

  @ParameterizedTest
  @EnumSource(names = {"AVRO", "PROTOBUF"})
  void theDraftOfFramedMessagesNamesTheirFormat(DemoFormat format) throws Exception {
    int events = 1_000;
    String topic = "framed-" + format.format();
    UserActions actions = new UserActions(events, java.time.LocalDate.of(2026, 5, 1), 2, 0);
    try (EmbeddedRegistry registry = format.startRegistry()) {
      EventProducer.createTopic(kafka.bootstrapServers(), topic, 2);
      EventProducer.send(
          Map.of("bootstrap.servers", kafka.bootstrapServers()),
          topic,
          2,
          format.events(actions, registry),
          0,
          events,
          0,
          n -> {});
      Result alone = infer(topic);
      assertEquals(2, alone.status());
      assertTrue(alone.err().contains("give --schemaRegistry=URL"), alone.err());
      String address = "--schemaRegistry=" + java.util.Objects.requireNonNull(registry).address();
      for (String[] more : new String[][] {{address}, {address, "--format=" + format.format()}}) {
        Result inferred = infer(topic, more);
        assertEquals(0, inferred.status(), inferred.err());
        assertTrue(inferred.err().contains("format       " + format.format()), inferred.err());
        assertTrue(inferred.err().contains("1,000 accepted, 0 dead letters"), inferred.err());
        Contract draft = ContractParser.parse(inferred.out(), "stdout");
        assertEquals(format.format(), draft.format().name());
        assertEquals(List.of("timestamp"), draft.columns().get(draft.eventTime()).path());
        assertEquals(6, draft.columns().size(), inferred.out());
      }
    }
  }

  private static Result inferSchema(String... more) {
    List<String> args = new ArrayList<>(List.of("contract", "infer"));
    args.addAll(List.of(more));
    return sluice(args);
  }

  /** Records of the demo, and a contract from their schema alone, which takes all of them. */
  @ParameterizedTest
  @EnumSource(names = {"AVRO", "PROTOBUF"})
  void theDraftOfARegisteredSchemaTakesTheRecordsThatAreWrittenWithIt(DemoFormat format)
      throws Exception {
    int events = 500;
    String topic = "registered-" + format.format();
    UserActions actions = new UserActions(events, java.time.LocalDate.of(2026, 5, 1), 2, 0);
    try (EmbeddedRegistry registry = java.util.Objects.requireNonNull(format.startRegistry())) {
      EventProducer.createTopic(kafka.bootstrapServers(), topic, 1);
      EventProducer.send(
          Map.of("bootstrap.servers", kafka.bootstrapServers()),
          topic,
          1,
          format.events(actions, registry),
          0,
          events,
          0,
          n -> {});
      String address = "--schemaRegistry=" + registry.address();
      String type = format.name();
      String text =
          new SchemaSettings(registry.address(), null, false).open().get(SchemaId.of(1)).text();
      registry.register(topic + "-value", type, text);
      Result drafted = inferSchema("--subject", topic + "-value", address);
      assertEquals(0, drafted.status(), drafted.err());
      Contract contract = ContractParser.parse(drafted.out(), "stdout");
      assertEquals(topic, contract.source().keys().text("topic"));
      assertEquals(List.of("timestamp"), contract.columns().get(contract.eventTime()).path());
      assertTrue(
          drafted.err().contains("schema       the newest schema of subject " + topic + "-value: "),
          drafted.err());
      Sample sample = sample(topic, Sample.Limits.of(events));
      assertEquals(events, sample.records().size());
      try (Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
        RecordDecoder decoder =
            new RecordDecoder(
                contract,
                new DecodeSettings(Duration.ofHours(24), null, SchemaSettings.NONE),
                schemas);
        for (SourceRecord record : sample.records()) {
          Outcome outcome = decoder.decode(record);
          assertTrue(outcome instanceof Outcome.Accepted, () -> outcome + drafted.out());
        }
      }
      Result first =
          inferSchema("--subject", topic + "-value", address, "--schemaVersion=1", "--json");
      assertEquals(0, first.status(), first.err());
      JsonNode json = new ObjectMapper().readTree(first.out());
      assertEquals(contract, ContractParser.parse(json.path("contract").asText(), "json"));
      for (String[] absent :
          new String[][] {
            {"--subject=none"}, {"--subject=" + topic + "-value", "--schemaVersion=9"}
          }) {
        List<String> args = new ArrayList<>(List.of(absent));
        args.add(address);
        Result none = inferSchema(args.toArray(new String[0]));
        assertEquals(2, none.status());
        assertEquals(1, none.err().lines().count(), none.err());
        assertTrue(
            none.err().contains(absent[0] + ": ") && none.err().contains("is not in"), none.err());
      }
    }
  }

  @Test
  void theDraftOfAFileIsWrittenBesideIt() throws Exception {
    Path schema =
        Files.writeString(
            directory.resolve("orders.schema.json"),
            "{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"received_at\":{\"type\":\"string\",\"format\":\"date-time\"}},\"required\":[\"received_at\"]}");
    Path out = directory.resolve("orders.yaml");
    Result drafted =
        inferSchema("--schema", schema.toString(), "--out", out.toString(), "--topic=orders-v1");
    assertEquals(3, drafted.status(), drafted.err());
    assertEquals("", drafted.out());
    assertTrue(drafted.err().contains("warning      the event time, received_at"), drafted.err());
    Contract contract = ContractParser.read(out);
    assertEquals("json_schema", contract.format().name());
    assertEquals("orders_v1", contract.table());
    Result again = inferSchema("--schema", schema.toString(), "--out", out.toString());
    assertEquals(2, again.status());
    assertTrue(again.err().contains("exists"), again.err());
    Path timeless =
        Files.writeString(
            directory.resolve("timeless.schema.json"),
            "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}");
    Result text = inferSchema("--schema", timeless.toString());
    assertEquals(0, text.status(), text.err());
    assertTrue(text.err().contains("\ncolumns      2\n"), text.err());
    Result json = inferSchema("--schema", timeless.toString(), "--json");
    assertEquals(2, new ObjectMapper().readTree(json.out()).path("columns").asInt(), json.out());
  }

  @Test
  void aTopicWithNothingToDraftFromIsSaidInOneLine() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "nothing", 1);
    EventProducer.createTopic(kafka.bootstrapServers(), "avro", 1);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>("avro", 0, TIME, null, new byte[] {0, 0, 0, 0, 1, 2, 3}));
    }
    for (String[] bad :
        new String[][] {
          {"nothing", "has no records"},
          {"avro", "schema registry"},
          {"absent", "does not exist"}
        }) {
      Result refused = infer(bad[0]);
      assertEquals(2, refused.status(), refused.err());
      assertTrue(refused.err().contains(bad[1]), refused.err());
      assertEquals(1, refused.err().lines().count(), refused.err());
      assertEquals("", refused.out());
    }
  }
}
