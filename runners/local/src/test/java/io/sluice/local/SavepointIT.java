package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.flink.FlinkJob;
import io.sluice.metrics.SluiceMetrics;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real savepoint of Flink, restored by a run with other flags. */
class SavepointIT {
  private static final int EVENTS = 200;

  @TempDir Path directory;

  private EmbeddedKafka broker() throws Exception {
    return EmbeddedKafka.start(directory.resolve("kafka"));
  }

  private static void produce(String servers) throws Exception {
    EventProducer.createTopic(servers, "user-actions", 2);
    try (KafkaProducer<byte[], String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new StringSerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        producer.send(
            new ProducerRecord<>(
                "user-actions",
                i % 2,
                null,
                "{\"timestamp\":\"%s\",\"event_name\":\"x\",\"user_identifiers\":{\"id\":\"%d\"}}"
                    .formatted(Instant.now(), i)));
      }
    }
  }

  private List<String> flags(String servers, String... more) {
    List<String> flags = new ArrayList<>();
    flags.add("--bootstrapServers=" + servers);
    flags.add("--lake=" + directory.resolve("lake"));
    flags.add("--deadLetters=" + directory.resolve("lake"));
    flags.add("--windowSize=1s");
    flags.add("--fileInterval=1s");
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=1");
    flags.add("--attachedMode=false");
    flags.add("--checkpointingInterval=1000");
    flags.addAll(List.of(more));
    return flags;
  }

  private long files() throws Exception {
    try (Stream<Path> all = Files.walk(directory.resolve("lake"))) {
      return all.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  /** How many files the lists of the follower lead to. */
  private long listed() throws Exception {
    Path lists = directory.resolve("lake/_symlink_format_manifest");
    if (!Files.exists(lists)) {
      return 0;
    }
    long lines = 0;
    try (Stream<Path> all = Files.walk(lists)) {
      for (Path list : all.filter(Files::isRegularFile).toList()) {
        for (String line : Files.readAllLines(list)) {
          assertTrue(Files.exists(Path.of(URI.create(line))), line);
          lines++;
        }
      }
    }
    return lines;
  }

  /** With the servers or the delay of the first run, no row would ever be written. */
  @Test
  void aSavepointTakesTheServersAndTheDelayOfTheRunThatRestoresIt() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(FlinkJob.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(said);
    String savepoint;
    try (EmbeddedKafka kafka = broker()) {
      produce(kafka.bootstrapServers());
      long before = SluiceMetrics.totals().records();
      PipelineResult job =
          FlinkJob.start(FlinkJob.options(flags(kafka.bootstrapServers(), "--watermarkDelay=1h")));
      try {
        for (int i = 0; i < 600 && SluiceMetrics.totals().records() < before + EVENTS; i++) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
        assertEquals(before + EVENTS, SluiceMetrics.totals().records());
        Matcher rest =
            Pattern.compile("its REST at (\\S+?);").matcher(said.list.get(0).getFormattedMessage());
        assertTrue(rest.find(), said.list.toString());
        savepoint = Savepoints.take(rest.group(1), directory.resolve("savepoints"));
      } finally {
        job.cancel();
      }
    } finally {
      logger.detachAppender(said);
      logger.setLevel(null);
    }
    assertEquals(0, files());

    // The same broker at another port; nobody is at the old one any more.
    try (EmbeddedKafka kafka = broker()) {
      long before = SluiceMetrics.totals().records();
      var options =
          FlinkJob.options(
              flags(
                  kafka.bootstrapServers(),
                  "--watermarkDelay=0s",
                  "--savepointPath=" + savepoint,
                  "--manifestInterval=1s",
                  "--publish=symlink"));
      PipelineResult job = FlinkJob.start(options);
      try {
        for (int i = 0; i < 600 && files() == 0; i++) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
        assertTrue(files() > 0, "nothing was written");
        AuditReport report = AuditCommand.run(options, false);
        for (int i = 0; i < 100 && !report.complete(); i++) {
          TimeUnit.MILLISECONDS.sleep(100);
          report = AuditCommand.run(options, false);
        }
        assertTrue(report.complete(), report.line());
        assertEquals(EVENTS, report.lake(), report.line());
        // The first run knew no follower: this one begins with a look at all dates.
        for (int i = 0; i < 600 && listed() < files(); i++) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
        assertEquals(files(), listed());
      } finally {
        job.cancel();
      }
      // From the savepoint's state, that is, and not by reading the topic again.
      assertEquals(before, SluiceMetrics.totals().records());
    }
  }
}
