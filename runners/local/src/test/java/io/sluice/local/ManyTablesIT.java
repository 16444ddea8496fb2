package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.Main;
import io.sluice.flink.FlinkJob;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One job for two topics of a real broker, and the proof of both tables. */
class ManyTablesIT {
  private static final int EVENTS = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();

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

  /** How a verb ended, and what it printed. */
  private record Verb(int status, String out, String err) {
    static Verb run(List<String> arguments) {
      PrintStream out = System.out;
      PrintStream err = System.err;
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      System.setOut(new PrintStream(printed, true, UTF_8));
      System.setErr(new PrintStream(said, true, UTF_8));
      try {
        int status = Main.execute(arguments.toArray(new String[0]));
        return new Verb(status, printed.toString(UTF_8), said.toString(UTF_8));
      } finally {
        System.setOut(out);
        System.setErr(err);
      }
    }
  }

  /** What is logged while it is open. */
  private static final class Said implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.sluice");
    private final Level before = logger.getLevel();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    Said() {
      lines.start();
      logger.setLevel(Level.INFO);
      logger.addAppender(lines);
    }

    String text() {
      StringBuilder text = new StringBuilder();
      for (ILoggingEvent event : List.copyOf(lines.list)) {
        text.append(event.getFormattedMessage()).append('\n');
      }
      return text.toString();
    }

    void await(String line) throws Exception {
      for (int i = 0; i < 600 && !text().contains(line); i++) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertTrue(text().contains(line), text());
    }

    /** One of the job that began last. */
    String savepoint() throws Exception {
      Matcher rest = Pattern.compile("its REST at (\\S+?);").matcher(text());
      assertTrue(rest.find(), text());
      return Savepoints.take(rest.group(1), directory.resolve("savepoints"));
    }

    @Override
    public void close() {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
  }

  /** A lake of its own, with contracts for topics of its own. */
  private static final class World {
    private final String name;
    private final Path lake;

    World(String name) throws Exception {
      this.name = name;
      this.lake = directory.resolve(name + "-lake");
      for (String table : List.of("orders", "clicks")) {
        EventProducer.createTopic(kafka.bootstrapServers(), topic(table), 2);
        Files.writeString(
            Files.createDirectories(directory.resolve(name)).resolve(table + ".yaml"),
            "table: "
                + table
                + "\ntopic: "
                + topic(table)
                + "\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n"
                + "  - {name: n, type: int64, required: true}\n");
      }
    }

    String topic(String table) {
      return name + "-" + table;
    }

    /** The contract does not take every tenth of the clicks. */
    void produce(String table, int from, int to) {
      try (KafkaProducer<byte[], String> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", kafka.bootstrapServers()),
              new ByteArraySerializer(),
              new StringSerializer())) {
        for (int i = from; i < to; i++) {
          boolean isGarbage = table.equals("clicks") && i % 10 == 0;
          producer.send(
              new ProducerRecord<>(
                  topic(table),
                  i % 2,
                  null,
                  isGarbage ? "garbage" : "{\"at\":\"%s\",\"n\":%d}".formatted(Instant.now(), i)));
        }
      }
    }

    List<String> places(String... contracts) {
      List<String> flags = new ArrayList<>();
      flags.add("--bootstrapServers=" + kafka.bootstrapServers());
      flags.add("--lake=" + lake);
      flags.add("--deadLetters=" + lake);
      Arrays.stream(contracts)
          .map(contract -> "--contract=" + directory.resolve(name).resolve(contract))
          .forEach(flags::add);
      return flags;
    }

    PipelineResult run(List<String> places, String... more) throws Exception {
      List<String> flags = new ArrayList<>(places);
      flags.add("--windowSize=1s");
      flags.add("--fileInterval=1s");
      flags.add("--watermarkDelay=0s");
      flags.add("--flinkMaster=[local]");
      flags.add("--parallelism=2");
      flags.add("--attachedMode=false");
      flags.add("--checkpointingInterval=1000");
      flags.addAll(List.of(more));
      return FlinkJob.start(FlinkJob.options(flags));
    }

    private Verb verb(String verb, List<String> places, String... more) {
      List<String> arguments = new ArrayList<>(List.of(verb));
      arguments.addAll(places);
      arguments.addAll(List.of(more));
      return Verb.run(arguments);
    }

    /** Waits until all that is in the topics is proved, of each table. */
    JsonNode proved(List<String> places) throws Exception {
      Verb audit = verb("audit", places, "--wait=90s", "--full", "--json");
      assertEquals(0, audit.status(), audit.out() + audit.err());
      return JSON.readTree(audit.out());
    }

