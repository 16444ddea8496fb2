package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.block.Block;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.StoreScript;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The append log against a model: several writers append overlapping rows to one log, over a store
 * that answers with every fault, while writers crash and begin anew. Whatever the interleaving, in
 * the end each row is in exactly one file.
 */
public final class AppendLogModel {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final Table TABLE = CONTRACT.lakeTable();
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final String SOURCE = "cluster/topic/id";
  private static final int ROWS = 40;

  private final StoreScript store;
  private final SplittableRandom random;
  private final long seed;
  private final List<AppendLog> writers = new ArrayList<>();
  private final Set<Integer> busy = new HashSet<>();

  public AppendLogModel(StoreScript store, long seed) {
    this.store = store;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < 3; i++) {
      writers.add(newWriter());
    }
  }

  private AppendLog newWriter() {
    return new AppendLog(store.store(), TABLE, DATE, 0, false);
  }

  public void run() throws IOException {
    // Between any two calls of one writer another may append as a whole.
    store.between(() -> random.nextInt(6) == 0, this::appendSome);
    for (int i = 0; i < 12; i++) {
      appendSome();
    }
    store.calm();
    // Every row is delivered at last, as after a restart without state.
    AppendLog last = newWriter();
    last.append(pane(0, ROWS));
    check();
    assertTrue(last.append(pane(0, ROWS)).isEmpty(), "seed " + seed + ": a replay wrote something");
  }

  private void appendSome() {
    int writer = random.nextInt(writers.size());
    if (!busy.add(writer)) {
      return;
    }
    try {
      int from = random.nextInt(ROWS);
      writers.get(writer).append(pane(from, Math.min(ROWS, from + 1 + random.nextInt(12))));
    } catch (StoreScript.Crash e) {
      writers.set(writer, newWriter());
    } catch (IOException e) {
      // The job would fail and begin anew: with the old writer's memory or without it.
      if (random.nextBoolean()) {
        writers.set(writer, newWriter());
      }
    } finally {
      busy.remove(writer);
    }
  }

  private void check() throws IOException {
    List<LakeFiles.DataFile> files = LakeFiles.read(store.store(), TABLE.name() + "/");
    Positions all = new Positions();
    long rows = 0;
    for (LakeFiles.DataFile file : files) {
      rows += file.footer().rows();
      all.addAll(file.footer().positions());
    }
    Positions expected = new Positions();
    expected.addRange(SOURCE, 1, 0, ROWS);
    assertEquals(expected, all, "seed " + seed + ": lost");
    assertEquals(ROWS, rows, "seed " + seed + ": duplicate");
  }

  private static Pane pane(int from, int to) {
    List<Block> blocks = new ArrayList<>();
    for (int offset = from; offset < to; offset++) {
      blocks.add(TestBlocks.userActions(TABLE, CONTRACT.rowSchema(), SOURCE, 1, offset));
    }
    return new Pane(TABLE, blocks, 1);
  }
}
