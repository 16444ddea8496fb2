package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.Starts;
import io.sluice.cli.Main;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.Store;
import io.sluice.source.SourceReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A broker with TLS, passwords and access control lists: whatever is wrong with the settings or the
 * rights is one line that names it, and nothing has started.
 */
class SecureKafkaIT {
  private static final String TOPIC = "events";
  private static final String DEAD = "dead";
  private static final int EVENTS = 100;

  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static final Map<String, Integer> PORTS = new HashMap<>();

  /** What a verb said. */
  private record Said(int status, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    // What the launcher prints, not what tests do.
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    JoranConfigurator launcher = new JoranConfigurator();
    launcher.setContext(context);
    launcher.doConfigure(SecureKafkaIT.class.getResource("/logback.xml"));
    certificates();
    for (String listener : List.of("TLS", "MUTUAL", "PASSWORD", "BOTH")) {
      PORTS.put(listener, EmbeddedKafka.freePort());
    }
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listener.security.protocol.map",
        "TLS:SSL,MUTUAL:SSL,PASSWORD:SASL_PLAINTEXT,BOTH:SASL_SSL");
    settings.put("ssl.keystore.location", store("broker"));
    settings.put("ssl.keystore.password", "secret");
    settings.put("ssl.truststore.location", store("trust"));
    settings.put("ssl.truststore.password", "secret");
    settings.put("listener.name.mutual.ssl.client.auth", "required");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    for (String listener : List.of("password", "both")) {
      settings.put(
          "listener.name." + listener + ".scram-sha-512.sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS");
    kafka =
        EmbeddedKafka.start(
            directory.resolve("kafka"),
            EmbeddedKafka.freePort(),
            EmbeddedKafka.freePort(),
            PORTS,
            settings);
    EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, 1);
    EventProducer.createTopic(kafka.bootstrapServers(), DEAD, 1);
    EventProducer.send(
        kafka.bootstrapServers(),
        TOPIC,
        1,
        new UserActions(EVENTS, LocalDate.of(2026, 5, 1), 1, 0),
        0,
        EVENTS,
        0,
        n -> {});
    try (Admin admin = admin()) {
      for (String user : List.of("reader", "onlooker")) {
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        user,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                        "right")))
            .all()
            .get();
      }
    }
    allow("reader", TOPIC, AclOperation.READ);
    allow("reader", DEAD, AclOperation.DESCRIBE);
    allow("onlooker", TOPIC, AclOperation.DESCRIBE);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static void allow(String user, String topic, AclOperation operation) throws Exception {
    Collection<AclBinding> acls =
        List.of(
            new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
    try (Admin admin = admin()) {
      admin.createAcls(acls).all().get();
    }
  }

  private static String store(String name) {
    return directory.resolve(name + ".p12").toString();
  }

  /** A broker's certificate for localhost, one of somebody else, and who trusts which. */
  private static void certificates() throws Exception {
    keytool(
        "-genkeypair -alias broker -keyalg EC -dname CN=localhost -ext san=dns:localhost"
            + " -validity 3650 -keystore "
            + store("broker"));
    keytool(
        "-genkeypair -alias other -keyalg EC -dname CN=other -validity 3650 -keystore "
            + store("other"));
    String certificate = directory.resolve("broker.pem").toString();
    keytool(
        "-exportcert -rfc -alias broker -file " + certificate + " -keystore " + store("broker"));
    keytool(
        "-importcert -noprompt -alias broker -file "
            + certificate
            + " -keystore "
            + store("trust"));
  }

  private static void keytool(String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", "secret"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private static Said verb(String verb, List<String> flags) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      List<String> words = new ArrayList<>(List.of(verb));
      words.addAll(flags);
      int status = Main.execute(words.toArray(new String[0]));
      return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  private static List<String> flags(String lake, String servers, String properties, String... more)
      throws Exception {
    Path file = Files.createTempFile(directory, "client", ".properties");
    Files.writeString(file, properties.replace(' ', '\n').replace('~', ' '));
    List<String> flags = new ArrayList<>();
    flags.add("--bootstrapServers=" + servers);
    flags.add("--topic=" + TOPIC);
    flags.add("--kafkaConfigFile=" + file);
    flags.add("--lake=" + directory.resolve(lake));
    flags.add("--deadLetters=" + directory.resolve(lake));
    flags.addAll(List.of(more));
    return flags;
  }

  private static String at(String listener) {
    return "localhost:" + PORTS.get(listener);
  }

  private static String trust() {
    return " ssl.truststore.location=" + store("trust") + " ssl.truststore.password=secret";
  }

  private static String password(String user, String password) {
    return " sasl.mechanism=SCRAM-SHA-512 sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule~required~username="
        + user
        + "~password="
        + password
        + ";";
  }

  /** A wrong setting and the line that names it. */
  private static DynamicTest wrong(
      String name, String servers, String properties, String... words) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Said said = verb("run", flags("none", servers, properties));
          assertEquals(Main.USER_ERROR, said.status(), said.err());
          // In this JVM, a topic of a test before may still be watched, under its own name.
          assertEquals(
              1,
              said.err()
                  .lines()
                  .filter(line -> !line.contains("TopicWatch") || line.contains("topic events"))
                  .count(),
              said.err());
          for (String word : words) {
            assertTrue(said.err().contains(word), said.err());
          }
        });
  }

  @TestFactory
  List<DynamicTest> aWrongSettingIsOneLineThatNamesIt() throws Exception {
    String reader = password("reader", "right");
    return List.of(
        wrong("TLS port, no TLS settings", at("TLS"), "", "speaks TLS", "security.protocol"),
        wrong(
            "TLS port with password, no TLS settings",
            at("BOTH"),
            "security.protocol=SASL_PLAINTEXT" + reader,
            "speaks TLS",
            "set SASL_SSL"),
        wrong(
            "plain port, TLS settings",
            kafka.bootstrapServers(),
            "security.protocol=SSL" + trust(),
            "speaks no TLS",
            "security.protocol"),
        wrong(
            "unknown authority",
            at("TLS"),
            "security.protocol=SSL",
            "not trusted",
            "ssl.truststore.location"),
        wrong(
            "wrong host name",
            "127.0.0.1:" + PORTS.get("TLS"),
            "security.protocol=SSL" + trust(),
            "another host name",
            "--bootstrapServers"),
        wrong(
            "no client certificate",
            at("MUTUAL"),
            "security.protocol=SSL" + trust(),
            "client's certificate",
            "ssl.keystore.location"),
        wrong(
            "a client certificate that the broker does not trust",
            at("MUTUAL"),
            "security.protocol=SSL"
                + trust()
                + " ssl.keystore.location="
                + store("other")
                + " ssl.keystore.password=secret",
            "client's certificate",
            "ssl.keystore.location"),
        wrong(
            "wrong password",
            at("BOTH"),
            "security.protocol=SASL_SSL" + trust() + password("reader", "wrong"),
            "does not accept user and password",
            "sasl.jaas.config"),
        wrong(
            "wrong mechanism",
            at("PASSWORD"),
            "security.protocol=SASL_PLAINTEXT" + reader.replace("SHA-512", "SHA-256"),
            "sasl.mechanism",
            "the broker offers SCRAM-SHA-512"),
        wrong(
            "password port, no password",
            at("PASSWORD"),
            "",
            "wants a user and a password",
            "security.protocol=SASL_PLAINTEXT"),
        wrong(
            "plain port, password",
            kafka.bootstrapServers(),
            "security.protocol=SASL_PLAINTEXT" + reader,
            "takes no user and password",
            "security.protocol"),
        wrong(
            "no such truststore",
            at("TLS"),
            "security.protocol=SSL ssl.truststore.location=/none.p12",
            "ssl.truststore.location",
            "no such file"),
        wrong(
            "wrong truststore password",
            at("TLS"),
            "security.protocol=SSL" + trust().replace("secret", "public"),
            "ssl.truststore.password"),
        wrong(
            "no user and password",
            at("PASSWORD"),
            "security.protocol=SASL_PLAINTEXT sasl.mechanism=SCRAM-SHA-512",
            "sasl.jaas.config is missing"),
        wrong(
            "no such class",
            at("BOTH"),
            "security.protocol=SASL_SSL sasl.mechanism=AWS_MSK_IAM sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule~required;"
                + " sasl.client.callback.handler.class=software.amazon.NoSuchHandler",
            "software.amazon.NoSuchHandler",
            "SLUICE_CLASSPATH"),
        wrong("unknown protocol", at("TLS"), "security.protocol=TLS", "security.protocol"),
        wrong("unknown host", "no-such-host.invalid:9092", "", "no-such-host.invalid", "DNS"),
        wrong("no port", "localhost", "", "write host:port"),
        wrong("no number", "localhost:kafka", "", "write host:port"),
        wrong(
            "a setting that a guarantee rests on",
            kafka.bootstrapServers(),
            "isolation.level=read_uncommitted",
            "isolation.level=read_uncommitted is not possible"),
        wrong(
            "DESCRIBE without READ",
            at("PASSWORD"),
            "security.protocol=SASL_PLAINTEXT" + password("onlooker", "right"),
            "no right to topic " + TOPIC,
            "READ"));
  }

  @Test
  void rightSettingsPassAllTheWay() throws Exception {
    for (String servers : List.of(at("BOTH"), at("PASSWORD"))) {
      String protocol = servers.equals(at("BOTH")) ? "SASL_SSL" + trust() : "SASL_PLAINTEXT";
      Said said =
          verb(
              "plan",
              flags(
                  "plan", servers, "security.protocol=" + protocol + password("reader", "right")));
      assertEquals(0, said.status(), said.out() + said.err());
      assertTrue(said.out().contains("ok      read"), said.out());
    }
  }

  @Test
  void planFindsTheRightsThatRunWouldMiss() throws Exception {
    String protocol = "security.protocol=SASL_PLAINTEXT";
    Said onlooker =
        verb("plan", flags("plan", at("PASSWORD"), protocol + password("onlooker", "right")));
    assertEquals(Main.USER_ERROR, onlooker.status());
    assertTrue(
        onlooker
            .out()
            .lines()
            .anyMatch(line -> line.contains("failed  read") && line.contains("READ")),
        onlooker.out());
    List<String> flags =
        flags(
            "plan",
            at("PASSWORD"),
            protocol + password("reader", "right"),
            "--deadLetterTopic=" + DEAD);
    Said plan = verb("plan", flags);
    assertEquals(Main.USER_ERROR, plan.status());
    assertTrue(
        plan.out()
            .lines()
            .anyMatch(line -> line.contains("failed  deadLetterTopic") && line.contains("WRITE")),
        plan.out());
    Said run = verb("run", flags);
    assertEquals(Main.USER_ERROR, run.status());
    assertTrue(run.err().contains("topic " + DEAD + " may not be written: allow WRITE"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(directory.resolve("plan").resolve("user_actions")), "it has started");
  }

  /** Whoever runs the nightly audit needs the same rights as the job, and is told so. */
  @Test
  void theRightsThatAuditAndRebuildMissAreOneLineEach() throws Exception {
    start(TOPIC, "earliest");
    String protocol = "security.protocol=SASL_PLAINTEXT";
    List<String> flags = flags(TOPIC, at("PASSWORD"), protocol + password("onlooker", "right"));
    List<String> rebuild = new ArrayList<>(flags);
    rebuild.add("--date=2026-05-01");
    for (Said said : List.of(verb("audit", flags), verb("rebuild", rebuild))) {
      assertEquals(Main.USER_ERROR, said.status(), said.out() + said.err());
      assertEquals(1, said.err().lines().count(), said.err());
      assertTrue(
          said.err().contains("reading topic " + TOPIC + ": the principal has no right to topic"),
          said.err());
    }
    // The reader may read, and may not see the topic's settings.
    Said audit =
        verb("audit", flags(TOPIC, at("PASSWORD"), protocol + password("reader", "right")));
    assertEquals(0, audit.status(), audit.out() + audit.err());
    assertTrue(audit.out().contains("allow DESCRIBE_CONFIGS on it"), audit.out());
    allow("reader", TOPIC, AclOperation.DESCRIBE_CONFIGS);
    for (int i = 0; audit.out().contains("DESCRIBE_CONFIGS"); i++) {
      assertTrue(i < 50, "the right has no effect");
      TimeUnit.MILLISECONDS.sleep(100);
      audit = verb("audit", flags(TOPIC, at("PASSWORD"), protocol + password("reader", "right")));
    }
    assertEquals(0, audit.status(), audit.out() + audit.err());
  }

  private static void send(String topic, int from, int to) throws Exception {
    UserActions actions = new UserActions(to, LocalDate.of(2026, 5, 1), 1, 0);
    EventProducer.send(kafka.bootstrapServers(), topic, 1, actions, from, to, 0, n -> {});
  }

  /** What a run would start with; the start is recorded, as a run does. */
  private static Starts start(String topic, String startFrom) throws Exception {
    SluiceOptions options =
        FlinkJob.options(
            List.of(
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topic=" + topic,
                "--lake=" + directory.resolve(topic),
                "--deadLetters=" + directory.resolve(topic),
                "--startFrom=" + startFrom));
    SluiceConfig config = SluiceConfig.from(options);
    SluicePipeline.open(config, options).build(Pipeline.create(options));
    try (SourceReader asked = config.source().open();
        Store store = config.lake().open(options)) {
      return Starts.find(config, asked, store, store);
    }
  }

  @Test
  void whatRetentionTookUnreadIsNamedByRunAndPlan() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "short", 1);
    send("short", 0, 30);
    assertEquals(Map.of(), start("short", "lake").gone());
    try (Admin admin = admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition("short", 0), RecordsToDelete.beforeOffset(20)))
          .all()
          .get();
    }
    Logger logger = (Logger) LoggerFactory.getLogger(SluicePipeline.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.addAppender(said);
    Starts starts;
    try {
      starts = start("short", "lake");
    } finally {
      logger.detachAppender(said);
    }
    assertEquals(Map.of(0, 20L), starts.offsets());
    assertEquals(Map.of(0, 20L), starts.goneOffsets());
    assertEquals(1, said.list.size(), said.list.toString());
    String named = said.list.get(0).getFormattedMessage();
    assertTrue(named.contains("partition 0: 0 to 19."), named);

    Said plan =
        verb(
            "plan",
            flags("short", kafka.bootstrapServers(), "", "--topic=short").stream()
                .filter(flag -> !flag.equals("--topic=" + TOPIC))
                .toList());
    assertEquals(0, plan.status(), plan.out() + plan.err());
    assertTrue(plan.out().contains("partition 0: 0 to 19."), plan.out());
  }

  @Test
  void aStartAtLakeOrLatestSkipsWhatWasThereTheFirstTimeOnly() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "late", 1);
    send("late", 0, 10);
    // The first start is recorded at the end of then; nothing is in the lake yet.
    assertEquals(Map.of(0, 10L), start("late", "lake-or-latest").offsets());
    send("late", 10, 25);
    assertEquals(Map.of(0, 10L), start("late", "lake-or-latest").offsets());
    assertEquals(Map.of(0, 25L), start("late", "latest").offsets());
    try (Admin admin = admin()) {
      admin.createPartitions(Map.of("late", NewPartitions.increaseTo(2))).all().get();
    }
    for (int i = 0; i < 100; i++) {
      Starts starts = start("late", "lake-or-latest");
      if (starts.offsets().size() == 2) {
        // What is in a new partition came after the first start.
        assertEquals(Map.of(0, 10L, 1, 0L), starts.offsets());
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("the partition was not added");
  }
}
