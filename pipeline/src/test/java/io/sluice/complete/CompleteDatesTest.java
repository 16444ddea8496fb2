package io.sluice.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.TestBag;
import io.sluice.TestTimer;
import io.sluice.TestValue;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PartFile;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.CommittedFile;
import io.sluice.write.LogChange;
import io.sluice.write.LogChangeCoder;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.OutputBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a date gets its manifests while a job runs. */
class CompleteDatesTest {
  private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);

  @TempDir Path directory;
  private Stores stores;
  private Store store;

  @BeforeEach
  void open() {
    stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
  }

  /** Appends the row of an offset, and says that it is of a date. */
  private static final class AppendFn extends DoFn<Long, LogChange> {
    private static final long serialVersionUID = 1L;

    private final Stores stores;
    private final LocalDate date;
    private final LocalDate said;
    private final boolean named;

    /**
     * @param named whether the file is, or only its date
     */
    AppendFn(Stores stores, LocalDate date, LocalDate said, boolean named) {
      this.stores = stores;
      this.date = date;
      this.said = said;
      this.named = named;
    }

    @ProcessElement
    public void process(@Element Long offset, OutputReceiver<LogChange> out) throws IOException {
      try (Store store = stores.open(PipelineOptionsFactory.create())) {
        out.output(append(store, date, said, offset, named));
      }
    }
  }

  /** Appends the row of an offset, and says of it what the job would. */
  private static LogChange append(
      Store store, LocalDate date, LocalDate said, long offset, boolean named) throws IOException {
    AppendLog log = new AppendLog(store, TestPanes.TABLE, date, 0, false);
    PartFile part = log.append(TestPanes.rows(offset)).get(0).file();
    Store.Entry entry = store.list(part.key()).get(0);
    CommittedFile file =
        new CommittedFile(part.name(), entry.size(), Seal.check(store, entry).sha256());
    return new LogChange(TestPanes.TABLE.name(), said.toEpochDay(), named ? file : null);
  }

  /** Two files, the second long after the first; how many manifests the date gets. */
  private int manifests(LocalDate date, LocalDate said) throws IOException {
    return manifests(date, said, null, false).size();
  }

  private List<Manifest> manifests(
      LocalDate date, LocalDate said, @Nullable Duration manifestInterval, boolean named)
      throws IOException {
    LakeTable table = LakeTable.begin(store, stores, TestPanes.TABLE, null, false);
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(
            TestStream.create(VarLongCoder.of())
                .addElements(1L)
                .advanceProcessingTime(org.joda.time.Duration.standardMinutes(2))
                .addElements(2L)
                .advanceProcessingTime(org.joda.time.Duration.standardMinutes(2))
                .advanceWatermarkToInfinity())
        .apply(ParDo.of(new AppendFn(stores, date, said, named)))
        .setCoder(LogChangeCoder.of())
        .apply(
            new CompleteDates(
                List.of(table), Duration.ofMinutes(1), Duration.ofMinutes(1), manifestInterval));
    pipeline.run().waitUntilFinish();
    Manifests manifests = new Manifests(store, TestPanes.TABLE, date);
    List<Manifest> versions = new ArrayList<>();
    for (Store.Entry version : manifests.versions()) {
      versions.add(manifests.read(version).orElseThrow());
    }
    return versions;
  }

  private static LocalDate tomorrow() {
    return LocalDate.now(java.time.ZoneOffset.UTC).plusDays(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDateThatGrowsHasAManifestAfterEachIntervalInWhichFilesCame(boolean named)
      throws IOException {
    List<Manifest> versions = manifests(tomorrow(), tomorrow(), Duration.ofMinutes(1), named);
    assertEquals(List.of(false, false, true), versions.stream().map(Manifest::isComplete).toList());
    assertEquals(List.of(1L, 2L, 2L), versions.stream().map(Manifest::rows).toList());
    assertEquals(3, versions.get(2).firstComplete());
    assertTrue(new Publication(store, TestPanes.TABLE, tomorrow()).isCurrent());
  }

  @Test
  void filesThatComeWithinAnIntervalShareAManifest() throws IOException {
    List<Manifest> versions = manifests(tomorrow(), tomorrow(), Duration.ofMinutes(3), true);
    assertEquals(List.of(false, true), versions.stream().map(Manifest::isComplete).toList());
    assertEquals(List.of(2L, 2L), versions.stream().map(Manifest::rows).toList());
  }

  /** Nobody will see the end of such a date: it is called complete after each file, as before. */
  @Test
  void aDateThatIsNotWaitedForDoesNotGrow() throws IOException {
    List<Manifest> versions = manifests(LATEST, LATEST, Duration.ofSeconds(1), true);
    assertEquals(List.of(true, true), versions.stream().map(Manifest::isComplete).toList());
  }

  @Test
  void aDateThatWillEndIsWaitedFor() throws IOException {
    assertEquals(1, manifests(tomorrow(), tomorrow()));
  }

  @Test
  void aDateWhoseEndNobodyWillSeeIsNotWaitedFor() throws IOException {
    assertEquals(2, manifests(LATEST, LATEST));
  }

  /** As the state of an earlier version has it, of a timestamp in microseconds. */
  @Test
  void neitherIsADateThatNoTableHas() throws IOException {
    assertEquals(2, manifests(LATEST, LocalDate.of(57_879, 8, 1)));
  }

  /** An earlier version set a timer for it, which no job will see. */
  @Test
  void aDateForWhichAnEarlierVersionWaitsGetsItsManifest() throws IOException {
    LakeTable table = LakeTable.begin(store, stores, TestPanes.TABLE, null, false);
    new AppendLog(store, TestPanes.TABLE, LATEST, 0, false).append(TestPanes.rows(1L));
    long date = LocalDate.of(57_879, 8, 1).toEpochDay();
    TestBag<LogChange> changes = new TestBag<>();
    changes.add(new LogChange(TestPanes.TABLE.name(), date, null));
    TestValue<Boolean> isIncomplete = new TestValue<>();
    isIncomplete.write(true);
    TestTimer incomplete = new TestTimer(() -> new org.joda.time.Instant(0));
    PublishFn step =
        new PublishFn(
            List.of(table), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    step.setup(PipelineOptionsFactory.create());
    List<String> complete = new ArrayList<>();
    step.onIncomplete(
        TestPanes.TABLE.name() + "/" + date,
        changes,
        isIncomplete,
        new TestValue<>(),
        incomplete,
        to(complete));
    step.teardown();
    assertEquals(1, new Manifests(store, TestPanes.TABLE, LATEST).versions().size());
    assertEquals(List.of(TestPanes.TABLE.name() + "/" + LATEST), complete);
    assertNull(isIncomplete.value);
    assertFalse(incomplete.isSet, "it is waited for no more");
  }

  /** What an earlier version has in its state: all files of the date, and no manifest. */
  @Test
  void aDateOfAnEarlierVersionsSavepointGrowsWithTheNextFile() throws IOException {
    LakeTable table = LakeTable.begin(store, stores, TestPanes.TABLE, null, false);
    LocalDate date = tomorrow();
    String key = TestPanes.TABLE.name() + "/" + date.toEpochDay();
    TestBag<LogChange> changes = new TestBag<>();
    changes.add(append(date, 1));
    TestValue<Boolean> isIncomplete = new TestValue<>();
    isIncomplete.write(true);
    TestValue<Boolean> isGrowing = new TestValue<>();
    TestValue<Integer> version = new TestValue<>();
    TestTimer dateEnd = timer();
    TestTimer again = timer();
    TestTimer grow = timer();
    PublishFn step =
        new PublishFn(
            List.of(table), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    step.setup(PipelineOptionsFactory.create());
    step.process(
        KV.of(key, append(date, 2)),
        changes,
        new TestValue<>(),
        isIncomplete,
        isGrowing,
        dateEnd,
        again,
        grow,
        timer());
    assertTrue(grow.isSet);
    assertTrue(dateEnd.isSet);
    assertFalse(again.isSet, "it is no late file");
    List<String> published = new ArrayList<>();
    step.onGrow(key, changes, isIncomplete, isGrowing, version, to(published));
    Manifest newest = new Manifests(store, TestPanes.TABLE, date).newest().orElseThrow();
    assertEquals(2, newest.rows());
    assertFalse(newest.isComplete());
    assertEquals(1, version.value);
    assertEquals(List.of(), changes.list);
    assertNull(isGrowing.value);
    step.onGrow(key, changes, isIncomplete, isGrowing, version, to(published));
    assertEquals(List.of(TestPanes.TABLE.name() + "/" + date), published);
    step.teardown();
  }

  /** Killed after a manifest and before the state was kept: no follower has heard of it. */
  @Test
  void whatAnEarlierTryHasPublishedIsToldByTheNext() throws IOException {
    LakeTable table = LakeTable.begin(store, stores, TestPanes.TABLE, null, false);
    LocalDate date = tomorrow();
    String key = TestPanes.TABLE.name() + "/" + date.toEpochDay();
    String told = TestPanes.TABLE.name() + "/" + date;
    Publication publication = new Publication(store, TestPanes.TABLE, date);
    TestBag<LogChange> changes = new TestBag<>();
    changes.add(append(date, 1));
    TestValue<Boolean> isIncomplete = new TestValue<>();
    isIncomplete.write(true);
    TestValue<Integer> version = new TestValue<>();
    PublishFn step =
        new PublishFn(
            List.of(table), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    step.setup(PipelineOptionsFactory.create());
    List<String> published = new ArrayList<>();
    publication.grow(0, Optional.empty());
    step.onGrow(key, changes, isIncomplete, new TestValue<>(), version, to(published));
    assertEquals(List.of(told), published);
    step.onGrow(key, changes, isIncomplete, new TestValue<>(), version, to(published));
    assertEquals(List.of(told), published, "it is known by now");
    publication.complete(Map.of());
    step.onReopened(key, changes, new TestValue<>(), isIncomplete, version, to(published));
    assertEquals(List.of(told, told), published);
    assertEquals(2, new Manifests(store, TestPanes.TABLE, date).versions().size());
    step.teardown();
  }

  private LogChange append(LocalDate date, long offset) throws IOException {
    return append(store, date, date, offset, true);
  }

  private static TestTimer timer() {
    return new TestTimer(() -> new org.joda.time.Instant(0));
  }

  private static DoFn.OutputReceiver<String> to(List<String> list) {
    return new DoFn.OutputReceiver<>() {
      @Override
      public void outputWithTimestamp(String date, org.joda.time.Instant timestamp) {
        list.add(date);
      }

      @Override
      public OutputBuilder<String> builder(String date) {
        throw new IllegalStateException("outputs have a timestamp here");
      }
    };
  }
}
