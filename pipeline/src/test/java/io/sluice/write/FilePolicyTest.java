package io.sluice.write;

import static io.sluice.write.FilePolicy.Action.AWAIT_DUE_TIME;
import static io.sluice.write.FilePolicy.Action.AWAIT_WINDOW_END;
import static io.sluice.write.FilePolicy.Action.CLOSE;
import static io.sluice.write.FilePolicy.Action.KEEP_WAITING;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.write.FilePolicy.Decision;
import io.sluice.write.FilePolicy.Waiting;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One test for each rule. A full file has 100 bytes, files are 30 ms apart, windows end at 300. */
class FilePolicyTest {
  private static final FilePolicy POLICY = new FilePolicy(100, Duration.ofMillis(30));
  private static final long WINDOW_END = 300;

  private Waiting waiting = Waiting.NOTHING;

  private Decision follow(Decision decision) {
    waiting = decision.waiting();
    return decision;
  }

  private Decision block(long now, long watermark, long windowEnd, long bytes) {
    return follow(POLICY.blockArrived(waiting, bytes, windowEnd, now, watermark));
  }

  private Decision block(long now, long watermark, long windowEnd) {
    return block(now, watermark, windowEnd, 1);
  }

  private Decision windowEnded(long now, long time) {
    return follow(POLICY.windowEnded(waiting, time, now));
  }

  private Decision fileDue(long now) {
    return follow(POLICY.fileDue(waiting, now));
  }

  private static void assertAwaits(FilePolicy.Action action, long at, Decision decision) {
    assertEquals(action, decision.action());
    assertEquals(at, decision.at());
  }

  @Test
  void aFileIsClosedAtOnceWhenItIsFull() {
    assertEquals(AWAIT_WINDOW_END, block(0, 0, WINDOW_END, 99).action());
    Decision full = block(1, 0, WINDOW_END, 1);
    assertEquals(CLOSE, full.action());
    assertEquals(100, full.waiting().bytes());
  }

  @Test
  void aFullFileSaysWhichOfItsWindowsHadNotEnded() {
    assertEquals(
        new Decision(new Waiting(100, WINDOW_END, 37L, false), CLOSE, 0),
        block(7, 0, WINDOW_END, 100));
  }

  @Test
  void aFileIsClosedWhenTheWatermarkPassesTheEndOfItsWindow() {
    assertAwaits(AWAIT_WINDOW_END, WINDOW_END, block(0, 0, WINDOW_END));
    assertEquals(KEEP_WAITING, windowEnded(10_000, WINDOW_END - 1).action());
    assertEquals(CLOSE, windowEnded(10_000, WINDOW_END).action());
  }

  @Test
  void aFurtherBlockOfTheSameWindowSetsNoTimerAnew() {
    block(0, 0, WINDOW_END);
    assertEquals(KEEP_WAITING, block(1, 0, WINDOW_END).action());
    assertEquals(KEEP_WAITING, block(2, 0, 2 * WINDOW_END).action());
    assertEquals(new Waiting(3, WINDOW_END, 30L, false), waiting);
  }

  @Test
  void theFirstWindowThatEndsTakesTheRowsOfLaterOnesAlong() {
    assertAwaits(AWAIT_WINDOW_END, 2 * WINDOW_END, block(0, 0, 2 * WINDOW_END));
    assertAwaits(AWAIT_WINDOW_END, WINDOW_END, block(0, 0, WINDOW_END));
    Decision closed = windowEnded(10_000, WINDOW_END);
    assertEquals(CLOSE, closed.action());
    assertEquals(2, closed.waiting().bytes());
  }

  @Test
  void aFileThatIsNotFullIsNotClosedBeforeTheInterval() {
    block(290, 0, WINDOW_END);
    assertAwaits(AWAIT_DUE_TIME, 320, windowEnded(300, WINDOW_END));
    assertAwaits(AWAIT_DUE_TIME, 320, fileDue(319));
    assertEquals(CLOSE, fileDue(320).action());
  }

  @Test
  void aLateBlockWaitsForOthersForTheInterval() {
    assertAwaits(AWAIT_DUE_TIME, 1030, block(1000, WINDOW_END, WINDOW_END));
    assertAwaits(AWAIT_DUE_TIME, 1030, fileDue(1029));
    assertEquals(CLOSE, fileDue(1030).action());
  }

  /** So where late events are usual, files are apart by the interval and not by the window. */
  @Test
  void aLateBlockHurriesTheOnesThatAreOnTime() {
    block(1000, WINDOW_END, 4 * WINDOW_END);
    assertAwaits(AWAIT_DUE_TIME, 1031, block(1001, WINDOW_END, WINDOW_END));
    Decision closed = fileDue(1031);
    assertEquals(CLOSE, closed.action());
    assertEquals(4 * WINDOW_END, closed.waiting().windowEnd(), "a window that has not ended");
  }

  @Test
  void aLaterLateBlockDoesNotStartTheIntervalAgain() {
    block(1000, 2 * WINDOW_END, 2 * WINDOW_END);
    assertEquals(KEEP_WAITING, block(1020, 2 * WINDOW_END, WINDOW_END).action());
    assertEquals(CLOSE, fileDue(1030).action());
  }

  @Test
  void aWindowThatEndsWhileALateBlockWaitsIsWaitedForNoLonger() {
    block(1000, WINDOW_END, WINDOW_END);
    assertAwaits(AWAIT_WINDOW_END, 2 * WINDOW_END, block(1010, WINDOW_END, 2 * WINDOW_END));
    assertAwaits(AWAIT_DUE_TIME, 1030, windowEnded(1020, 2 * WINDOW_END));
    assertEquals(new Waiting(2, null, 1030L, true), waiting);
    assertEquals(CLOSE, fileDue(1030).action());
  }

  @Test
  void aWindowThatEndsAfterTheFileIsDueClosesItThoughALateBlockCameSince() {
    block(1000, WINDOW_END, 2 * WINDOW_END);
    assertAwaits(AWAIT_DUE_TIME, 1055, block(1025, WINDOW_END, WINDOW_END));
    assertEquals(CLOSE, windowEnded(1030, 2 * WINDOW_END).action());
  }

  @Test
  void timersOfBlocksThatAreInAFileChangeNothing() {
    assertEquals(KEEP_WAITING, windowEnded(10_000, 10_000).action());
    assertEquals(KEEP_WAITING, fileDue(10_000).action());
    assertEquals(Waiting.NOTHING, waiting);
    block(10_000, 0, WINDOW_END);
    Waiting one = waiting;
    assertEquals(KEEP_WAITING, fileDue(20_000).action(), "its own window has not ended");
    assertEquals(one, waiting);
  }

  @Test
  void withoutAnIntervalEveryLateBlockAndEveryWindowIsAFile() {
    FilePolicy policy = new FilePolicy(100, Duration.ZERO);
    Decision late = policy.blockArrived(Waiting.NOTHING, 1, WINDOW_END, 1000, WINDOW_END);
    assertAwaits(AWAIT_DUE_TIME, 1000, late);
    assertEquals(CLOSE, policy.fileDue(late.waiting(), 1000).action());
    Decision onTime = policy.blockArrived(Waiting.NOTHING, 1, WINDOW_END, 1000, 0);
    assertEquals(CLOSE, policy.windowEnded(onTime.waiting(), WINDOW_END, 1000).action());
  }
}
