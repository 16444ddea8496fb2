package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.Main;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.lake.Stores;
import io.sluice.write.AppendLogModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit sees what is wrong, and what is not. The append log's model runs over S3 here, too. */
class AuditIT {
  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static EmbeddedS3 s3;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    s3 = EmbeddedS3.start(directory.resolve("s3"), "lake");
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
    s3.close();
  }

  private static SluiceOptions options(String topic) {
    List<String> flags = new ArrayList<>(s3.flags());
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + topic);
    flags.add("--lake=" + directory.resolve(topic));
    flags.add("--deadLetters=" + directory.resolve(topic));
    flags.add("--windowSize=1h");
    flags.add("--fileInterval=0s");
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=1");
    flags.add("--attachedMode=false");
    return FlinkJob.options(flags);
  }

  private static AuditReport runUntilNothingIsMissing(SluiceOptions options) throws Exception {
    PipelineResult job = FlinkJob.start(options);
    try {
      AuditReport report = AuditCommand.run(options, false);
      for (int i = 0; i < 300 && !report.complete(); i++) {
        TimeUnit.MILLISECONDS.sleep(200);
        report = AuditCommand.run(options, false);
      }
      return report;
    } finally {
      job.cancel();
    }
  }

  /** Two files of rows that do not have the last offset of their partition. */
  private static List<Path> filesBelowTheLastOffsets(SluiceOptions options) throws Exception {
    List<LakeFiles.DataFile> files = new ArrayList<>();
    Positions all = new Positions();
    try (Store store = LakeStores.lake(options).open(options)) {
      LakeFiles.forEach(
          store,
          SluiceConfig.contract(options).lakeTable(),
          file -> {
            files.add(file);
            all.addAll(file.footer().positions());
          });
    }
    return files.stream()
        .filter(
            file ->
                file.footer().positions().partitions().stream()
                    .allMatch(
                        partition ->
                            file.footer().positions().span(partition).orElseThrow().to()
                                < all.span(partition).orElseThrow().to()))
        .map(file -> Path.of(options.getLake()).resolve(file.entry().key()))
        .limit(2)
        .toList();
  }

  /** All but one data file, as though they had been written before. */
  private static void makeOlder(String topic, Path newest, Duration by) throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve(topic))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.equals(newest)) {
          Files.setLastModifiedTime(
              file, FileTime.from(Files.getLastModifiedTime(file).toInstant().minus(by)));
        }
      }
    }
  }

  @Test
  void aMissingFileIsNamedAsLostAndACopiedOneAsDuplicateAndADamagedOneAsDamaged() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "audited", 2);
    EventProducer.send(
        kafka.bootstrapServers(),
        "audited",
        2,
        new UserActions(2_000, java.time.LocalDate.of(2026, 5, 1), 2, 5),
        0,
        2_000,
        0,
        n -> {});
    SluiceOptions options = options("audited");
    assertTrue(runUntilNothingIsMissing(options).complete());
    assertTrue(AuditCommand.run(options, true).passed());
    List<Path> below = filesBelowTheLastOffsets(options);
    Path file = below.get(0);
    Path aside = directory.resolve("aside");

    Files.move(file, aside);
    AuditReport young = AuditCommand.run(options, false);
    // Where the date was complete already, its manifest names the file, which is not there.
    assertEquals(0, young.lost(), "a job may have it still: " + young.line());
    assertTrue(young.waiting() > 0, young.line());
    makeOlder("audited", below.get(1), Duration.ofHours(3));
    AuditReport lost = AuditCommand.run(options, false, Duration.ofSeconds(1));
    assertFalse(lost.passed());
    assertTrue(lost.lost() > 0, lost.line());
    assertEquals(young.waiting(), lost.lost());
    assertEquals(0, lost.duplicate());

    Files.copy(aside, file);
    Path twice =
        file.resolveSibling(file.getFileName().toString().replaceFirst("\\d{8}\\.", "00000077."));
    Files.copy(aside, twice);
    AuditReport twiceThere = AuditCommand.run(options, false);
    assertEquals(young.waiting(), twiceThere.duplicate());
    assertEquals(0, twiceThere.lost());
    assertFalse(twiceThere.passed());
    Files.delete(twice);

    assertTrue(AuditCommand.run(options, true).passed());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 1;
    Files.write(file, bytes);
    AuditReport damaged = AuditCommand.run(options, true);
    assertFalse(damaged.passed());
    assertTrue(
        damaged.damaged().get(0).contains(file.getFileName().toString()),
        damaged.damaged().toString());
  }

  /**
   * Transaction markers and aborted records have offsets, and nothing that could be lost; they do
   * not hold back windows either.
   */
  @Test
  void offsetsThatHoldNoRecordAreNotLost() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "transactions", 1);
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", kafka.bootstrapServers());
    config.put("transactional.id", "test");
    long time = java.time.Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();
    byte[] value =
        "{\"timestamp\":\"2026-05-01T00:00:00Z\",\"event_name\":\"view\"}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      for (int i = 0; i < 4; i++) {
        producer.beginTransaction();
        for (int j = 0; j < 10; j++) {
          producer.send(new ProducerRecord<>("transactions", 0, time, null, value)).get();
        }
        if (i == 1) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    AuditReport report = runUntilNothingIsMissing(options("transactions"));
    assertTrue(report.complete(), report.line());
    assertEquals(30, report.offsets());
    assertEquals(44, report.partitions().get(0).end());
    whatRetentionTakesIsNotMissedOnceItWasProved();
  }

  private static void whatRetentionTakesIsNotMissedOnceItWasProved() throws Exception {
    assertEquals(0, verb("audit"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicPartition partition = new TopicPartition("transactions", 0);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(24))).all().get();
    }
    assertEquals(0, verb("audit"));
    assertEquals(0, verb("audit", "--full"));
    Path proved = directory.resolve("transactions/_sluice/user_actions/proved");
    try (Stream<Path> records = Files.list(proved)) {
      for (Path record : records.toList()) {
        Files.delete(record);
      }
    }
    // Of what was not proved nobody knows that the markers at 10 and 21 and the aborted 11 to 20
    // were no records.
    assertEquals(3, verb("audit"));
    assertEquals(2, verb(acknowledge(10, 24)));
    assertEquals(2, verb(acknowledge(0, 9)));
    assertEquals(0, verb(acknowledge(0, 21)));
    assertEquals(0, verb("audit"));
    assertEquals(0, verb("report", "--out=" + directory.resolve("page.html")));
    String page = Files.readString(directory.resolve("page.html"));
    assertTrue(page.contains("Ada") && page.contains("not proved in time"), "who and why");
  }

  private static String[] acknowledge(long from, long to) {
    return new String[] {
      "acknowledge",
      "--partition=0",
      "--from=" + from,
      "--to=" + to,
      "--by=Ada",
      "--why=not proved in time"
    };
  }

  private static int verb(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--bootstrapServers=" + kafka.bootstrapServers());
    all.add("--topic=transactions");
    all.add("--lake=" + directory.resolve("transactions"));
    all.add("--deadLetters=" + directory.resolve("transactions"));
    return Main.execute(all.toArray(String[]::new));
  }

  /** Partitions that were never written to hold back nothing, on a subtask of their own either. */
  @Test
  void emptyPartitionsDoNotFreezeTheWatermark() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "sparse", 4);
    UserActions actions = new UserActions(100, java.time.LocalDate.of(2026, 5, 1), 1, 0);
    EventProducer.send(kafka.bootstrapServers(), "sparse", 1, actions, 0, 100, 0, n -> {});
    SluiceOptions options = options("sparse");
    options.as(org.apache.beam.runners.flink.FlinkPipelineOptions.class).setParallelism(4);
    AuditReport report = runUntilNothingIsMissing(options);
    assertEquals(100, report.lake(), report.line());
    assertTrue(report.complete());
  }

  @Test
  void theAppendLogHoldsOnS3() throws Exception {
    SluiceOptions options = options("model");
    Stores stores = new Stores("s3://lake/model", LakeStores.lake(s3Options()).s3(), true);
    for (long seed = 0; seed < 12; seed++) {
      Stores one = new Stores(stores.root() + "-" + seed, stores.s3(), true);
      new AppendLogModel(StoreScript.around(seed, one.open(options)), seed).run();
    }
  }

  private static SluiceOptions s3Options() {
    SluiceOptions options = options("model");
    options.setLake("s3://lake/model");
    options.setS3PathStyle(true);
    return options;
  }
}
