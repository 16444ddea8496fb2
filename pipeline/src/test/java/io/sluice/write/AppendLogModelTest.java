package io.sluice.write;

import io.sluice.lake.StoreScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The append log keeps its promise in every interleaving that is tried: see {@link AppendLogModel}.
 */
@Tag("slow")
class AppendLogModelTest {
  private static final int SEEDS = 1_000;

  /** A failing seed is named; {@code -Dsluice.seed=N} repeats it alone. */
  @Test
  void nothingIsLostOrDuplicatedWhateverTheStoreAnswers() throws Exception {
    Long only = Long.getLong("sluice.seed");
    long first = only == null ? 0 : only;
    long end = only == null ? Long.getLong("sluice.seeds", SEEDS) : only + 1;
    // Most of a run is spent waiting between tries.
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (long seed = first; seed < end; seed++) {
        long s = seed;
        runs.add(
            threads.submit(
                () -> {
                  new AppendLogModel(StoreScript.inMemory(s), s).run();
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theSameHoldsOnALocalFileSystem(@TempDir Path directory) throws IOException {
    for (long seed = 0; seed < 40; seed++) {
      new AppendLogModel(StoreScript.local(seed, directory.resolve("seed-" + seed)), seed).run();
    }
  }
}
