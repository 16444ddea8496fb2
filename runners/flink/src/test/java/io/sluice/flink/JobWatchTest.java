package io.sluice.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is seen of a job on a cluster from outside, where the cluster speaks TLS with a certificate
 * of its own, as Flink's documentation makes them.
 */
class JobWatchTest {
  /** 2026-11-28T14:18:00Z in milliseconds. */
  private static final long TIME = 1_795_875_480_000L;

  @TempDir Path directory;

  private Configuration configuration() throws Exception {
    Path store = directory.resolve("rest.p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            ("-genkeypair -alias flink.rest -keyalg EC -dname CN=flink.internal"
                    + " -ext san=dns:flink.internal -validity 3650 -storetype PKCS12"
                    + " -storepass secret -keystore "
                    + store)
                .split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    Configuration configuration = new Configuration();
    configuration.set(SecurityOptions.SSL_REST_ENABLED, true);
    configuration.set(SecurityOptions.SSL_REST_KEYSTORE, store.toString());
    configuration.set(SecurityOptions.SSL_REST_KEYSTORE_PASSWORD, "secret");
    configuration.set(SecurityOptions.SSL_REST_KEY_PASSWORD, "secret");
    configuration.set(SecurityOptions.SSL_REST_TRUSTSTORE, store.toString());
    configuration.set(SecurityOptions.SSL_REST_TRUSTSTORE_PASSWORD, "secret");
    configuration.set(RestOptions.BIND_PORT, "0");
    return configuration;
  }

  private static JobGraph job() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
    environment.enableCheckpointing(100);
    environment
        .fromSequence(0, Long.MAX_VALUE)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Long>forMonotonousTimestamps()
                .withTimestampAssigner((number, before) -> TIME + number % 1000))
        .map(new Slowly())
        .rebalance()
        .sinkTo(new DiscardingSink<>());
    return environment.getStreamGraph().getJobGraph();
  }

  private static final class Slowly implements MapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long map(Long number) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(5);
      return number;
    }
  }

  /** Whoever waits for progress. */
  private record Lines(BlockingQueue<String> lines) implements JobWatch.Listener {
    @Override
    public boolean wantsProgress() {
      return true;
    }

    @Override
    public void isAt(String progress) {
      lines.add(progress);
    }
  }

  @Test
  void aJobOnAClusterWithACertificateOfItsOwnIsSeenFromOutside() throws Exception {
    Configuration configuration = configuration();
    try (MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build())) {
      cluster.start();
      URI rest = cluster.getRestAddress().join();
      JobGraph job = job();
      cluster.submitJob(job).join();
      JobManager jobManager = JobManager.of(rest.getHost() + ":" + rest.getPort(), configuration);
      assertEquals("https://" + rest.getHost() + ":" + rest.getPort(), jobManager.toString());

      BlockingQueue<String> lines = new LinkedBlockingQueue<>();
      AtomicInteger asked = new AtomicInteger();
      JobWatch watch =
          JobWatch.start(
              jobManager,
              () -> {
                if (asked.incrementAndGet() == 1) {
                  throw new IllegalStateException("whatever goes wrong once");
                }
                return job.getJobID().toHexString();
              },
              new Lines(lines));
      try {
        String line = "";
        for (int i = 0; i < 120 && !line.matches(".*watermark 2026.*the last .*"); i++) {
          line = String.valueOf(lines.poll(1, TimeUnit.SECONDS));
        }
        assertTrue(
            line.matches(
                "RUNNING, 2 of 2 tasks, watermark 2026-11-28T14:18:0\\S+, [0-9,]+ checkpoints, the"
                    + " last \\d+ s ago with (\\d+|[1-9]\\.\\d) (B|kB|MB), 0 restarts"),
            line);
      } finally {
        watch.close();
      }
      // Nobody is trusted without that.
      assertThrows(IOException.class, () -> new JobManager(rest).get("/jobs/overview"));
    }
  }

  @Test
  void certificatesThatCannotBeUsedAreOneLine() {
    Configuration configuration = new Configuration();
    configuration.set(SecurityOptions.SSL_REST_ENABLED, true);
    configuration.set(SecurityOptions.SSL_REST_TRUSTSTORE, "/none.p12");
    configuration.set(SecurityOptions.SSL_REST_TRUSTSTORE_PASSWORD, "secret");
    UserException e =
        assertThrows(UserException.class, () -> JobManager.of("here:8081", configuration));
    assertTrue(e.getMessage().contains("security.ssl.rest"), e.getMessage());
    assertTrue(e.getMessage().contains("/none.p12"), e.getMessage());
  }
}
