package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.DuckDb;
import io.sluice.block.Block;
import io.sluice.block.BlockCoder;
import io.sluice.block.TestBlocks;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Skipped;
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Positions without rows, from blocks to files: rows and skipped are the positions, always. */
class SkippedPositionsTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final Positions.Partition PARTITION =
      new Positions.Partition(TestPanes.SOURCE, TestPanes.PARTITION);

  @TempDir Path directory;

  private static Pane pane(long[] rows, long[] skipped) {
    return new Pane(
        TestPanes.TABLE,
        List.of(
            TestBlocks.userActions(
                TestPanes.TABLE,
                TestPanes.CONTRACT.rowSchema(),
                TestPanes.SOURCE,
                TestPanes.PARTITION,
                rows,
                skipped)),
        1);
  }

  private static long[] from(long from, long end) {
    return java.util.stream.LongStream.range(from, end).toArray();
  }

  private Store store() {
    return TestStores.of(directory).open(PipelineOptionsFactory.create());
  }

  @Test
  void aFileHasRowsAndSkippedPositionsAndALogKnowsBoth() throws Exception {
    try (Store store = store()) {
      AppendLog log = new AppendLog(store, TestPanes.TABLE, DATE, 0, false);
      assertEquals(1, log.append(pane(from(0, 3), from(3, 7))).size());
      AppendLog other = new AppendLog(store, TestPanes.TABLE, DATE, 0, false);
      // Whichever of both it is when it comes again.
      assertEquals(0, other.append(pane(from(3, 7), from(0, 3))).size());
      assertEquals(1, other.append(pane(from(0, 8), from(0, 9))).size());
      List<LakeFiles.DataFile> files = LakeFiles.read(store, "user_actions/");
      assertEquals(List.of(3L, 1L), files.stream().map(file -> file.footer().rows()).toList());
      assertEquals(
          List.of(4L, 1L), files.stream().map(file -> file.footer().skipped().total()).toList());
      assertTrue(files.stream().allMatch(file -> file.footer().addsUp()));
      // Of the rows alone; the records of all.
      Footer footer = files.get(0).footer();
      assertEquals(Instant.parse("2026-01-02T00:00:02Z"), footer.eventTimes().to());
      assertEquals(
          Instant.parse("2026-01-02T00:00:06Z"),
          java.util.Objects.requireNonNull(footer.recordTimes()).to());
    }
  }

  @Test
  void aFileWithoutRowsIsReadByDuckDbAndParquet() throws Exception {
    try (Store store = store()) {
      AppendLog log = new AppendLog(store, TestPanes.TABLE, DATE, 0, false);
      log.append(pane(new long[0], from(0, 5)));
      Path file = directory.resolve(LakeFiles.list(store, "user_actions/").get(0).key());
      assertEquals(List.of("0"), DuckDb.query("select count(*) from '" + file + "'"));
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              new LocalInputFile(file),
              ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
        assertEquals(0, reader.getRecordCount());
        assertEquals(
            TestPanes.TABLE.fileColumns().size(),
            reader.getFileMetaData().getSchema().getFieldCount());
      }
      log.append(pane(from(5, 6), from(6, 7)));
      assertEquals(
          List.of("user_5"),
          DuckDb.query("select user_id from '" + file.getParent() + "/*.parquet'"));
      Footer footer = LakeFiles.read(store, "user_actions/").get(0).footer();
      assertEquals(Instant.parse("2026-01-02T00:00:04Z"), footer.eventTimes().to());
    }
  }

  /** What savepoints of before have: blocks that say less. */
  @Test
  void blocksOfOlderVersionsAreRead() throws Exception {
    byte[] some = CoderUtils.encodeToByteArray(BlockCoder.of(), block(from(3, 5)));
    // Without the contract's version, "1", and its length.
    byte[] withSkipped = Arrays.copyOf(some, some.length - 2);
    withSkipped[0] = 3;
    byte[] none = CoderUtils.encodeToByteArray(BlockCoder.of(), block(new long[0]));
    // Also without the number of skipped records, which is 0, and without their positions.
    byte[] rowsOnly = Arrays.copyOf(none, none.length - 4);
    rowsOnly[0] = 2;
    assertRead(3, 2, "1", some);
    assertRead(3, 2, null, withSkipped);
    assertRead(3, 0, "1", none);
    assertRead(3, 0, null, rowsOnly);
    assertArrayEquals(
        withSkipped,
        CoderUtils.encodeToByteArray(
            BlockCoder.of(), CoderUtils.decodeFromByteArray(BlockCoder.of(), withSkipped)));
  }

  private static void assertRead(int rows, int skipped, String contractVersion, byte[] bytes)
      throws CoderException {
    Block read = CoderUtils.decodeFromByteArray(BlockCoder.of(), bytes);
    assertEquals(rows, read.rows());
    assertEquals(skipped, read.skipped());
    assertEquals(contractVersion, read.contractVersion());
  }

  /** Where none is skipped, a footer is that of before. */
  @Test
  void olderVersionsReadFilesThatHaveNoneAndRefuseThoseThatHaveSome() throws Exception {
    Footer footer =
        new Footer(
            0,
            new Positions(),
            "1",
            new Footer.TimeRange(Instant.EPOCH, Instant.EPOCH),
            null,
            false);
    assertEquals("1", footer.toMetadata().get("sluice.format"));
    assertFalse(footer.toMetadata().containsKey("sluice.skipped"));
    Skipped two = new Skipped(new TreeMap<>(Map.of(PARTITION, 2L)));
    Footer skipping =
        new Footer(0, new Positions(), "1", footer.eventTimes(), null, false, null, two);
    assertEquals("2", skipping.toMetadata().get("sluice.format"));
    assertEquals(two, Skipped.of(two.toJson()));
    assertFalse(skipping.addsUp());
  }

  private static Block block(long[] skipped) {
    return TestBlocks.userActions(
        TestPanes.TABLE,
        TestPanes.CONTRACT.rowSchema(),
        TestPanes.SOURCE,
        TestPanes.PARTITION,
        from(0, 3),
        skipped);
  }

  @Test
  void positionsThatAreTooManyForOneFileGoIntoTheNext() throws Exception {
    // Every second offset: bits, and no ranges.
    long[] scattered = from(0, 600_000);
    for (int i = 0; i < scattered.length; i++) {
      scattered[i] *= 2;
    }
    try (Store store = store()) {
      AppendLog log = new AppendLog(store, TestPanes.TABLE, DATE, 0, false);
      assertTrue(log.append(pane(from(1, 2), scattered)).size() > 1);
      List<LakeFiles.DataFile> files = LakeFiles.read(store, "user_actions/");
      assertEquals(
          scattered.length,
          files.stream().mapToLong(file -> file.footer().skipped().total()).sum());
      assertTrue(files.stream().allMatch(file -> file.footer().addsUp()));
    }
  }
}
