package io.sluice.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** One test for each rule. A full file has 100 bytes, files are 30 apart, windows end at 300. */
class FileRulesTest {
  private static final FileRules RULES = new FileRules(100, 30);
  private static final long WINDOW_END = 300;

  private final FileRules.Pending pending = RULES.pending();

  @Test
  void aFileIsClosedAtOnceWhenItIsFull() {
    assertFalse(pending.add(0, 0, WINDOW_END, 99));
    assertTrue(pending.add(1, 0, WINDOW_END, 1));
  }

  @Test
  void aFileIsClosedWhenTheWatermarkPassesTheEndOfItsWindow() {
    pending.add(0, 0, WINDOW_END, 1);
    assertFalse(pending.due(10_000, WINDOW_END - 1));
    assertTrue(pending.due(10_000, WINDOW_END));
  }

  @Test
  void theFirstWindowThatClosesTakesTheRowsOfLaterOnesAlong() {
    pending.add(0, 0, 2 * WINDOW_END, 1);
    pending.add(0, 0, WINDOW_END, 1);
    assertTrue(pending.due(10_000, WINDOW_END));
    assertEquals(2, pending.bytes());
  }

  @Test
  void aFileThatIsNotFullIsNotClosedBeforeTheInterval() {
    pending.add(290, 0, WINDOW_END, 1);
    assertFalse(pending.due(300, WINDOW_END));
    assertFalse(pending.due(319, WINDOW_END));
    assertTrue(pending.due(320, WINDOW_END));
  }

  @Test
  void aLateBlockWaitsForCompanyForTheInterval() {
    pending.add(1000, WINDOW_END, WINDOW_END, 1);
    assertFalse(pending.due(1029, WINDOW_END));
    assertTrue(pending.due(1030, WINDOW_END));
  }

  /** So where late events are usual, files are apart by the interval and not by the window. */
  @Test
  void aLateBlockHurriesTheOnesThatAreOnTime() {
    pending.add(1000, WINDOW_END, 4 * WINDOW_END, 1);
    pending.add(1001, WINDOW_END, WINDOW_END, 1);
    assertFalse(pending.due(1030, WINDOW_END));
    assertTrue(pending.due(1031, WINDOW_END));
  }

  @Test
  void aLaterLateBlockDoesNotStartTheIntervalAgain() {
    long watermark = 2 * WINDOW_END;
    pending.add(1000, watermark, 2 * WINDOW_END, 1);
    pending.add(1020, watermark, WINDOW_END, 1);
    assertFalse(pending.due(1029, watermark));
    assertTrue(pending.due(1030, watermark));
  }

  @Test
  void aWindowThatEndsWhileALateBlockWaitsIsWaitedForNoLonger() {
    pending.add(1000, WINDOW_END, WINDOW_END, 1);
    pending.add(1010, WINDOW_END, 2 * WINDOW_END, 1);
    assertFalse(pending.due(1020, WINDOW_END));
    assertTrue(pending.due(1030, 2 * WINDOW_END));
  }

  @Test
  void whatWasTakenLeavesNothingBehind() {
    pending.add(0, 0, WINDOW_END, 1);
    pending.clear();
    assertTrue(pending.isEmpty());
    assertFalse(pending.due(10_000, 10_000));
  }

  @Test
  void contiguousPositionsNeverCloseAFile() {
    assertEquals(100_000_000, FileRules.rowsOfOneFile(100_000_000, 100_000_000));
  }

  @Test
  void scatteredPositionsCloseAFileAt64Kibibytes() {
    // Two bytes for each of one offset in a hundred.
    long rows = FileRules.rowsOfOneFile(1_000_000, 100_000_000);
    assertEquals(32_768, rows, FileRules.CHECK_ROWS);
    // A bitmap of one bit for each offset, where every second one is there.
    assertEquals(262_144, FileRules.rowsOfOneFile(10_000_000, 20_000_000), FileRules.CHECK_ROWS);
  }
}
