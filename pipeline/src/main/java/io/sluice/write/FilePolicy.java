package io.sluice.write;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When the blocks of one log become a file. It is asked when a block comes and when a timer fires;
 * it answers from what waits and from what time it is, and keeps nothing. Whoever asks keeps {@link
 * Waiting}, sets the timers of a {@link Decision}, and forgets what waits when it closes the file:
 * {@code AppendFn} in a runner's state, a simulated day in a field.
 *
 * <ul>
 *   <li>A file that is full is closed at once.
 *   <li>Else it is closed when the watermark passes the end of a window of its blocks, but not
 *       before {@link #fileInterval} has passed since the first of them came.
 *   <li>A block whose window had ended before it came is late: it waits for others for as long as
 *       {@link #fileInterval}, and what waits with it is closed with it.
 *   <li>A file whose positions would be too large for its footer is closed too, while it is
 *       written: {@link #MOST_POSITION_BYTES}.
 * </ul>
 *
 * <p>Times are milliseconds since the epoch. The ends of windows and the watermark are event time;
 * all others are processing time.
 *
 * @param fileBytes encoded bytes of blocks that make a file full
 * @param fileInterval two files of one log are at least this far apart, unless they are full
 */
public record FilePolicy(long fileBytes, Duration fileInterval) implements Serializable {
  /** Query engines read footers too: past this the rest of the rows goes into a next file. */
  public static final int MOST_POSITION_BYTES = 64 << 10;

  /** After so many rows it is looked how large their positions are. */
  public static final int CHECK_ROWS = 4096;

  /**
   * What is to be known of the blocks that wait for one file.
   *
   * @param bytes of all of them, encoded
   * @param windowEnd when the first window of these ends that had not when its block came; null
   *     where there is none, or it has ended
   * @param dueAt when their file may be closed although it is not full; null where no block waits
   * @param windowEnded whether a window of these has ended, so that their file is closed when it is
   *     due, whatever the windows of the others are
   */
  public record Waiting(
      long bytes, @Nullable Long windowEnd, @Nullable Long dueAt, boolean windowEnded) {
    public static final Waiting NOTHING = new Waiting(0, null, null, false);
  }

  /** What whoever asked is to do. */
  public enum Action {
    /** Close the file, of all that waits. */
    CLOSE,
    /** Ask {@link #windowEnded} when the watermark is at {@link Decision#at}. */
    AWAIT_WINDOW_END,
    /** Ask {@link #fileDue} when the clock is at {@link Decision#at}, and at no other time. */
    AWAIT_DUE_TIME,
    /** Nothing: the timers that are set will do. */
    KEEP_WAITING
  }

  /**
   * An answer.
   *
   * @param waiting what waits from now on; what the file is made of where it is to be closed
   * @param at when to ask again; without meaning where no time is awaited
   */
  public record Decision(Waiting waiting, Action action, long at) {}

  /**
   * A block has come.
   *
   * @param waiting what waited before
   * @param bytes of the block
   * @param windowEnd the end of its window
   * @param watermark it is at least here: up to it windows have ended
   */
  public Decision blockArrived(
      Waiting waiting, long bytes, long windowEnd, long now, long watermark) {
    boolean late = windowEnd <= watermark;
    Long first = waiting.windowEnd();
    boolean endsFirst = !late && (first == null || windowEnd < first);
    Long dueAt = waiting.dueAt();
    Waiting with =
        new Waiting(
            waiting.bytes() + bytes,
            endsFirst ? Long.valueOf(windowEnd) : first,
            dueAt == null ? Long.valueOf(now + fileInterval.toMillis()) : dueAt,
            waiting.windowEnded());
    if (with.bytes() >= fileBytes) {
      return close(with);
    }
    if (endsFirst) {
      return new Decision(with, Action.AWAIT_WINDOW_END, windowEnd);
    }
    if (late && !with.windowEnded()) {
      // What waits already may be due before: it waits for this block's company, too.
      return new Decision(
          new Waiting(with.bytes(), first, with.dueAt(), true),
          Action.AWAIT_DUE_TIME,
          now + fileInterval.toMillis());
    }
    return keepWaiting(with);
  }

  /**
   * The watermark has passed a time.
   *
   * @param time at which a timer fires that was set for the end of a window; it may have been set
   *     for blocks that are in a file meanwhile
   */
  public Decision windowEnded(Waiting waiting, long time, long now) {
    Long end = waiting.windowEnd();
    if (end == null || time < end) {
      return keepWaiting(waiting);
    }
    long dueAt = Objects.requireNonNull(waiting.dueAt());
    return dueAt <= now
        ? close(waiting)
        : new Decision(
            new Waiting(waiting.bytes(), null, waiting.dueAt(), true),
            Action.AWAIT_DUE_TIME,
            dueAt);
  }

  /**
   * A timer fires that was set for the time when a file is due; it may have been set for blocks
   * that are in a file meanwhile, or the clock may have been set back.
   */
  public Decision fileDue(Waiting waiting, long now) {
    if (!waiting.windowEnded()) {
      return keepWaiting(waiting);
    }
    long dueAt = Objects.requireNonNull(waiting.dueAt());
    return dueAt <= now ? close(waiting) : new Decision(waiting, Action.AWAIT_DUE_TIME, dueAt);
  }

  private static Decision close(Waiting waiting) {
    return new Decision(waiting, Action.CLOSE, 0);
  }

  private static Decision keepWaiting(Waiting waiting) {
    return new Decision(waiting, Action.KEEP_WAITING, 0);
  }
}
