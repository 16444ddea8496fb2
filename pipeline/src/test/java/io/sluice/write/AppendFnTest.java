package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.LakeStores;
import io.sluice.SampleEvents;
import io.sluice.SluiceOptions;
import io.sluice.TestBag;
import io.sluice.TestTimer;
import io.sluice.TestValue;
import io.sluice.UserException;
import io.sluice.block.Block;
import io.sluice.block.LogKey;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Table;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Blocks and appends that cross: what came in the meantime, another instance for the same key, a
 * restore in the middle. The state is the test's, so that it can be handed on as a runner might.
 */
class AppendFnTest {
  private static final String SOURCE = "cluster/topic/id";
  private static final Table TABLE = SampleEvents.CONTRACT.lakeTable();
  private static final LogKey KEY =
      new LogKey(TABLE.name(), LocalDate.of(2026, 1, 2).toEpochDay(), 0, 0);

  @TempDir Path directory;
  private final List<AppendFn> instances = new ArrayList<>();
  private final List<LogChange> changes = new ArrayList<>();
  private SluiceOptions options;
  private Instant now = Instant.parse("2026-01-02T00:00:00Z");
  private Cell cell = new Cell();

  @BeforeEach
  void open() {
    PipelineOptionsFactory.register(SluiceOptions.class);
    options =
        PipelineOptionsFactory.fromArgs("--lake=" + directory.resolve("lake"))
            .as(SluiceOptions.class);
  }

  @AfterEach
  void close() {
    instances.forEach(AppendFn::teardown);
  }

  private AppendFn instance() throws IOException {
    return instance("lake");
  }

  /** An instance of the step, for which each block fills a file. */
  private AppendFn instance(String folder) throws IOException {
    return instance(folder, 1);
  }

  private AppendFn instance(String folder, long fileBytes) throws IOException {
    Stores stores =
        new Stores(directory.resolve(folder).toString(), LakeStores.lake(options).s3(), false);
    LakeTable lake = new LakeTable(TABLE, stores, new LakeDescriptor(1, false));
    AppendFn instance =
        new AppendFn(
            List.of(lake), new WriteSettings(fileBytes, Duration.ofSeconds(30), 3), true, null);
    instance.setup(options);
    instances.add(instance);
    return instance;
  }

  private static Block block(long... offsets) {
    return TestBlocks.userActions(TABLE, SampleEvents.CONTRACT.rowSchema(), SOURCE, 0, offsets);
  }

  private void process(AppendFn instance, Block block) throws IOException {
    process(instance, KEY, block);
  }

  private void process(AppendFn instance, LogKey key, Block block) throws IOException {
    instance.process(
        KV.of(key, block),
        cell.blocks,
        cell.otherBlocks,
        cell.progress,
        cell.windowEnd,
        cell.fileDue,
        cell.appended,
        new Output());
  }

  /** A block of one row, of a window that ends then. */
  private static Block blockOf(long windowEnd, long offset) {
    return TestBlocks.userActions(
        TABLE, SampleEvents.CONTRACT.rowSchema(), SOURCE, 0, windowEnd, new long[] {offset});
  }

  /** The watermark passes a time for which the timer is set, or was. */
  private void fireWindowEnd(AppendFn step, long time) throws IOException {
    step.onWindowEnd(
        new Fired(step, time),
        KEY,
        cell.blocks,
        cell.otherBlocks,
        cell.progress,
        cell.fileDue,
        cell.appended,
        new Output());
  }

  private void fireFileDue(AppendFn step) throws IOException {
    step.onFileDue(
        KEY,
        cell.blocks,
        cell.otherBlocks,
        cell.progress,
        cell.fileDue,
        cell.appended,
        new Output());
  }

  private void passTime(Duration time) {
    now = now.plus(time.toMillis());
  }

  /** Lets the timer fire until the append is done. */
  private void settle(AppendFn instance) throws IOException {
    settle(instance, KEY);
  }

  private void settle(AppendFn instance, LogKey key) throws IOException {
    while (cell.appended.isSet) {
      cell.appended.isSet = false;
      instance.onAppended(
          key, cell.blocks, cell.otherBlocks, cell.progress, cell.appended, new Output());
    }
  }

