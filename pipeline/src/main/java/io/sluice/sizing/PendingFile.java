package io.sluice.sizing;

import io.sluice.write.FilePolicy;

/**
 * The blocks of a simulated log that wait for their file, and the two timers that a runner would
 * keep for them. When the file is closed is for the pipeline's own {@link FilePolicy} to say.
 *
 * <p>Times are milliseconds since the epoch, as there.
 */
final class PendingFile {
  private static final long NOT_SET = Long.MAX_VALUE;

  private final FilePolicy policy;
  private FilePolicy.Waiting waiting = FilePolicy.Waiting.NOTHING;
  private long windowTimer = NOT_SET;
  private long dueTimer = NOT_SET;

  PendingFile(FilePolicy policy) {
    this.policy = policy;
  }

  /**
   * Adds a block.
   *
   * @param watermark up to where windows have ended
   * @param windowEnd when the first of its rows' windows ends
   * @return whether the file has to be closed now
   */
  boolean add(long now, long watermark, long windowEnd, long bytes) {
    return follow(policy.blockArrived(waiting, bytes, windowEnd, now, watermark));
  }

  /**
   * Fires the timers that are due.
   *
   * @return whether the file has to be closed now
   */
  boolean fire(long now, long watermark) {
    if (windowTimer <= watermark) {
      long time = windowTimer;
      windowTimer = NOT_SET;
      if (follow(policy.windowEnded(waiting, time, now))) {
        return true;
      }
    }
    if (dueTimer <= now) {
      dueTimer = NOT_SET;
      return follow(policy.fileDue(waiting, now));
    }
    return false;
  }

  private boolean follow(FilePolicy.Decision decision) {
    waiting = decision.waiting();
    switch (decision.action()) {
      case CLOSE -> {
        return true;
      }
      case AWAIT_WINDOW_END -> windowTimer = decision.at();
      case AWAIT_DUE_TIME -> dueTimer = decision.at();
      case KEEP_WAITING -> {}
    }
    return false;
  }

  /** Of the blocks that wait. */
  long bytes() {
    return waiting.bytes();
  }

  boolean isEmpty() {
    return waiting.bytes() == 0;
  }

  /** The blocks are in a file. */
  void clear() {
    waiting = FilePolicy.Waiting.NOTHING;
    windowTimer = NOT_SET;
    dueTimer = NOT_SET;
  }
}
