package io.sluice.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.source.RecordBatch;
import io.sluice.source.Source;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plans of several tables: each place is asked once, and each table has its own answer. */
class PlansTest {
  @TempDir Path directory;

  /** How often anything was asked, by what. */
  private final Map<String, Integer> asked = new TreeMap<>();

  private void count(String what) {
    asked.merge(what, 1, Integer::sum);
  }

  /** A topic of some records, which counts what it is asked. */
  private final class Topic implements Source, SourceReader {
    private final String name;
    private final List<SourceRecord> records = new ArrayList<>();

    Topic(String name, List<String> values) {
      this.name = name;
      for (String value : values) {
        records.add(
            new SourceRecord(
                "c/" + name + "/i",
                0,
                records.size(),
                Records.TIME.toEpochMilli() + 1000L * records.size(),
                null,
                value.getBytes(UTF_8),
                List.of()));
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String address() {
      return "here";
    }

    @Override
    public List<Probe> probes() {
      return List.of(
          new Probe(
              "brokers",
              "start one",
              () -> {
                count("brokers");
                return "1 at here";
              },
              "none was reached"));
    }

    @Override
    public SourceReader open() {
      count(name + " open");
      return this;
    }

    @Override
    public PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others) {
      throw new AssertionError("no job is started");
    }

    @Override
    public SourceId id() {
      return new SourceId("c/" + name + "/i");
    }

    @Override
    public List<Integer> partitions() {
      return List.of(0);
    }

    @Override
    public Map<Integer, Long> beginnings() {
      return Map.of(0, 0L);
    }

    @Override
    public Map<Integer, Long> ends() {
      return Map.of(0, (long) records.size());
    }

    @Override
    public Map<Integer, Long> at(long epochMillis) {
      count(name + " offsets of a time");
      return records.stream()
          .filter(record -> record.recordTime() >= epochMillis)
          .findFirst()
          .map(record -> Map.of(0, record.offset()))
          .orElse(ends());
    }

    @Override
    public Cleanup cleanup() {
      return Cleanup.RETENTION;
    }

    @Override
    public void requireReadable() {
      count(name + " rights");
    }

    @Override
    public void requireEnds(Map<Integer, Long> starts) {}

    @Override
    public <E extends Exception> void read(
        Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
      count(name + " read");
      long next = from.getOrDefault(0, 0L);
      for (SourceRecord record : records.subList((int) next, (int) (long) ends.get(0))) {
        if (!reader.read(record)) {
          return;
        }
      }
    }

    @Override
    public void close() {}
  }

  private SluiceConfig config(Map<String, Topic> topics, String... contracts) throws IOException {
    List<String> files = new ArrayList<>();
    for (String contract : contracts) {
      Path file = directory.resolve("c" + files.size() + ".yaml");
      files.add(Files.writeString(file, contract.replace(';', '\n')).toString());
    }
    SluiceOptions options = PipelineOptionsFactory.as(SluiceOptions.class);
    options.setBootstrapServers("127.0.0.1:1");
    options.setContract(files);
    options.setLake(directory.resolve("lake").toString());
    options.setDeadLetters(directory.resolve("lake").toString());
    SluiceConfig config = SluiceConfig.from(options);
    return new SluiceConfig(
        config.inputs().stream()
            .map(
                input -> new SluiceConfig.Input(input.located(), topics.get(input.source().name())))
            .toList(),
        config.startFrom(),
        config.lake(),
        config.deadLetters(),
        config.followers(),
        config.shards(),
        config.reshard(),
        config.windows(),
        config.write(),
        config.manifestInterval(),
        config.watermarkDelay(),
        config.decoding(),
        config.metrics(),
        config.deadLetterTopic());
  }

  private static String contract(String table, String topic, String when) {
    return "table: "
        + table
        + ";topic: "
        + topic
        + ";event_time: record_time"
        + when
        + ";columns: [{name: id, type: int64}]";
  }

  private List<Plan> plans(SluiceConfig config) throws IOException {
    List<Plan> plans = new ArrayList<>();
    try (Plans all =
        new Plans(config, PipelineOptionsFactory.create(), new Plan.Question(1000, null, null))) {
      for (SluiceConfig one : config.each()) {
        plans.add(all.of(one, done -> {}));
      }
    }
    return plans;
  }

  private static Map<String, Topic> byName(Topic... topics) {
    Map<String, Topic> all = new TreeMap<>();
    for (Topic topic : topics) {
      all.put(topic.name(), topic);
    }
    return all;
  }

