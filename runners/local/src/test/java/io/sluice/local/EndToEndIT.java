package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UserException;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.deadletter.Reason;
import io.sluice.flink.FlinkJob;
import io.sluice.metrics.MetricsServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Real Kafka, a real S3 server, real runners, and DuckDB to read what came of it. */
class EndToEndIT {
  private static final int PARTITIONS = 3;
  private static final LocalDate FIRST_DATE = LocalDate.of(2026, 5, 1);

  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static EmbeddedS3 s3;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "dead");
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
    s3.close();
  }

  private static UserActions produce(String topic, int events) throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), topic, PARTITIONS);
    UserActions actions = new UserActions(events, FIRST_DATE, 2, 10);
    EventProducer.send(kafka.bootstrapServers(), topic, PARTITIONS, actions, 0, events, 0, n -> {});
    return actions;
  }

  /** The flags of a job of its own lake, named as its topic. */
  private static SluiceOptions options(String topic, String... more) throws Exception {
    Path contract = directory.resolve(topic + ".yaml");
    try (var in = SluiceConfig.class.getResourceAsStream("contract/user-actions.yaml")) {
      Files.writeString(
          contract,
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              + "position_columns: true\n");
    }
    List<String> flags = new ArrayList<>(s3.flags());
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + topic);
    flags.add("--contract=" + contract);
    flags.add("--lake=s3://lake/" + topic);
    flags.add("--deadLetters=s3://dead/" + topic);
    flags.add("--windowSize=1h");
    flags.add("--fileInterval=2s");
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=2");
    flags.add("--attachedMode=false");
    flags.add("--checkpointingInterval=1000");
    flags.addAll(List.of(more));
    return FlinkJob.options(flags);
  }

  /** Many small files: more appends to meet each other, or to be cut off. */
  private static SluiceOptions eager(SluiceOptions options) {
    options.setFileInterval("0s");
    return options;
  }

  private static AuditReport await(SluiceOptions options, PipelineResult job, long offsets)
      throws Exception {
    try {
      AuditReport report = AuditCommand.run(options, false);
      for (int i = 0; i < 600 && !report.complete(); i++) {
        TimeUnit.MILLISECONDS.sleep(200);
        report = AuditCommand.run(options, false);
      }
      assertEquals(offsets, report.offsets());
      assertTrue(report.complete(), report.line());
      return report;
    } finally {
      job.cancel();
    }
  }

  @Test
  void flinkWritesWhatWasProducedRowByRow() throws Exception {
    UserActions actions = produce("flink", 20_000);
    SluiceOptions options = options("flink");
    await(options, FlinkJob.start(options), 20_000);
    compare(actions, "flink", 20_000);
  }

  @Test
  void aRunningJobShowsWhatItDoes() throws Exception {
    produce("shown", 5_000);
    double appends = metric("sluice_append_seconds_count{table=\"user_actions\"}");
    SluiceOptions options = options("shown", "--metricsAddress=127.0.0.1:0");
    PipelineResult job = FlinkJob.start(options);
    try {
      for (int i = 0; i < 600 && !AuditCommand.run(options, false).complete(); i++) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
      assertEquals(5_000, metric("sluice_records_total{topic=\"shown\"}"));
      assertTrue(metric("sluice_record_bytes_total{topic=\"shown\"}") > 5_000 * 100);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        String lag = "sluice_lag_records{partition=\"" + partition + "\",topic=\"shown\"}";
        assertEquals(List.of(0.0), metrics(lag), lag);
      }
      assertTrue(metric("sluice_append_seconds_count{table=\"user_actions\"}") > appends);
      assertTrue(metric("sluice_freshness_seconds{table=\"user_actions\"}") > 0);
      assertTrue(metric("sluice_committed_event_time_seconds{table=\"user_actions\"}") > 1e9);
    } finally {
      job.cancel();
    }
    for (int i = 0; i < 300 && MetricsServer.port() != 0; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertEquals(0, MetricsServer.port(), "the server outlived its job");
  }

  /** What a scrape says; 0 where it says nothing. */
  private static double metric(String name) throws Exception {
    return metrics(name).stream().mapToDouble(value -> value).sum();
  }

  /** The same; nothing where nobody listens, too. */
  private static List<Double> metrics(String name) throws Exception {
    if (MetricsServer.port() == 0) {
      return List.of();
    }
    URI uri = URI.create("http://127.0.0.1:" + MetricsServer.port() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
        .body()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.valueOf(line.substring(name.length() + 1)))
        .toList();
  }

  @Test
  void directRunnerWritesTheSame() throws Exception {
    UserActions actions = produce("direct", 2_000);
    SluiceOptions options = options("direct");
    options.setRunner(DirectRunner.class);
    options.as(DirectOptions.class).setBlockOnRun(false);
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline);
    await(options, pipeline.run(), 2_000);
    compare(actions, "direct", 2_000);
  }

  /** S3, as it is while nobody answers what is written. */
  public static final class ReadOnlyS3 extends DefaultS3ClientBuilderFactory {
    static volatile boolean isDown;

    @Override
    public S3ClientBuilder createBuilder(S3Options options) {
      ExecutionInterceptor down =
          new ExecutionInterceptor() {
            @Override
            public void beforeExecution(
                Context.BeforeExecution context, ExecutionAttributes attributes) {
              if (isDown && context.request() instanceof PutObjectRequest) {
                throw SdkClientException.create("Connection reset");
              }
            }
          };
      S3ClientBuilder builder = super.createBuilder(options);
      return builder.overrideConfiguration(
          builder.overrideConfiguration().toBuilder().addExecutionInterceptor(down).build());
    }
  }

  @Test
  void aStoreThatFailsWhileTablesAreBegunIsNoBugAndTheNextTryBeginsThem() throws Exception {
    produce("begun", 100);
    SluiceOptions options =
        options("begun", "--s3ClientFactoryClass=" + ReadOnlyS3.class.getName());
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    ReadOnlyS3.isDown = true;
    try {
      // An IOException, which FlinkMain waits for; any other exception would end it.
      IOException e = assertThrows(IOException.class, () -> sluice.build(Pipeline.create(options)));
      assertTrue(String.valueOf(e.getMessage()).contains("Connection reset"), e.toString());
    } finally {
      ReadOnlyS3.isDown = false;
    }
    assertThrows(UserException.class, () -> AuditCommand.run(options, false));
    sluice.build(Pipeline.create(options));
    assertEquals(100, AuditCommand.run(options, false).waiting());
  }

  @Test
  void aJobThatIsCutOffAndStartedWithoutStateLosesAndDuplicatesNothing() throws Exception {
    produce("cut", 30_000);
    for (String from : List.of("lake", "earliest")) {
      PipelineResult job = FlinkJob.start(eager(options("cut", "--startFrom=" + from)));
      TimeUnit.MILLISECONDS.sleep(3_500);
      job.cancel();
    }
    SluiceOptions last = options("cut", "--startFrom=earliest");
    await(last, FlinkJob.start(last), 30_000);
  }

  @Test
  void twoJobsAtOnceDuplicateNothing() throws Exception {
    produce("two", 20_000);
    SluiceOptions options = eager(options("two"));
    PipelineResult other = FlinkJob.start(eager(options("two")));
    try {
      await(options, FlinkJob.start(options), 20_000);
    } finally {
      other.cancel();
    }
  }

  @Test
  void aTopicThatIsCreatedAgainIsNotTakenForAReplay() throws Exception {
    produce("again", 1_000);
    SluiceOptions first = options("again");
    await(first, FlinkJob.start(first), 1_000);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of("again")).all().get();
    }
    produce("again", 1_500);
    SluiceOptions second = options("again");
    AuditReport report = await(second, FlinkJob.start(second), 1_500);
    // Both topics' rows are in the same lake, and none is a duplicate.
    assertEquals(2_500 - deadLetters("again"), report.lakeRows());
  }

  @Test
  void aJobWhoseTopicIsCreatedAgainUnderItStopsAndItsSuccessorLosesNothing() throws Exception {
    produce("under", 1_000);
    SluiceOptions options = options("under");
    PipelineResult job = FlinkJob.start(options);
    try {
      for (int i = 0; i < 300 && !AuditCommand.run(options, false).complete(); i++) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin.deleteTopics(List.of("under")).all().get();
      }
      produce("under", 900);
      TimeUnit.SECONDS.sleep(3);
    } finally {
      cancel(job);
    }
    SluiceOptions successor = options("under");
    assertTrue(await(successor, FlinkJob.start(successor), 900).passed());
  }

  /** Ends a job that may have failed already: its cluster went with it then. */
  private static void cancel(PipelineResult job) throws Exception {
    try {
      job.cancel();
    } catch (IllegalStateException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith("MiniCluster is not"), e.toString());
    }
  }

  @Test
  void aStartAtLatestAsksForNothingOlderAndTheAuditKnows() throws Exception {
    produce("latest", 1_000);
    SluiceOptions options = options("latest", "--startFrom=latest");
    PipelineResult job = FlinkJob.start(options);
    try {
      UserActions more = new UserActions(1_600, FIRST_DATE, 2, 10);
      EventProducer.send(
          kafka.bootstrapServers(), "latest", PARTITIONS, more, 1_000, 1_600, 0, n -> {});
    } finally {
      await(options, job, 600);
    }
    SluiceOptions all = options("latest", "--startFrom=earliest");
    await(all, FlinkJob.start(all), 1_600);
  }

  private static long deadLetters(String topic) throws Exception {
    return Long.parseLong(
        query(
                "select count(*) from read_parquet('"
                    + files("dead", topic, "user_actions_dead_letters")
                    + "')")
            .get(0)
            .get(0));
  }

  private static String files(String bucket, String topic, String table) {
    return directory.resolve("s3").resolve(bucket).resolve(topic).resolve(table) + "/*/*.parquet";
  }

  private static List<List<String>> query(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set timezone='UTC'");
      try (ResultSet rows = statement.executeQuery(sql)) {
        List<List<String>> result = new ArrayList<>();
        while (rows.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            row.add(rows.getString(i));
          }
          result.add(row);
        }
        return result;
      }
    }
  }

  /** Every event is one row with its values, or one dead letter with its reason and bytes. */
  private static void compare(UserActions actions, String topic, int events) throws Exception {
    Map<Long, List<String>> rows = new HashMap<>();
    for (List<String> row :
        query(
            "select _offset * "
                + PARTITIONS
                + " + _partition, event_date::varchar, epoch_ms(event_datetime), event_name, user_id,"
                + " platform, product_name, SKU from read_parquet('"
                + files("lake", topic, "user_actions")
                + "', hive_partitioning=true)")) {
      assertEquals(
          null, rows.put(Long.parseLong(row.get(0)), row.subList(1, row.size())), "double");
    }
    Map<Long, List<String>> dead = new HashMap<>();
    for (List<String> row :
        query(
            "select \"offset\" * "
                + PARTITIONS
                + " + \"partition\", reason, md5(coalesce(value, 'null'::blob)), decode(key) from read_parquet('"
                + files("dead", topic, "user_actions_dead_letters")
                + "')")) {
      assertEquals(
          null, dead.put(Long.parseLong(row.get(0)), row.subList(1, row.size())), "double");
    }
    for (long n = 0; n < events; n++) {
      UserActions.Event event = actions.event(n);
      UserActions.Expected expected = event.row();
      if (expected != null) {
        List<String> values = new ArrayList<>();
        values.add(LocalDate.ofInstant(expected.eventTime(), java.time.ZoneOffset.UTC).toString());
        values.add(String.valueOf(expected.eventTime().toEpochMilli()));
        values.add(expected.name());
        values.add(expected.userId());
        values.add(expected.platform());
        values.add(expected.product());
        values.add(expected.sku());
        assertEquals(values, rows.remove(n), "event " + n);
      } else {
        List<String> letter = dead.remove(n);
        assertEquals(event.rejected().map(Reason::name).orElseThrow(), letter.get(0), "event " + n);
        byte[] value =
            event.value() == null
                ? "null".getBytes(java.nio.charset.StandardCharsets.UTF_8)
                : event.value();
        assertEquals(md5(value), letter.get(1), "the bytes of event " + n);
        assertEquals(event.key(), letter.get(2));
      }
    }
    assertTrue(rows.isEmpty() && dead.isEmpty(), "rows that nobody produced");
  }

  private static String md5(byte[] bytes) throws Exception {
    return java.util.HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("MD5").digest(bytes));
  }
}
