package io.sluice.sizing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import io.sluice.write.FilePolicy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The simulation and the pipeline follow the same policy, each with timers of its own: random
 * events, on time, late and large, are in the same files after both.
 */
@Tag("slow")
class PendingFileTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final long WINDOW = 60_000;
  private static final long INTERVAL = 30_000;
  private static final int LARGE = 700_000;
  private static final int STEPS = 60;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theSimulationAndThePipelineCloseTheSameFiles(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    TestStream.Builder<SourceRecord> stream =
        TestStream.create(SourceRecordCoder.of()).advanceWatermarkTo(NOON);
    PendingFile pending =
        new PendingFile(new FilePolicy(1 << 20, java.time.Duration.ofMillis(INTERVAL)));
    List<Long> expected = new ArrayList<>();
    long rows = 0;
    long now = 0;
    long watermark = NOON.getMillis();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(3)) {
        case 0 -> {
          long passed = 1000 * (1 + random.nextInt(20));
          now += passed;
          stream = stream.advanceProcessingTime(Duration.millis(passed));
        }
        case 1 -> {
          watermark += 1000 * (1 + random.nextInt(30));
          stream = stream.advanceWatermarkTo(Instant.ofEpochMilli(watermark));
        }
        default -> {
          long behind = random.nextInt(3) == 0 ? random.nextInt(3_600_000) : 0;
          boolean large = random.nextInt(6) == 0;
          long time = watermark - behind;
          stream = stream.addElements(record(step, watermark, time, large));
          rows++;
          long end = Math.floorDiv(time, WINDOW) * WINDOW + WINDOW;
          if (pending.add(now, watermark, end, large ? LARGE : 200)) {
            expected.add(rows);
            rows = 0;
            pending.clear();
          }
        }
      }
      if (pending.fire(now, watermark)) {
        expected.add(rows);
        rows = 0;
        pending.clear();
      }
    }
    if (rows > 0) {
      expected.add(rows);
    }
    run(stream.advanceWatermarkToInfinity());
    assertEquals(expected, rowsOfFiles());
  }

  private static TimestampedValue<SourceRecord> record(
      long offset, long recordTime, long eventTime, boolean large) {
    String json =
        "{\"timestamp\":\""
            + Instant.ofEpochMilli(eventTime)
            + "\",\"event_name\":\""
            + (large ? "x".repeat(LARGE) : "view")
            + "\"}";
    Instant time = Instant.ofEpochMilli(recordTime);
    return TimestampedValue.of(
        new SourceRecord(
            "cluster/topic/id", 0, offset, recordTime, null, json.getBytes(UTF_8), List.of()),
        time);
  }

  private void run(TestStream<SourceRecord> records) throws Exception {
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--windowSize=1m",
                "--fileInterval=30s",
                "--fileMebibytes=1")
            .as(SluiceOptions.class);
    // One instance of each step sees all, as the simulation does.
    options.as(DirectOptions.class).setTargetParallelism(1);
    Pipeline pipeline = Pipeline.create(options);
    SluicePipeline.open(SluiceConfig.from(options), options).build(pipeline.apply(records));
    pipeline.run().waitUntilFinish();
  }

  private List<Long> rowsOfFiles() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select filename, count(*) from read_parquet('"
                    + directory
                    + "/lake/user_actions/*/*.parquet', filename=true) group by 1 order by 1")) {
      List<Long> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getLong(2));
      }
      return rows;
    }
  }
}
