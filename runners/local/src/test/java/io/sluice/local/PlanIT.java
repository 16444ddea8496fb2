package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.Main;
import io.sluice.deadletter.Reason;
import io.sluice.flink.FlinkJob;
import io.sluice.metrics.SchemaMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan against real parts: what it foretells is what a run does, and it leaves no trace. */
class PlanIT {
  private static final int EVENTS = 20_000;
  private static final int PARTITIONS = 3;
  private static final String TOPIC = "planned";
  private static final UserActions ACTIONS =
      new UserActions(EVENTS, LocalDate.of(2026, 5, 1), 2, 10);

  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static EmbeddedS3 s3;

  /** What a verb said. */
  private record Said(int status, String out, String err) {
    JsonNode json() throws Exception {
      assertEquals(1, out.lines().count(), out);
      return new ObjectMapper().readTree(out);
    }

    /** The line of a check. */
    String line(String start) {
      return out.lines().map(String::strip).filter(l -> l.startsWith(start)).findFirst().orElse("");
    }
  }

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "dead");
    EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, PARTITIONS);
    EventProducer.send(
        kafka.bootstrapServers(), TOPIC, PARTITIONS, ACTIONS, 0, EVENTS, 0, sent -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
    s3.close();
  }

  private static List<String> flags(URI endpoint, String topic, String... more) {
    List<String> flags = new ArrayList<>(EmbeddedS3.flags(endpoint));
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + topic);
    flags.add("--lake=s3://lake/p");
    flags.add("--deadLetters=s3://dead/p");
    for (String flag : more) {
      String name = flag.replaceFirst("=.*", "=");
      flags.removeIf(before -> before.startsWith(name));
      flags.add(flag);
    }
    return flags;
  }

  private static Said plan(List<String> flags) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      List<String> words = new ArrayList<>(List.of("plan"));
      words.addAll(flags);
      int status = Main.execute(words.toArray(new String[0]));
      return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  private static Said plan(String topic, String... more) {
    return plan(flags(s3.endpoint(), topic, more));
  }

  private static List<String> listing() throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve("s3"))) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  /** Sends values to a topic of its own. */
  private static void send(String topic, int count, String value) throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), topic, 1);
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8)));
      }
    }
  }

  /** All of the topic is in the sample: so the counts are exact. */
  @Test
  void whatItForetellsIsWhatARunDoes() throws Exception {
    Map<String, Long> made = new TreeMap<>();
    for (long n = 0; n < EVENTS; n++) {
      ACTIONS
          .event(n)
          .rejected()
          .map(Reason::name)
          .ifPresent(reason -> made.merge(reason, 1L, Long::sum));
    }
    long rejected = made.values().stream().mapToLong(Long::longValue).sum();
    List<String> before = listing();

    Said said = plan(TOPIC, "--sample=" + 2 * EVENTS, "--json");

    assertEquals(0, said.status(), said.err());
    assertEquals("", said.err());
    JsonNode plan = said.json();
    Map<String, Long> foretold = new TreeMap<>();
    plan.at("/outcome/by_reason")
        .properties()
        .forEach(e -> foretold.put(e.getKey(), e.getValue().asLong()));
    assertEquals(made, foretold);
    assertEquals(EVENTS - rejected, plan.at("/outcome/accepted").asLong());
    assertEquals(EVENTS, plan.at("/sample/records").asLong());
    assertEquals(
        0,
        plan.at("/columns/unknown").findValuesAsText("path").stream()
            .filter(p -> !p.equals("deep") && !p.equals("blob"))
            .count());
    assertEquals(2, plan.at("/dates").size());
    assertEquals(EVENTS / 2.0, plan.at("/traffic/records_a_day").asDouble(), EVENTS / 100.0);
    // Nothing was written: no object, no group, no record.
    assertEquals(before, listing());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertEquals(List.of(), List.copyOf(admin.listConsumerGroups().all().get()));
    }

    AuditReport run = run();
    assertEquals(rejected, run.dead());
    double written = (double) run.files().lakeBytes() / run.lakeRows();
    double measured = plan.at("/row/parquet_bytes").asDouble();
    assertTrue(measured > written / 1.5 && measured < written * 1.5, measured + " of " + written);

    // The lake is begun now: its shards are fixed, and not advised.
    Said second = plan(TOPIC, "--lake=" + directory.resolve("run"), "--sample=1000");
    assertEquals(0, second.status(), second.out());
    assertTrue(
        second.line("ok      lake").contains("user_actions is there, with 1 shards"), second.out());
    assertFalse(second.out().contains("--shards="), second.out());
  }

  /** The same events, in files as large as may be. */
  private static AuditReport run() throws Exception {
    List<String> flags =
        flags(
            s3.endpoint(),
            TOPIC,
            "--lake=" + directory.resolve("run"),
            "--deadLetters=" + directory.resolve("run"),
            "--shards=1",
            "--windowSize=1h",
            "--fileInterval=4s",
            "--parallelism=1",
            "--flinkMaster=[local]",
            "--attachedMode=false");
    SluiceOptions options = FlinkJob.options(flags);
    PipelineResult job = FlinkJob.start(options);
    try {
      AuditReport report = AuditCommand.run(options, false);
      for (int i = 0; i < 300 && !report.complete(); i++) {
        TimeUnit.MILLISECONDS.sleep(200);
        report = AuditCommand.run(options, false);
      }
      assertTrue(report.complete(), report.line());
      return report;
    } finally {
      job.cancel();
    }
  }

  @Test
  void aPlanForPeopleFitsAScreenAndEndsWithTheCommand() throws Exception {
    Said said = plan(TOPIC);
    assertEquals(0, said.status(), said.out() + said.err());
    List<String> lines = said.out().lines().toList();
    assertTrue(lines.size() <= 60, said.out());
    for (String section :
        List.of("Access", "Sample", "Columns", "Time", "Load and size", "Run it")) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(section)), said.out());
    }
    String command = said.out().substring(said.out().indexOf("sluice run"));
    for (String flag : flags(s3.endpoint(), TOPIC)) {
      assertTrue(command.contains(flag), command);
    }
    assertTrue(command.contains("--parallelism=2"), command);
    assertTrue(command.contains("--shards=2"), command);
    // The command's flags are a run's: none is unknown, and what they ask for is there.
    List<String> words = List.of(command.replace("\\\n", " ").strip().split("\\s+"));
    assertEquals(0, plan(new ArrayList<>(words.subList(2, words.size()))).status());
  }

  @Test
  void eachCheckThatFailsIsALineWithItsFixAndHidesNoOther() throws Exception {
    List<String> before = listing();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Said said =
          plan(
              "absent",
              "--lake=s3://nowhere/p",
              "--deadLetterTopic=absent-too",
              "--metricsAddress=127.0.0.1:" + taken.getLocalPort());
      assertEquals(Main.USER_ERROR, said.status());
      assertTrue(said.line("failed  topic").contains("topic absent does not exist"), said.out());
      assertTrue(said.line("skipped read").contains("could not be described"), said.out());
      assertTrue(
          said.line("failed  deadLetterTopic").contains("absent-too does not exist"), said.out());
      assertTrue(
          said.line("failed  lake: list").contains("bucket nowhere does not exist: create it"),
          said.out());
      assertTrue(said.line("ok      deadLetters").contains("list, put, get allowed"), said.out());
      assertTrue(said.line("failed  metricsAddress").contains("free a port"), said.out());
      assertTrue(said.out().contains("A run could not start: 4 of "), said.out());
      assertFalse(said.out().contains("sluice run"), said.out());
    }
    assertEquals(before, listing());
  }

  @Test
  void aBrokerThatDoesNotAnswerHidesNoStore() throws Exception {
    Path properties = directory.resolve("impatient.properties");
    Files.writeString(properties, "default.api.timeout.ms=1000\nrequest.timeout.ms=500\n");
    Said said =
        plan(
            TOPIC,
            "--bootstrapServers=127.0.0.1:" + EmbeddedKafka.freePort(),
            "--kafkaConfigFile=" + properties,
            "--json");
    assertEquals(Main.USER_ERROR, said.status());
    assertEquals(
        1,
        said.err()
            .lines()
            .filter(l -> l.startsWith("sluice: brokers: no Kafka broker answers"))
            .count(),
        said.err());
    JsonNode plan = said.json();
    assertFalse(plan.at("/can_start").asBoolean());
    assertTrue(plan.at("/outcome").isMissingNode());
    assertEquals("ok", status(plan, "lake: put"));
    assertEquals("skipped", status(plan, "read"));

    Said absent = plan(TOPIC, "--kafkaConfigFile=" + directory.resolve("none"));
    assertTrue(
        absent
            .line("failed  kafkaConfigFile")
            .contains("cannot be read: no such file or directory; name a Java properties"),
        absent.out());
    assertTrue(absent.line("ok      lake").contains("put"), absent.out());
  }

  private static String status(JsonNode plan, String check) {
    for (JsonNode one : plan.at("/checks")) {
      if (one.path("name").asText().equals(check)) {
        return one.path("status").asText();
      }
    }
    return "";
  }

  @Test
  void aStoreThatMayNotBeWrittenIsNamedWithWhatItLacks() throws Exception {
    try (ForgetfulS3 readOnly =
        ForgetfulS3.start(true, request -> !request.getRequestMethod().matches("GET|HEAD"))) {
      Said said = plan(flags(readOnly.endpoint(), TOPIC, "--sample=100"));
      assertEquals(Main.USER_ERROR, said.status());
      assertTrue(said.line("ok      lake: list").contains("allowed"), said.out());
      String put = said.line("failed  lake: put");
      assertTrue(put.contains("Access Denied"), said.out());
      assertTrue(put.endsWith("allow s3:PutObject, and the use of the bucket's key"), put);
      assertTrue(
          said.line("skipped lake: conditions").contains("nothing could be put"), said.out());
      assertEquals(List.of(), readOnly.objects());
      // The sample was read all the same.
      assertTrue(said.out().contains("Sample: 100 of 20,000"), said.out());
    }
  }

  @Test
  void aStoreThatForgetsConditionsIsRefusedOrSpared() throws Exception {
    try (ForgetfulS3 none = ForgetfulS3.start(false);
        ForgetfulS3 noUploads = ForgetfulS3.start(true)) {
      Said said = plan(flags(none.endpoint(), TOPIC, "--sample=100"));
      assertEquals(Main.USER_ERROR, said.status());
      assertTrue(
          said.line("failed  lake: conditions").contains("ignores If-None-Match on PutObject"),
          said.out());
      assertEquals(List.of(), none.objects());

      said = plan(flags(noUploads.endpoint(), TOPIC, "--sample=100"));
      assertEquals(0, said.status(), said.out());
      assertTrue(said.line("ok      lake").contains("files go up whole"), said.out());
      assertEquals(List.of(), noUploads.objects());
    }
  }

  @Test
  void aKeyThatMayNotBeUsedIsNamedAndWhatMayNotBeRemovedStays() throws Exception {
    String key = "--SSEKMSKeyId=arn:aws:kms:us-east-1:111122223333:key/k";
    try (ForgetfulS3 usable =
            ForgetfulS3.start(true, r -> "delete".equals(r.getRequestURI().getQuery()));
        ForgetfulS3 unusable =
            ForgetfulS3.start(
                true,
                r ->
                    r.getRequestHeaders()
                        .containsKey("x-amz-server-side-encryption-aws-kms-key-id"))) {
      String kms = "--SSEAlgorithm=aws:kms";
      Said said = plan(flags(usable.endpoint(), TOPIC, key, kms, "--sample=100"));
      assertEquals(0, said.status(), said.out());
      assertTrue(
          said.line("ok      lake: encryption").contains("written and read with"), said.out());
      assertTrue(
          said.line("note    lake: left").contains("_sluice/probe-encrypted stays"), said.out());
      assertEquals(4, usable.objects().size());

      said = plan(flags(unusable.endpoint(), TOPIC, key, kms, "--sample=100"));
      assertEquals(Main.USER_ERROR, said.status());
      assertTrue(said.line("failed  lake: put").contains("the bucket's key"), said.out());
      assertEquals(List.of(), unusable.objects());
    }
  }

  @Test
  void theRegistryIsTriedByWhatTheRecordsName() throws Exception {
    String topic = "planned-avro";
    UserActions actions = new UserActions(500, LocalDate.of(2026, 5, 1), 2, 30);
    try (EmbeddedRegistry registry = DemoFormat.AVRO.startRegistry()) {
      EventProducer.createTopic(kafka.bootstrapServers(), topic, 1);
      EventProducer.send(
          Map.of("bootstrap.servers", kafka.bootstrapServers()),
          topic,
          1,
          DemoFormat.AVRO.events(actions, registry),
          0,
          500,
          0,
          sent -> {});
      List<String> flags =
          DemoFormat.AVRO.flags(registry, Files.createDirectory(directory.resolve("avro")));
      Said said = plan(topic, flags.toArray(new String[0]));
      assertEquals(0, said.status(), said.out());
      String line = said.line("ok      registry");
      assertTrue(line.contains("answers: 4 schemas of the sample found"), said.out());
      assertTrue(line.contains("1 not, whose records are dead letters: 1000000"), line);

      Said none = plan(topic, flags.get(0));
      assertEquals(Main.USER_ERROR, none.status());
      assertTrue(none.line("failed  registry").contains("write --schemaRegistry=URL"), none.out());
      assertTrue(none.out().contains("cannot be decoded without their schemas"), none.out());

      // The wrong path is what a proxy before a registry answers to.
      Said wrong = plan(topic, flags.get(0), flags.get(1) + "/apis/ccompat/v7");
      assertEquals(Main.USER_ERROR, wrong.status());
      assertTrue(
          wrong.line("failed  registry").contains("no schema registry is there"), wrong.out());

      Said json = plan(TOPIC, flags.get(1), "--sample=100");
      assertTrue(json.line("note    registry").contains("not asked"), json.out());
    }
  }

  /** Of a hundred tables, too: what is asked for each is what the lake has of it. */
  @Test
  void storesAndTheRegistryAreTriedOnceForSeveralTables() throws Exception {
    UserActions actions = new UserActions(500, LocalDate.of(2026, 5, 1), 2, 0);
    Path folder = Files.createDirectory(directory.resolve("tables"));
    Map<String, Integer> asked = new ConcurrentHashMap<>();
    try (EmbeddedRegistry registry = DemoFormat.AVRO.startRegistry();
        ForgetfulS3 store =
            ForgetfulS3.start(
                true,
                request -> {
                  if (!request.getRequestURI().toString().contains("actions_of_")) {
                    asked.merge(request.getRequestMethod(), 1, Integer::sum);
                  }
                  return false;
                })) {
      List<String> avro = DemoFormat.AVRO.flags(registry, folder);
      String contract = Files.readString(folder.resolve("contract.yaml"));
      List<String> contracts = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        String topic = "actions-of-" + name;
        EventProducer.createTopic(kafka.bootstrapServers(), topic, 1);
        EventProducer.send(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            topic,
            1,
            DemoFormat.AVRO.events(actions, registry),
            0,
            500,
            0,
            sent -> {});
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(
            file,
            contract
                .replaceFirst("(?m)^table: .*$", "table: actions_of_" + name)
                .replaceFirst("(?m)^topic: .*$", "topic: " + topic));
        contracts.add("--contract=" + file);
      }
      List<String> flags = new ArrayList<>(flags(store.endpoint(), TOPIC, avro.get(1)));
      flags.removeIf(flag -> flag.startsWith("--topic="));
      flags.add(contracts.get(0));
      long before = SchemaMetrics.requests(SchemaMetrics.Outcome.FOUND);
      Said one = plan(flags);
      assertEquals(0, one.status(), one.out() + one.err());
      long schemas = SchemaMetrics.requests(SchemaMetrics.Outcome.FOUND) - before;
      Map<String, Integer> ofOne = Map.copyOf(asked);
      asked.clear();

      flags.addAll(contracts.subList(1, 3));
      Said all = plan(flags);

      assertEquals(0, all.status(), all.out() + all.err());
      assertTrue(schemas > 0 && ofOne.get("PUT") > 0, one.out());
      assertEquals(
          2 * schemas,
          SchemaMetrics.requests(SchemaMetrics.Outcome.FOUND) - before,
          "requests to the registry");
      assertEquals(ofOne, asked, "requests to the stores that name no table");
      assertTrue(all.out().contains("One job for 3 tables, 3 of which could start"), all.out());
    }
  }

  @Test
  void aTopicWithoutRecordsAndOneOfGarbageSayWhatIsNotKnown() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "empty", 2);
    Said empty = plan("empty");
    assertEquals(0, empty.status(), empty.out());
    assertTrue(empty.out().contains("The topic has no record"), empty.out());
    assertTrue(empty.out().contains("sluice run"), empty.out());

    send("garbage", 50, "no json\u0007 at all");
    Said garbage = plan("garbage", "--gibPerDay=5");
    assertEquals(0, garbage.status(), garbage.out());
    assertTrue(garbage.line("rejected").contains("50  100.00 %"), garbage.out());
    assertTrue(
        garbage
            .out()
            .replaceAll("\\s+", " ")
            .contains("the words are true, false, null, at 0@0: no json· at all"),
        garbage.out());
    assertTrue(garbage.out().contains("Not known: no record was accepted"), garbage.out());
    assertTrue(garbage.out().contains("mind that 100.00 % of the sample"), garbage.out());

    // Records of a moment say nothing of a day, unless one is named.
    send("young", 50, "{\"timestamp\":\"2026-05-01T00:00:00Z\",\"event_name\":\"view\"}");
    assertTrue(plan("young").out().contains("the records span"));
    JsonNode sized = plan("young", "--gibPerDay=1", "--json").json();
    assertEquals(1, sized.at("/size/as_advised/gib_per_day").asDouble());
  }

  @Test
  void whatIsWrongWithAFlagIsToldInOneLine() {
    for (String[] wrong :
        new String[][] {
          {"--sample=0", "--sample=0: from 1 to 1000000"},
          {"--gibPerDay=0", "--gibPerDay=0.0: from 0.001"},
          {"--gibPerDay=much", "--gibPerDay"},
          {"--lake=ftp://x", "a lake is s3://bucket/prefix or a directory"},
          {"--windowsize=5m", "unknown flag --windowsize"},
          {"--contract=/no/such.yaml", "/no/such.yaml"}
        }) {
      Said said = plan(TOPIC, wrong[0]);
      assertEquals(Main.USER_ERROR, said.status(), said.err());
      assertEquals(1, said.err().lines().count(), said.err());
      assertTrue(said.err().contains(wrong[1]), said.err());
      assertEquals("", said.out());
    }
  }
}
