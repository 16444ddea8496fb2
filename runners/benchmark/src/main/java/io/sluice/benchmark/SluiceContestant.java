package io.sluice.benchmark;

import io.sluice.flink.FlinkJob;
import io.sluice.local.EmbeddedS3;
import io.sluice.metrics.SluiceMetrics;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;

/** Sluice on the Flink runner, with the flags that one would give it for a backlog. */
public final class SluiceContestant {
  private SluiceContestant() {}

  public static void main(String[] args) throws Exception {
    Path work = Path.of(args[3]);
    Path contract = work.resolve("contract.yaml");
    try (InputStream text = SluiceContestant.class.getResourceAsStream("user-actions.yaml")) {
      Files.copy(Objects.requireNonNull(text), contract);
    }
    long records = Long.parseLong(args[4]);
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--bootstrapServers=" + args[0],
                "--topic=" + args[1],
                "--lake=" + args[2],
                "--deadLetters=" + args[2],
                "--contract=" + contract,
                "--startFrom=earliest",
                "--flinkMaster=[local]",
                "--parallelism=" + args[5],
                "--attachedMode=false",
                "--checkpointingInterval=10000",
                "--stateBackend=filesystem",
                "--stateBackendStoragePath=" + work.resolve("checkpoints").toUri(),
                // Days of the past in seconds: files when a date ends or they are full.
                "--windowSize=24h",
                "--fileInterval=1s",
                "--watermarkDelay=0s"));
    if (args.length > 6) {
      flags.addAll(EmbeddedS3.flags(URI.create(args[6])));
    }
    Thread first = new Thread(SluiceContestant::sayFirst, "first-record");
    first.setDaemon(true);
    first.start();
    PipelineResult job = FlinkJob.start(FlinkJob.options(flags));
    for (int asked = 1; SluiceMetrics.total(SluiceMetrics.FILE_ROWS) < records; asked++) {
      // For each answer Flink makes a copy of the whole graph.
      if (asked % 100 == 0 && job.getState().isTerminal()) {
        throw new IllegalStateException("the job is " + job.getState());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    System.out.println("done " + System.currentTimeMillis() + " " + records);
    System.out.flush();
    job.cancel();
    System.exit(0);
  }

  /** Says when the first records came, to a millisecond: a consumer's interceptor is refused. */
  private static void sayFirst() {
    try {
      while (SluiceMetrics.totals().records() == 0) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      System.out.println("first " + System.currentTimeMillis());
      System.out.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
