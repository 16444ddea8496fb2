package io.sluice.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.TestBag;
import io.sluice.TestTimer;
import io.sluice.TestValue;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.LogChange;
import io.sluice.write.LogChangeCoder;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.OutputBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    AppendFn(Stores stores, LocalDate date, LocalDate said) {
      this.stores = stores;
      this.date = date;
      this.said = said;
    }

    @ProcessElement
    public void process(@Element Long offset, OutputReceiver<LogChange> out) throws IOException {
      try (Store store = stores.open(PipelineOptionsFactory.create())) {
        new AppendLog(store, TestPanes.TABLE, date, 0, false).append(TestPanes.rows(offset));
      }
      out.output(new LogChange(TestPanes.TABLE.name(), said.toEpochDay(), null));
    }
  }

  /** Two files, the second long after the first; how many manifests the date gets. */
  private int manifests(LocalDate date, LocalDate said) throws IOException {
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
        .apply(ParDo.of(new AppendFn(stores, date, said)))
        .setCoder(LogChangeCoder.of())
        .apply(new CompleteDates(List.of(table), Duration.ofMinutes(1), Duration.ofMinutes(1)));
    pipeline.run().waitUntilFinish();
    return new Manifests(store, TestPanes.TABLE, date).versions().size();
  }

  @Test
  void aDateThatWillEndIsWaitedFor() throws IOException {
    LocalDate tomorrow = LocalDate.now(java.time.ZoneOffset.UTC).plusDays(1);
    assertEquals(1, manifests(tomorrow, tomorrow));
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
    CompleteDates.PublishFn step =
        new CompleteDates.PublishFn(List.of(table), Duration.ofMinutes(1), Duration.ofMinutes(1));
    step.setup(PipelineOptionsFactory.create());
    List<String> complete = new ArrayList<>();
    step.onIncomplete(
        TestPanes.TABLE.name() + "/" + date, changes, isIncomplete, incomplete, to(complete));
    step.teardown();
    assertEquals(1, new Manifests(store, TestPanes.TABLE, LATEST).versions().size());
    assertEquals(List.of(TestPanes.TABLE.name() + "/" + LATEST), complete);
    assertNull(isIncomplete.value);
    assertFalse(incomplete.isSet, "it is waited for no more");
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
