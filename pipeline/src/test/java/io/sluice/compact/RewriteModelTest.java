package io.sluice.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rewrites keep each row once, and each of their rules is needed for it: see {@link RewriteModel}.
 */
@Tag("slow")
class RewriteModelTest {
  private static final int SEEDS = 60;

  /** In so many seeds a broken rule is found, with much to spare. */
  private static final int CONTROL_SEEDS = 2_000;

  /** A failing seed is named; {@code -Dsluice.seed=N} repeats it alone. */
  @Test
  void eachRowIsThereOnceAtEveryMoment() throws Exception {
    Long only = Long.getLong("sluice.seed");
    long first = only == null ? 0 : only;
    long end = only == null ? Long.getLong("sluice.seeds", SEEDS) : only + 1;
    run(first, end, RewriteModel.Broken.NOTHING);
  }

  @ParameterizedTest
  @EnumSource(value = RewriteModel.Broken.class, mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void withoutOneOfTheRulesARowIsLostOrDuplicated(RewriteModel.Broken rule) throws Exception {
    AssertionError found = null;
    for (long seed = 0; seed < CONTROL_SEEDS && found == null; seed += 20) {
      try {
        run(seed, seed + 20, rule);
      } catch (AssertionError e) {
        found = e;
      }
    }
    assertTrue(found != null, "without " + rule + " nothing went wrong");
    assertTrue(
        found.getMessage().contains("duplicate") || found.getMessage().contains("lost"),
        found.getMessage());
  }

  /**
   * A rewrite whose answer was lost sleeps; meanwhile it is declared dead, one cleaner deletes its
   * file, and the deletion of another is still under way when the rewrite awakes and writes its
   * file again. The control remembers the dead only while their files are there.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRewriteThatSleptDoesNotSwitchToAFileThatACleanerDeletes(boolean forgets) throws Exception {
    SleepingRewrite model = new SleepingRewrite(forgets);
    assertEquals(forgets, model.run(), "whether it took effect");
    assertEquals(forgets ? 1 : 9, model.rows(), "rows that are there");
  }

  private static void run(long first, long end, RewriteModel.Broken broken) throws Exception {
    // Most of a run is spent waiting between tries.
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (long seed = first; seed < end; seed++) {
        long s = seed;
        runs.add(
            threads.submit(
                () -> {
                  new RewriteModel(s, broken).run();
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } catch (ExecutionException e) {
      Throwable cause = e;
      while (cause != null && !(cause instanceof AssertionError)) {
        cause = cause.getCause();
      }
      if (cause instanceof AssertionError error) {
        throw error;
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }
}
