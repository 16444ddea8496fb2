package io.sluice.write;

import io.sluice.block.Block;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.ValueState;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a log: blocks that gather, and blocks that are being appended. Two bags take
 * turns at these, so that no block has to be moved.
 */
final class LogState {
  /**
   * All but the blocks. Older savepoints have these names, by Java's serialization.
   *
   * @param turned whether it is the second bag that gathers
   * @param bytes of the blocks that gather
   * @param windowEnd see {@link FilePolicy.Waiting#windowEnd}
   * @param ripeAt see {@link FilePolicy.Waiting#dueAt}
   * @param ripening see {@link FilePolicy.Waiting#windowEnded}
   * @param hold where they hold the watermark while they wait for that; null where they do not
   * @param append tells the append that is under way from all others; null where there is none
   * @param appendHold where that holds the watermark
   */
  record Progress(
      boolean turned,
      long bytes,
      @Nullable Long windowEnd,
      @Nullable Long ripeAt,
      boolean ripening,
      @Nullable Long hold,
      @Nullable Long append,
      @Nullable Long appendHold)
      implements Serializable {
    private static final Progress NONE =
        new Progress(false, 0, null, null, false, null, null, null);
  }

  private final BagState<Block> first;
  private final BagState<Block> second;
  private final ValueState<Progress> saved;
  private Progress progress;

  LogState(BagState<Block> first, BagState<Block> second, ValueState<Progress> saved) {
    this.first = first;
    this.second = second;
    this.saved = saved;
    Progress known = saved.read();
    progress = known == null ? Progress.NONE : known;
  }

  Progress progress() {
    return progress;
  }

  /** What the policy is to know of the blocks that gather. */
  FilePolicy.Waiting waiting() {
    return new FilePolicy.Waiting(
        progress.bytes(), progress.windowEnd(), progress.ripeAt(), progress.ripening());
  }

  /** Whether no block gathers. */
  boolean isEmpty() {
    return progress.bytes() == 0;
  }

  /**
   * Adds a block to those that gather.
   *
   * @param waiting what is to be known of them, with this one
   */
  void add(Block block, FilePolicy.Waiting waiting) {
    gathering().add(block);
    save(with(waiting, progress.hold()));
  }

  /**
   * Lets the blocks that gather hold the watermark.
   *
   * @param waiting what is to be known of them from now on
   */
  void hold(FilePolicy.Waiting waiting, long at) {
    save(with(waiting, at));
  }

  private Progress with(FilePolicy.Waiting waiting, @Nullable Long hold) {
    return new Progress(
        progress.turned(),
        waiting.bytes(),
        waiting.windowEnd(),
        waiting.dueAt(),
        waiting.windowEnded(),
        hold,
        progress.append(),
        progress.appendHold());
  }

  /** Turns the blocks that gather into those that are being appended. There must be none yet. */
  List<Block> begin(long append, @Nullable Long hold) {
    save(new Progress(!progress.turned(), 0, null, null, false, null, append, hold));
    return appending();
  }

  /** The blocks that are being appended. */
  List<Block> appending() {
    List<Block> blocks = new ArrayList<>();
    (progress.turned() ? first : second).read().forEach(blocks::add);
    return blocks;
  }

  /** Forgets the blocks that were being appended. */
  void end() {
    (progress.turned() ? first : second).clear();
    save(
        new Progress(
            progress.turned(),
            progress.bytes(),
            progress.windowEnd(),
            progress.ripeAt(),
            progress.ripening(),
            progress.hold(),
            null,
            null));
  }

  private BagState<Block> gathering() {
    return progress.turned() ? second : first;
  }

  private void save(Progress now) {
    progress = now;
    if (now.bytes() == 0 && now.append() == null) {
      // Both bags are empty, whichever is next.
      progress = Progress.NONE;
      saved.clear();
    } else {
      saved.write(now);
    }
  }
}