  /** Every offset that is in the lake, as often as it is there. */
  private List<Long> lake() throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (Store store = LakeStores.lake(options).open(options)) {
      for (LakeFiles.DataFile file : LakeFiles.read(store, TABLE.name() + "/")) {
        for (Positions.Range range :
            file.footer().positions().ranges(new Positions.Partition(SOURCE, 0))) {
          for (long offset = range.from(); offset <= range.to(); offset++) {
            offsets.add(offset);
          }
        }
      }
    }
    offsets.sort(null);
    return offsets;
  }

  private void assertEmpty() {
    assertTrue(cell.blocks.list.isEmpty() && cell.otherBlocks.list.isEmpty(), "blocks are left");
    assertNull(cell.progress.value);
  }

  /** The state of earlier versions has dead letters whose microseconds were taken for millis. */
  @Test
  void aDateThatNoTableHasIsTheNearestThatItCanHave() throws Exception {
    LocalDate beyond = LocalDate.of(57_879, 8, 1);
    LogKey key = new LogKey(TABLE.name(), beyond.toEpochDay(), 0, 0);
    process(instance(), key, block(1));
    settle(instances.get(0), key);
    assertEquals(List.of(1L), lake());
    assertEquals(
        List.of(LocalDate.of(9999, 12, 31).toEpochDay()),
        changes.stream().map(LogChange::date).toList());
  }

  @Test
  void whatComesDuringAnAppendIsInTheNextFile() throws Exception {
    AppendFn step = instance();
    process(step, block(1, 2));
    assertEquals(1, cell.blocks.list.size(), "the checkpoint must have what is being appended");
    process(step, block(3));
    process(step, block(4, 5));
    settle(step);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), lake());
    assertEquals(3, changes.stream().filter(change -> change.file() != null).count());
    assertEmpty();
  }

  /**
   * A job that goes on from a savepoint may have another contract than the one before: what was
   * decoded by that is in a file that says so. Else the audit takes a record that the change of
   * contracts moved between the tables for one that is there twice.
   */
  @Test
  void whatAnotherContractDecodedIsInAFileOfItsOwn() throws Exception {
    Table before =
        new Table(
            TABLE.name(),
            TABLE.dateColumn(),
            TABLE.zone(),
            TABLE.columns(),
            TABLE.timeColumn(),
            "0",
            TABLE.positionColumns());
    AppendFn step = instance("lake", 1 << 20);
    for (long offset = 1; offset <= 4; offset++) {
      process(
          step,
          TestBlocks.userActions(
              offset % 2 == 0 ? TABLE : before,
              SampleEvents.CONTRACT.rowSchema(),
              SOURCE,
              0,
              new long[] {offset}));
    }
    step.onExpiration(KEY, cell.blocks, cell.otherBlocks, cell.progress, new Output());
    assertEquals(List.of(1L, 2L, 3L, 4L), lake());
    Map<String, List<Long>> offsets = new TreeMap<>();
    try (Store store = LakeStores.lake(options).open(options)) {
      for (LakeFiles.DataFile file : LakeFiles.read(store, TABLE.name() + "/")) {
        Positions.Range span =
            file.footer().positions().span(new Positions.Partition(SOURCE, 0)).orElseThrow();
        offsets.put(file.footer().contractVersion(), List.of(span.from(), span.to()));
      }
    }
    assertEquals(Map.of("0", List.of(1L, 3L), TABLE.contractVersion(), List.of(2L, 4L)), offsets);
  }

  /**
   * A job that is killed between two files of one append tells of neither. Whoever appends again
   * writes the second alone, and has to say that there may be others: a manifest that grows would
   * miss the first.
   */
  @Test
  void whereARowWasThereAlreadyTheDateIsLookedAtAgain() throws Exception {
    process(instance(), block(1, 2));
    settle(instances.get(0));
    changes.clear();
    process(instance(), block(1, 2, 3));
    settle(instances.get(1));
    assertEquals(List.of(1L, 2L, 3L), lake());
    assertEquals(1, changes.stream().filter(change -> change.file() != null).count());
    assertEquals(1, changes.stream().filter(change -> change.file() == null).count());
  }

  @Test
  void anAppendThatWasCutOffIsBegunAgainFromTheState() throws Exception {
    process(instance(), block(1, 2));
    Cell checkpoint = cell.copy();
    settle(instances.get(0));
    process(instances.get(0), block(3));
    settle(instances.get(0));
    // Back to the checkpoint, in an instance that knows of nothing; and block 3 comes again.
    cell = checkpoint;
    changes.clear();
    AppendFn restored = instance();
    process(restored, block(3));
    settle(restored);
    assertEquals(List.of(1L, 2L, 3L), lake());
    // Files of which nobody may have heard: the date has to be looked at again.
    assertEquals(2, changes.size());
    assertTrue(changes.stream().allMatch(change -> change.file() == null), changes.toString());
    assertEmpty();
  }

  @Test
  void anInstanceDoesNotTakeAnOldAppendOfItsOwnForThatOfAnother() throws Exception {
    AppendFn first = instance();
    process(first, block(1));
    // The runner moves the key, to a worker that ends the append and then dies before its own is
    // committed: as if that went elsewhere.
    process(instance("elsewhere"), block(2));
    // And back: what the first has in mind is over, and block 2 must stay until it is appended.
    process(first, block(3));
    settle(first);
    assertEquals(List.of(1L, 2L, 3L), lake());
    assertEmpty();
  }

  @Test
  void aFailedAppendFailsTheStepAndKeepsTheBlocks() throws Exception {
    AppendFn step = instance();
    Files.createDirectories(directory.resolve("lake"));
    // A file where the table's folder is to be: no append can come off.
    Files.createFile(directory.resolve("lake").resolve(TABLE.name()));
    process(step, block(1, 2));
    UserException e = assertThrows(UserException.class, () -> settle(step));
    assertTrue(e.getMessage().contains("a file is in the way"), e.getMessage());
    Files.delete(directory.resolve("lake").resolve(TABLE.name()));
    cell.appended.isSet = true;
    settle(instance());
    assertEquals(List.of(1L, 2L), lake());
    assertEmpty();
  }

  /** Where the date's completion is told to wait: until then the manifest may not be made. */
  @Test
  void aWindowThatEndsLaterDoesNotLoosenTheHoldOfAnEarlierOne() throws Exception {
    AppendFn step = instance("lake", 1 << 20);
    process(step, blockOf(1_000, 1));
    assertEquals(1_000, cell.windowEnd.at);
    fireWindowEnd(step, 1_000);
    assertEquals(1_000, cell.fileDue.hold);
    process(step, blockOf(2_000, 2));
    assertEquals(2_000, cell.windowEnd.at);
    fireWindowEnd(step, 2_000);
    assertEquals(1_000, cell.fileDue.hold);
    process(step, blockOf(500, 3));
    assertEquals(1_000, cell.fileDue.hold);
    passTime(Duration.ofSeconds(30));
    fireFileDue(step);
    assertEquals(1_000, cell.appended.hold);
    settle(step);
    assertEquals(List.of(1L, 2L, 3L), lake());
    assertEmpty();
  }

  @Test
  void whatIsOnTimeHoldsTheWatermarkThoughALateBlockWaitsWithIt() throws Exception {
    AppendFn step = instance("lake", 1 << 20);
    fireWindowEnd(step, 1_000);
    process(step, blockOf(500, 1));
    assertNull(cell.fileDue.hold);
    process(step, blockOf(2_000, 2));
    assertEquals(2_000, cell.windowEnd.at);
    passTime(Duration.ofSeconds(30));
    fireFileDue(step);
    assertEquals(2_000, cell.appended.hold);
    settle(step);
    assertEquals(List.of(1L, 2L), lake());
  }

  @Test
  void aFullFileHoldsTheWatermarkToo() throws Exception {
    AppendFn step = instance("lake", 2 * blockOf(0, 1).size());
    fireWindowEnd(step, 1_000);
    process(step, blockOf(500, 1));
    process(step, blockOf(2_000, 2));
    assertEquals(2_000, cell.appended.hold);
    settle(step);
    assertEquals(List.of(1L, 2L), lake());
  }

  @Test
  void lateBlocksAloneHoldNothing() throws Exception {
    AppendFn step = instance("lake", 1 << 20);
    fireWindowEnd(step, 1_000);
    process(step, blockOf(500, 1));
    passTime(Duration.ofSeconds(30));
    fireFileDue(step);
    assertNull(cell.appended.hold);
    settle(step);
    assertEquals(List.of(1L), lake());
  }

  @Test
  void timersOfBlocksThatAreGoneDoNothing() throws Exception {
    AppendFn step = instance("lake", 1 << 20);
    process(step, blockOf(1_000, 1));
    passTime(Duration.ofSeconds(31));
    fireWindowEnd(step, 1_000);
    settle(step);
    process(step, blockOf(3_000, 2));
    fireFileDue(step);
    fireWindowEnd(step, 1_000);
    fireWindowEnd(step, 2_000);
    assertEquals(List.of(1L), lake());
    assertTrue(!cell.appended.isSet && !cell.fileDue.isSet, "the block's own window has not ended");
    fireWindowEnd(step, 3_000);
    assertEquals(3_000, cell.fileDue.hold);
    // A clock that is set back: asked too early, it is asked again.
    cell.fileDue.isSet = false;
    fireFileDue(step);
    assertTrue(cell.fileDue.isSet);
    passTime(Duration.ofSeconds(30));
    fireFileDue(step);
    settle(step);
    assertEquals(List.of(1L, 2L), lake());
  }

  /** What a runner keeps of a key. */
  private final class Cell {
    private final TestBag<Block> blocks = new TestBag<>();
    private final TestBag<Block> otherBlocks = new TestBag<>();
    private final TestValue<LogState.Progress> progress = new TestValue<>();
    private final TestTimer windowEnd = new TestTimer(() -> now);
    private final TestTimer fileDue = new TestTimer(() -> now);
    private final TestTimer appended = new TestTimer(() -> now);

    Cell copy() {
      Cell copy = new Cell();
      copy.blocks.list.addAll(blocks.list);
      copy.otherBlocks.list.addAll(otherBlocks.list);
      copy.progress.value = progress.value;
      copy.appended.isSet = appended.isSet;
      return copy;
    }
  }

  private final class Output implements OutputReceiver<LogChange> {
    @Override
    public void outputWithTimestamp(LogChange change, Instant timestamp) {
      changes.add(change);
    }

    @Override
    public OutputBuilder<LogChange> builder(LogChange change) {
      throw new IllegalStateException("outputs have a timestamp here");
    }
  }

  /** What the step asks of the timer's context. */
  private static final class Fired extends AppendFn.OnTimerContext {
    private final long time;

    Fired(AppendFn step, long time) {
      step.super();
      this.time = time;
    }

    @Override
    public Instant fireTimestamp() {
      return new Instant(time);
    }

    @Override
    public Instant timestamp() {
      throw notAsked();
    }

    @Override
    public BoundedWindow window() {
      throw notAsked();
    }

    @Override
    public TimeDomain timeDomain() {
      throw notAsked();
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      throw notAsked();
    }

    @Override
    public void output(LogChange change) {
      throw notAsked();
    }

    @Override
    public void outputWithTimestamp(LogChange change, Instant timestamp) {
      throw notAsked();
    }

    @Override
    public void outputWindowedValue(
        LogChange change,
        Instant timestamp,
        Collection<? extends BoundedWindow> windows,
        PaneInfo pane) {
      throw notAsked();
    }

    @Override
    public <T> void output(TupleTag<T> tag, T value) {
      throw notAsked();
    }

    @Override
    public <T> void outputWithTimestamp(TupleTag<T> tag, T value, Instant timestamp) {
      throw notAsked();
    }

    @Override
    public <T> void outputWindowedValue(
        TupleTag<T> tag,
        T value,
        Instant timestamp,
        Collection<? extends BoundedWindow> windows,
        PaneInfo pane) {
      throw notAsked();
    }

    private static IllegalStateException notAsked() {
      return new IllegalStateException("not asked");
    }
  }
}
