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
   * All but the blocks.
   *
   * @param turned whether it is the second bag that gathers
   * @param bytes of the blocks that gather
   * @param closesAt when the first window of these ends, in event time; null where there are none
   * @param ripeAt from when on they may be written, in processing time
   * @param hold where they hold the watermark while they wait for that; null where they do not
   * @param append tells the append that is under way from all others; null where there is none
   * @param appendHold where that holds the watermark
   */
  record Progress(
      boolean turned,
      long bytes,
      @Nullable Long closesAt,
      @Nullable Long ripeAt,
      @Nullable Long hold,
      @Nullable Long append,
      @Nullable Long appendHold)
      implements Serializable {
    private static final Progress NONE = new Progress(false, 0, null, null, null, null, null);
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

  /** Adds a block to those that gather. */
  void add(Block block, long ripeAt) {
    gathering().add(block);
    Long closes = progress.closesAt();
    save(
        new Progress(
            progress.turned(),
            progress.bytes() + block.size(),
            closes == null ? block.windowEnd() : Math.min(closes, block.windowEnd()),
            progress.ripeAt() == null ? Long.valueOf(ripeAt) : progress.ripeAt(),
            progress.hold(),
            progress.append(),
            progress.appendHold()));
  }

  /** Says where the blocks that gather hold the watermark. */
  void hold(long hold) {
    save(
        new Progress(
            progress.turned(),
            progress.bytes(),
            progress.closesAt(),
            progress.ripeAt(),
            hold,
            progress.append(),
            progress.appendHold()));
  }

  /** Turns the blocks that gather into those that are being appended. There must be none yet. */
  List<Block> begin(long append, @Nullable Long hold) {
    save(new Progress(!progress.turned(), 0, null, null, null, append, hold));
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
            progress.closesAt(),
            progress.ripeAt(),
            progress.hold(),
            null,
            null));
  }

  private BagState<Block> gathering() {
    return progress.turned() ? second : first;
  }

  private void save(Progress now) {
    progress = now;
    if (now.closesAt() == null && now.append() == null) {
      // Both bags are empty, whichever is next.
      progress = Progress.NONE;
      saved.clear();
    } else {
      saved.write(now);
    }
  }
}
