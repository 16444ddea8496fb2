package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.LakeStores;
import io.sluice.SampleEvents;
import io.sluice.SluiceOptions;
import io.sluice.block.Block;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaneTest {
  private static final Table TABLE = SampleEvents.CONTRACT.lakeTable();
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);

  @TempDir Path directory;

  @Test
  void rowsWhosePositionsFillAFooterAreSeveralFiles() throws Exception {
    long[] offsets =
        new SplittableRandom(1).longs(100_000, 0, 1L << 40).distinct().sorted().toArray();
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < offsets.length; from += 10_000) {
      long[] some = java.util.Arrays.copyOfRange(offsets, from, from + 10_000);
      blocks.add(
          TestBlocks.userActions(TABLE, SampleEvents.CONTRACT.rowSchema(), "source", 0, some));
    }
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs("--lake=" + directory).as(SluiceOptions.class);
    try (Store store = LakeStores.lake(options).open(options)) {
      AppendLog log = new AppendLog(store, TABLE, DATE, 0, false);
      assertTrue(log.append(new Pane(TABLE, blocks, 3)).size() > 2);
      Positions all = new Positions();
      long rows = 0;
      for (LakeFiles.DataFile file : LakeFiles.read(store, TABLE.name() + "/")) {
        assertEquals(file.footer().rows(), file.footer().positions().size());
        assertTrue(file.footer().positions().encodedSize() < 2 * FilePolicy.MOST_POSITION_BYTES);
        rows += file.footer().rows();
        all.addAll(file.footer().positions());
      }
      assertEquals(offsets.length, rows);
      assertEquals(offsets.length, all.size());
      for (long offset : offsets) {
        assertTrue(all.contains("source", 0, offset));
      }
      assertEquals(List.of(), log.append(new Pane(TABLE, blocks, 3)));
    }
  }
}