  private static List<String> ids(int count, String type) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add("{\"type\":\"" + type + "\",\"id\":" + i + "}");
    }
    return values;
  }

  private static String text(List<Plan> plans) {
    StringWriter text = new StringWriter();
    new PlansText(plans, List.of("--lake=x"), new PrintWriter(text, true)).print();
    return text.toString();
  }

  @Test
  void whatTablesShareIsAskedOnce() throws IOException {
    Topic orders = new Topic("orders", ids(50, "order"));
    Topic events = new Topic("events", ids(100, "click"));
    plans(config(byName(orders), contract("orders", "orders", "")));
    Map<String, Integer> one = new TreeMap<>(asked);
    asked.clear();

    List<Plan> plans =
        plans(
            config(
                byName(orders, events),
                contract("orders", "orders", ""),
                contract("clicks", "events", ";when: [{path: type, is: click}]"),
                contract("views", "events", ";when: [{path: type, is: view}]"),
                contract("rest", "events", "")));

    assertEquals(1, asked.remove("brokers"));
    Map<String, Integer> expected = new TreeMap<>();
    one.remove("brokers");
    one.forEach(
        (what, times) -> {
          expected.put(what, times);
          // As much for each topic, however many tables it has.
          expected.put(what.replace("orders", "events"), times);
        });
    assertEquals(expected, asked);
    assertEquals(
        List.of(50L, 100L, 0L, 0L),
        plans.stream().map(plan -> plan.findings().outcomes().accepted()).toList());
    assertTrue(plans.stream().allMatch(Plan::canStart));
    assertEquals(
        plans.get(0).checks().stream().map(Check::name).toList(),
        plans.get(1).checks().stream().map(Check::name).toList());
    assertFalse(Files.exists(directory.resolve("lake")));
  }

  /** So that one sample is held at a time, which may be as large as there is room for. */
  @Test
  void tablesOfOneTopicAreAskedForAfterEachOther() throws IOException {
    SluiceConfig config =
        config(
            byName(new Topic("orders", List.of()), new Topic("events", List.of())),
            contract("clicks", "events", ";when: [{path: type, is: click}]"),
            contract("orders", "orders", ""),
            contract("rest", "events", ""));
    try (Plans all =
        new Plans(config, PipelineOptionsFactory.create(), new Plan.Question(1, null, null))) {
      assertEquals(
          List.of("clicks", "rest", "orders"),
          all.inOrder().stream().map(one -> one.contract().table()).toList());
    }
  }

  @Test
  void whatOneTableMasksNoOtherOfItsTopicShows() throws IOException {
    Topic events = new Topic("events", ids(100, "secret"));
    String text =
        text(
            plans(
                config(
                    byName(events),
                    contract("masked", "events", ";when: [{path: id, is: 1}]")
                        .replace(
                            "type: int64}", "type: int64}, {name: type, type: string, mask: hash}"),
                    contract("views", "events", ";when: [{path: type, is: view}]"))));
    assertTrue(
        text.replaceAll("\\s+", " ").contains("holds for none; 100 have a value there"), text);
    assertFalse(text.contains("secret (100)"), text);
  }

  @Test
  void whatIsOfAllTablesIsSaidOnceAndATableWithoutRowIsNamed() throws IOException {
    Topic events = new Topic("events", ids(100, "click"));
    String text =
        text(
            plans(
                config(
                    byName(events),
                    contract("clicks", "events", ";when: [{path: type, is: click}]"),
                    contract("views", "events", ";when: [{path: type, is: veiw}]"),
                    contract("rest", "events", ""))));
    assertEquals(1, text.split("1 at here", -1).length - 1, text);
    assertEquals(1, text.split("list, put, get allowed", -1).length - 1 - 1, text);
    assertTrue(
        text.replaceAll("\\s+", " ")
            .contains(
                "WARNING when: no record of the sample meets it, of 100 records: {path: type, is:"
                    + " veiw} holds for none; the values there are click (100)"),
        text);
    assertTrue(text.contains("ok      lake: table             views is new"), text);
    assertEquals(
        List.of("views"),
        text.lines()
            .filter(line -> line.endsWith("NO ROW: see its WARNING above"))
            .map(line -> line.strip().split(" ")[0])
            .toList());
    assertTrue(
        text.contains("This table could start; mind that no record of the sample would be a row"),
        text);
    assertTrue(
        text.contains("note                   all 100 records of the sample are taken"), text);
  }

  @Test
  void aPlaceThatIsNotReachedFailsForEachTableAndIsSaidOnce() throws IOException {
    Topic events = new Topic("events", List.of());
    SluiceConfig config =
        config(
            byName(events),
            contract("clicks", "events", ";when: [{path: type, is: click}]"),
            contract("rest", "events", ""));
    Files.writeString(directory.resolve("lake"), "a file");
    List<Plan> plans = plans(config);
    assertEquals(List.of(false, false), plans.stream().map(Plan::canStart).toList());
    String text = text(plans);
    // Once for the lake, and once for the dead letters.
    assertEquals(2, text.split("is a file: name a directory", -1).length - 1, text);
    assertTrue(text.contains("One job for 2 tables, 0 of which could start"), text);
  }
}
