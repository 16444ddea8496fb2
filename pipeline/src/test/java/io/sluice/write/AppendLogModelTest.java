package io.sluice.write;

import io.sluice.lake.StoreScript;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The append log keeps its promise in every interleaving that is tried: see {@link AppendLogModel}.
 */
class AppendLogModelTest {
  /** A failing seed is named; {@code -Dsluice.seed=N} repeats it alone. */
  @Test
  void nothingIsLostOrDoubledWhateverTheStoreAnswers() throws IOException {
    Long only = Long.getLong("sluice.seed");
    long first = only == null ? 0 : only;
    long end = only == null ? Long.getLong("sluice.seeds", 400) : only + 1;
    for (long seed = first; seed < end; seed++) {
      new AppendLogModel(StoreScript.inMemory(seed), seed).run();
    }
  }

  @Test
  void theSameHoldsOnALocalFileSystem(@TempDir Path directory) throws IOException {
    for (long seed = 0; seed < 40; seed++) {
      new AppendLogModel(StoreScript.local(seed, directory.resolve("seed-" + seed)), seed).run();
    }
  }
}
