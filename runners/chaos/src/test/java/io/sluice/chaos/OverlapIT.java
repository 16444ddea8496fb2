package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.flink.FlinkJob;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EmbeddedS3;
import io.sluice.local.EventProducer;
import io.sluice.local.UserActions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that takes its time holds up no checkpoint. */
class OverlapIT {
  private static final int EVENTS = 4_000;
  private static final int PARTITIONS = 2;
  private static final String TOPIC = "overlap";

  @TempDir static Path directory;

  @Test
  void checkpointsGoOnWhileAFileIsHeldUpAtItsCommit() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Path checkpoints = Files.createDirectories(directory.resolve("checkpoints"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "dead");
        S3FaultProxy proxy = new S3FaultProxy(s3.endpoint().getPort(), 1)) {
      EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, PARTITIONS);
      UserActions actions = new UserActions(EVENTS, LocalDate.of(2026, 5, 1), 1, 0);
      EventProducer.send(
          kafka.bootstrapServers(), TOPIC, PARTITIONS, actions, 0, EVENTS, 0, n -> {});
      proxy.atNextCommit(
          S3FaultProxy.Moment.BEFORE_COMMIT,
          () -> {
            reached.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      SluiceOptions options = options(kafka, proxy.endpoint(), checkpoints);
      PipelineResult job = FlinkJob.start(options);
      try {
        assertTrue(reached.await(2, TimeUnit.MINUTES), "no commit was begun");
        long before = newest(checkpoints);
        // The first may have been on its way; of the others each barrier passed the writer.
        for (int i = 0; i < 250 && newest(checkpoints) < before + 3; i++) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
        assertTrue(newest(checkpoints) >= before + 3, "no checkpoint since " + before);
        AuditReport report = AuditCommand.run(options, false);
        assertTrue(
            report.waiting() > 0 && report.lost() == 0,
            "the file was there all the time: " + report.line());
        released.countDown();
        for (int i = 0; i < 300 && !report.complete(); i++) {
          TimeUnit.MILLISECONDS.sleep(200);
          report = AuditCommand.run(options, false);
        }
        assertTrue(report.complete(), report.line());
        assertEquals(EVENTS, report.lakeRows());
      } finally {
        released.countDown();
        job.cancel();
      }
    }
  }

  private static SluiceOptions options(EmbeddedKafka kafka, URI endpoint, Path checkpoints) {
    List<String> flags = new ArrayList<>(EmbeddedS3.flags(endpoint));
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + TOPIC);
    flags.add("--lake=s3://lake/l");
    flags.add("--deadLetters=s3://dead/d");
    flags.add("--windowSize=1s");
    flags.add("--watermarkDelay=0s");
    // All of a log is one file: a second would wait for the first, and the writer with it.
    flags.add("--fileInterval=3s");
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=1");
    flags.add("--attachedMode=false");
    flags.add("--checkpointingInterval=500");
    flags.add("--stateBackend=filesystem");
    flags.add("--stateBackendStoragePath=" + checkpoints.toUri());
    return FlinkJob.options(flags);
  }

  /** The number of the newest checkpoint that is complete; -1 where there is none. */
  private static long newest(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .map(file -> file.getParent().getFileName().toString())
          .mapToLong(name -> Long.parseLong(name.substring("chk-".length())))
          .max()
          .orElse(-1);
    } catch (java.io.UncheckedIOException e) {
      // One was removed under the walk: there is a newer one.
      return newest(checkpoints);
    }
  }
}