    String rows(String table) throws Exception {
      return io.sluice.DuckDb.query(
              "select count(*)::varchar, count(distinct n)::varchar, max(n)::varchar from"
                  + " read_parquet('"
                  + lake
                  + "/"
                  + table
                  + "/*/*.parquet')")
          .get(0);
    }
  }

  @Test
  void oneJobWritesTwoTablesEachEventOnceAlsoOverAStartWithoutState() throws Exception {
    World world = new World("two");
    List<String> both = world.places("");
    world.produce("orders", 0, EVENTS);
    world.produce("clicks", 0, EVENTS);
    PipelineResult job = world.run(both);
    try {
      world.proved(both);
    } finally {
      job.cancel();
    }
    world.produce("orders", EVENTS, 2 * EVENTS);
    world.produce("clicks", EVENTS, 2 * EVENTS);
    Verb behind = world.verb("audit", both, "--wait=0s");
    assertEquals(3, behind.status(), behind.out());
    job = world.run(both);
    try {
      JsonNode proved = world.proved(both);
      for (String table : List.of("orders", "clicks")) {
        assertEquals(2 * EVENTS, proved.path(table).path("offsets").asInt(), proved.toString());
        assertEquals(0, proved.path(table).path("lost").asInt(-1), proved.toString());
        assertEquals(0, proved.path(table).path("duplicate").asInt(-1), proved.toString());
      }
      assertEquals(0, proved.path("orders").path("dead").asInt(-1));
      assertEquals(2 * EVENTS / 10, proved.path("clicks").path("dead").asInt());
    } finally {
      job.cancel();
    }
    assertEquals("2000 2000 1999", world.rows("orders"));
    assertEquals("1800 1800 1999", world.rows("clicks"));

    Verb audit = world.verb("audit", both);
    assertEquals(0, audit.status(), audit.out());
    assertTrue(audit.out().contains("offsets=2000 lake=2000 dead=0"), audit.out());
    assertTrue(audit.out().contains("offsets=2000 lake=1800 dead=200"), audit.out());
    assertTrue(audit.out().contains(" table=orders\n"), audit.out());
    assertTrue(audit.out().contains(" table=clicks\n"), audit.out());
    aTableThatIsDamagedDoesNotHideTheOther(world, both);
  }

  private static void aTableThatIsDamagedDoesNotHideTheOther(World world, List<String> both)
      throws Exception {
    Path page = directory.resolve("page.html");
    Verb report = world.verb("report", both, "--out=" + page);
    assertEquals(0, report.status(), report.out() + report.err());
    for (String table : List.of("orders", "clicks")) {
      Path beside = directory.resolve("page-" + table + ".html");
      assertTrue(Files.readString(beside).contains(table), report.out());
      assertTrue(report.out().contains("report: " + beside), report.out());
    }
    String all = Files.readString(page);
    // A tenth of the clicks is dead letters.
    assertTrue(all.contains("1 of 2 tables needs a look."), all);
    assertTrue(all.contains("<a href=\"./page-orders.html\">orders</a>"), all);
    JsonNode reports = JSON.readTree(world.verb("report", both, "--json").out());
    assertEquals(2 * EVENTS, reports.path("orders").path("totals").path("rows").asInt());
    assertEquals(1800, reports.path("clicks").path("totals").path("rows").asInt());

    Verb plan = world.verb("plan", both);
    assertEquals(0, plan.status(), plan.out() + plan.err());
    assertTrue(plan.out().contains("One job for 2 tables, 2 of which could start"), plan.out());

    try (var files = Files.walk(world.lake.resolve("clicks"))) {
      // The first of its log: what is behind it is there.
      Files.delete(
          files.filter(f -> f.toString().endsWith("-00000001.parquet")).findFirst().orElseThrow());
    }
    Verb audit = world.verb("audit", both, "--full");
    assertEquals(3, audit.status(), audit.out());
    assertTrue(audit.out().contains("NOT PROVED"), audit.out());
    assertTrue(audit.out().contains("Every offset is there, and each once."), audit.out());
  }

  @Test
  void aStateOfOneTopicIsRefusedByARunOfTwoWhichStartsWithoutIt() throws Exception {
    World world = new World("more");
    List<String> one = world.places("orders.yaml");
    List<String> both = world.places("orders.yaml", "clicks.yaml");
    world.produce("orders", 0, EVENTS);
    world.produce("clicks", 0, EVENTS);
    try (Said said = new Said()) {
      PipelineResult job = world.run(one);
      String savepoint;
      try {
        world.proved(one);
        savepoint = said.savepoint();
      } finally {
        job.cancel();
      }
      world.produce("orders", EVENTS, 2 * EVENTS);
      job = world.run(both, "--savepointPath=" + savepoint);
      try {
        String expected =
            "the job's state reads topic more-orders, and this run is to read topics more-clicks,"
                + " more-orders: start it anew without its state, with --startFrom=lake";
        said.await(expected);
      } finally {
        end(job);
      }
    }
    PipelineResult job = world.run(both);
    try {
      JsonNode proved = world.proved(both);
      assertEquals(2 * EVENTS, proved.path("orders").path("lake").asInt(), proved.toString());
      assertEquals(EVENTS, proved.path("clicks").path("offsets").asInt(), proved.toString());
    } finally {
      job.cancel();
    }
    assertEquals("2000 2000 1999", world.rows("orders"));
  }

  @Test
  void aPatternIsATableForEachTopicAndOneThatAppearsIsSaidAndReadByTheNextStart() throws Exception {
    World world = new World("shop");
    Files.writeString(
        directory.resolve("shop/all.yaml"),
        "table: '{topic}'\ntopic: /shop-[a-z]+/\nevent_time: at\ncolumns:\n"
            + "  - {name: at, type: timestamp, required: true}\n"
            + "  - {name: n, type: int64, required: true}\n");
    List<String> all = world.places("all.yaml");
    world.produce("orders", 0, EVENTS);
    world.produce("clicks", 0, EVENTS);
    try (Said said = new Said()) {
      String savepoint;
      PipelineResult job = world.run(all);
      try {
        JsonNode proved = world.proved(all);
        assertEquals(EVENTS, proved.path("shop_orders").path("lake").asInt(), proved.toString());
        assertEquals(EVENTS / 10, proved.path("shop_clicks").path("dead").asInt());
        EventProducer.createTopic(kafka.bootstrapServers(), "shop-late", 2);
        world.produce("late", 0, EVENTS);
        said.await("topic shop-late fits /shop-[a-z]+/, and this job does not read it");
        savepoint = said.savepoint();
      } finally {
        job.cancel();
      }
      world.produce("orders", EVENTS, 2 * EVENTS);
      // A start with state reads what the state knows, and one more topic stops it not.
      job = world.run(all, "--savepointPath=" + savepoint);
      try {
        JsonNode proved = world.proved(all);
        // What was never begun is no table that could not be proved, and nobody is to overlook it.
        assertEquals(3, proved.size(), proved.toString());
        assertEquals("[\"shop-late\"]", proved.path("unreadTopics").toString());
        Path page = directory.resolve("report.html");
        Verb report = world.verb("report", all, "--out=" + page);
        String note = "1 topic fits /shop-[a-z]+/ and has no table: shop-late; ";
        assertTrue(report.out().contains("note: " + note), report.out() + report.err());
        assertTrue(Files.readString(page).contains("<p>Note: " + note), report.out());
        assertEquals(2 * EVENTS, proved.path("shop_orders").path("lake").asInt());
      } finally {
        job.cancel();
      }
      assertTrue(said.text().contains("topic shop-late fits /shop-[a-z]+/ of contract "));
      job = world.run(all);
      try {
        JsonNode proved = world.proved(all);
        assertEquals(4, proved.size(), proved.toString());
        assertEquals("[]", proved.path("unreadTopics").toString());
        assertEquals(EVENTS, proved.path("shop_late").path("lake").asInt(), proved.toString());
      } finally {
        job.cancel();
      }
    }
    assertEquals("2000 2000 1999", world.rows("shop_orders"));
    assertEquals("1000 1000 999", world.rows("shop_late"));
    // By the lake alone, which needs no broker.
    List<String> lake = all.stream().filter(flag -> !flag.startsWith("--boot")).toList();
    Verb report = world.verb("report", lake, "--json");
    assertEquals(0, report.status(), report.out() + report.err());
    assertEquals(3, JSON.readTree(report.out()).size(), report.out());
  }

  /** A job that cannot go on may have ended by itself, and its Flink with it. */
  private static void end(PipelineResult job) throws Exception {
    try {
      job.cancel();
    } catch (IllegalStateException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("shut down"), e.toString());
    }
  }
}
