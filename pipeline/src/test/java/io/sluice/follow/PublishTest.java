package io.sluice.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UserException;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job with {@code --publish}: who follows well, who does not, and the lake in both cases. */
class PublishTest {
  private static final LocalDate DATE = LocalDate.of(2026, 3, 10);
  private static final LocalDate NEXT = DATE.plusDays(1);
  private static final int EVENTS = 40;

  @TempDir Path directory;
  private int sent;

  @BeforeEach
  @AfterEach
  void reset() {
    SwitchedKind.reset();
  }

  private SluiceOptions options(String... more) {
    PipelineOptionsFactory.register(SluiceOptions.class);
    List<String> flags = new ArrayList<>();
    flags.add("--bootstrapServers=none:1");
    flags.add("--lake=" + directory.resolve("lake"));
    flags.add("--deadLetters=" + directory.resolve("dead"));
    flags.add("--fileInterval=0s");
    flags.addAll(List.of(more));
    return PipelineOptionsFactory.fromArgs(flags.toArray(String[]::new)).as(SluiceOptions.class);
  }

  private List<SourceRecord> events(LocalDate date) {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++, sent++) {
      Instant at = date.atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(sent);
      String json =
          i == 7
              ? "no json"
              : "{\"timestamp\":\"%s\",\"event_name\":\"x\",\"user_identifiers\":{\"id\":\"%d\"}}"
                  .formatted(at, sent);
      records.add(
          new SourceRecord(
              "cluster/topic/id",
              sent % 3,
              sent,
              at.toEpochMilli(),
              null,
              json.getBytes(UTF_8),
              List.of()));
    }
    return records;
  }

  /** A run that reads some records, and ends. */
  private SluiceConfig run(List<SourceRecord> records, String... flags) throws IOException {
    SluiceOptions options = options(flags);
    SluiceConfig config = SluiceConfig.from(options);
    SluicePipeline sluice = SluicePipeline.open(config, options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(Create.of(records).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
    return config;
  }

  private static Set<String> live(Store store, Table table, LocalDate date) throws IOException {
    Set<String> names = new TreeSet<>();
    for (LakeFiles.DataFile file : LiveFiles.read(store, table).files()) {
      if (file.part().date().equals(date)) {
        names.add(file.part().name());
      }
    }
    assertTrue(!names.isEmpty(), "no file of " + date);
    return names;
  }

  private static Set<String> followed(String table, LocalDate date) {
    return new TreeSet<>(SwitchedKind.database(table).of(date));
  }

  @Test
  void oneThatFailsHoldsUpNoAppendAndCatchesUpInTheNextRun() throws Exception {
    long failures = SluiceMetrics.total(SluiceMetrics.FOLLOWER_FAILURES);
    SwitchedKind.isAway();
    SluiceConfig config = run(events(DATE), "--publish=switched,symlink");
    Table table = config.contract().lakeTable();
    try (Store lake = config.lake().open(options())) {
      assertEquals(
          EVENTS - 1,
          LiveFiles.read(lake, table).files().stream().mapToLong(f -> f.footer().rows()).sum());
      assertTrue(new Publication(lake, table, DATE).isCurrent());
      assertEquals(Set.of(), followed(table.name(), DATE));
      assertTrue(SluiceMetrics.total(SluiceMetrics.FOLLOWER_FAILURES) > failures);
      Set<String> listed = new TreeSet<>();
      new String(
              lake.read("_symlink_format_manifest/user_actions/event_date=" + DATE + "/manifest")
                  .orElseThrow(),
              UTF_8)
          .lines()
          .forEach(line -> listed.add(line.substring(line.lastIndexOf('/') + 1)));
      assertEquals(live(lake, table, DATE), listed, "the other follower");

      SwitchedKind.answers(() -> {});
      run(events(NEXT), "--publish=switched");
      assertEquals(live(lake, table, DATE), followed(table.name(), DATE), "of the run before");
      assertEquals(live(lake, table, NEXT), followed(table.name(), NEXT));
    }
    try (Store dead = config.deadLetters().open(options())) {
      Table letters = io.sluice.deadletter.DeadLetters.table(config.contract());
      assertEquals(live(dead, letters, DATE), followed(letters.name(), DATE));
    }
  }

  @Test
  void withoutTheFlagNothingFollows() throws Exception {
    SluiceConfig config = run(events(DATE));
    try (Store lake = config.lake().open(options())) {
      assertEquals(List.of(), lake.list("_symlink_format_manifest/"));
    }
  }

  @Test
  void aNameThatNoFollowerHasIsRefused() {
    UserException e =
        assertThrows(
            UserException.class, () -> SluiceConfig.from(options("--publish=symlink,glu")));
    assertTrue(
        e.getMessage().startsWith("--publish=glu: no follower is called so"), e.getMessage());
    assertTrue(e.getMessage().contains("symlink"), e.getMessage());
  }
}
