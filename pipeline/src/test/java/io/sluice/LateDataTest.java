package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is dropped, whenever it comes: on time, late, straggling, from the future. Read back with
 * DuckDB.
 */
@Tag("slow")
class LateDataTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final String SOURCE = "cluster/topic/id";

  @TempDir Path directory;
  private long offset;

  private SluicePipeline sluice(String... more) throws IOException {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--windowSize=1m",
                "--fileInterval=0s"));
    flags.addAll(List.of(more));
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(flags.toArray(new String[0])).as(SluiceOptions.class);
    this.options = options;
    return SluicePipeline.open(SluiceConfig.from(options), options);
  }

  private SluiceOptions options;

  /** A record that arrives at an element time, of an event time. */
  private TimestampedValue<SourceRecord> event(String eventTime, Instant recordTime) {
    String json = "{\"timestamp\":\"" + eventTime + "\",\"event_name\":\"e" + offset + "\"}";
    return TimestampedValue.of(
        new SourceRecord(
            SOURCE, 0, offset++, recordTime.getMillis(), null, json.getBytes(UTF_8), List.of()),
        recordTime);
  }

  private PipelineResult run(SluicePipeline sluice, TestStream<SourceRecord> records) {
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(records));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return result;
  }

  private static TestStream.Builder<SourceRecord> stream() {
    return TestStream.create(SourceRecordCoder.of());
  }

  private String table() {
    return "read_parquet('"
        + directory
        + "/lake/user_actions/*/*.parquet', hive_partitioning=true)";
  }

  private static void assertNothingDropped(PipelineResult result) {
    for (MetricResult<Long> counter :
        result.metrics().queryMetrics(MetricsFilter.builder().build()).getCounters()) {
      if (counter.getName().getName().toLowerCase(java.util.Locale.ROOT).contains("dropped")) {
        assertEquals(0L, counter.getAttempted(), counter.getName().toString());
      }
    }
  }

  @Test
  void everyRowIsInTheDirectoryOfItsOwnDateHoweverLateItComes() throws Exception {
    PipelineResult result =
        run(
            sluice(),
            stream()
                .addElements(
                    event("2026-03-10T11:59:59Z", NOON),
                    event("2026-03-09T13:00:00Z", NOON),
                    event("2026-03-11T11:00:00Z", NOON))
                .advanceWatermarkTo(NOON.plus(Duration.standardHours(2)))
                // Late: the watermark has passed its window.
                .addElements(event("2026-03-10T11:58:00Z", NOON.plus(Duration.standardHours(2))))
                .advanceWatermarkTo(NOON.plus(Duration.standardDays(3)))
                // A straggler of months, and elements whose own timestamp is behind the watermark
                // by days.
                .addElements(
                    event("2025-12-24T00:00:00Z", NOON.plus(Duration.standardDays(3))),
                    event("2026-03-10T00:00:00Z", NOON),
                    event("2026-03-10T01:00:00Z", NOON.minus(Duration.standardDays(30))))
                .advanceProcessingTime(Duration.standardMinutes(1))
                .advanceWatermarkToInfinity());
    assertNothingDropped(result);
    assertEquals(
        List.of(
            "2025-12-24 e4",
            "2026-03-09 e1",
            "2026-03-10 e0",
            "2026-03-10 e3",
            "2026-03-10 e5",
            "2026-03-11 e2"),
        DuckDb.query(
            "select event_date::varchar, event_name from "
                + table()
                + " where event_name <> 'e6' order by 1, 2"));
    // Its record time is a month before its event time: from the future, by the record's own clock.
    assertEquals(
        List.of("2026-02-08 FUTURE_EVENT_TIME 6"),
        DuckDb.query(
            "select dead_letter_date::varchar, reason, \"offset\" from read_parquet('"
                + directory
                + "/dead/user_actions_dead_letters/*/*.parquet', hive_partitioning=true)"));
  }

  @Test
  void aDateIsCompleteWhenTheWatermarkPassesItAndReopenedByALateFile() throws Exception {
    run(
        sluice(),
        stream()
            .addElements(event("2026-03-10T11:59:59Z", NOON))
            .advanceWatermarkTo(NOON.plus(Duration.standardHours(24)))
            .addElements(event("2026-03-10T10:00:00Z", NOON.plus(Duration.standardHours(24))))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkTo(NOON.plus(Duration.standardHours(26)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity());
    Path folder = directory.resolve("lake/user_actions/event_date=2026-03-10");
    assertTrue(Files.exists(folder.resolve("_manifest-000001.json")));
    assertTrue(Files.exists(folder.resolve("_manifest-000002.json")));
    assertEquals(
        "{\"manifest\":\"_manifest-000002.json\"}\n", Files.readString(folder.resolve("_SUCCESS")));
    String manifest = Files.readString(folder.resolve("_manifest-000002.json"));
    assertTrue(manifest.contains("\"rows\" : 2,"), manifest);
    assertTrue(manifest.contains("[ [ 0, 1 ] ]"), manifest);
  }

  @Test
  void aDateThatTheWatermarkHasNotPassedHasNoManifest() throws Exception {
    Pipeline pipeline = Pipeline.create();
    SluicePipeline sluice = sluice();
    pipeline = Pipeline.create(options);
    sluice.build(
        pipeline.apply(
            stream()
                .addElements(event("2026-03-10T11:59:59Z", NOON))
                .advanceWatermarkTo(NOON.plus(Duration.standardHours(1)))
                .addElements(event("2026-03-10T12:59:59Z", NOON.plus(Duration.standardHours(1))))
                .advanceWatermarkToInfinity()));
    pipeline.run().waitUntilFinish();
    // At the end of all time it is complete; before, the file was there alone. Manifest 1 has both
    // rows: none was made in between.
    String manifest =
        Files.readString(
            directory.resolve("lake/user_actions/event_date=2026-03-10/_manifest-000001.json"));
    assertTrue(manifest.contains("\"rows\" : 2,"), manifest);
  }

  @Test
  void aReplayFromTheBeginningWritesNothing() throws Exception {
    TestStream<SourceRecord> records =
        stream()
            .addElements(event("2026-03-10T11:00:00Z", NOON), event("2026-03-10T11:30:00Z", NOON))
            .addElements(event("nonsense", NOON))
            .advanceWatermarkToInfinity();
    run(sluice(), records);
    TreeSet<String> before = files();
    run(sluice(), records);
    assertEquals(before, files());
    assertEquals(2, before.stream().filter(name -> name.endsWith(".parquet")).count());
  }

  @Test
  void aLakeBegunWithAnotherNumberOfShardsIsRefusedUnlessResharded() throws Exception {
    TestStream<SourceRecord> records =
        stream().addElements(event("2026-03-10T11:00:00Z", NOON)).advanceWatermarkToInfinity();
    run(sluice("--shards=3"), records);
    TreeSet<String> before = files();
    UserException refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            UserException.class, () -> sluice("--shards=5"));
    assertTrue(refused.getMessage().contains("3 shards"), refused.getMessage());
    run(sluice("--shards=5", "--reshard"), records);
    assertEquals(before, files(), "a replay into another shard found its rows");
    assertFalse(before.isEmpty());
  }

  private TreeSet<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      TreeSet<String> names = new TreeSet<>();
      files
          .filter(Files::isRegularFile)
          .map(Path::toString)
          .filter(n -> !n.contains("_sluice"))
          .forEach(names::add);
      return names;
    }
  }
}
