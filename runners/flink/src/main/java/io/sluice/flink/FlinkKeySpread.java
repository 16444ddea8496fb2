package io.sluice.flink;

import io.sluice.block.KeySpread;
import io.sluice.block.LogKey;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.adapter.FlinkKey;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * Takes the shards of a date to as many subtasks as there are, one after the other, and the next
 * date one subtask further. Flink hashes a key to a key group and gives each subtask a range of
 * these; with a few keys that is as even as a few throws of a die.
 */
final class FlinkKeySpread implements KeySpread {
  private static final long serialVersionUID = 1L;

  /** So many salts for each subtask leave one in e^32 logs where its hash takes it. */
  private static final int SALTS = 32;

  private static final int MOST_KNOWN = 10_000;

  private final int parallelism;
  private final int maxParallelism;
  private transient @Nullable Map<LogKey, Integer> known;

  private FlinkKeySpread(int parallelism, int maxParallelism) {
    this.parallelism = parallelism;
    this.maxParallelism = maxParallelism;
  }

  /**
   * For a job's parallelism, as its options have it; where they leave it to the cluster, none.
   *
   * @param options with the parallelism that the job will run at
   */
  static KeySpread of(FlinkPipelineOptions options) {
    int parallelism = options.getParallelism();
    if (parallelism < 1) {
      return KeySpread.NONE;
    }
    return of(
        parallelism,
        options.getMaxParallelism() > 0
            ? options.getMaxParallelism()
            : KeyGroupRangeAssignment.computeDefaultMaxParallelism(parallelism));
  }

  static FlinkKeySpread of(int parallelism, int maxParallelism) {
    return new FlinkKeySpread(parallelism, maxParallelism);
  }

  @Override
  public int salt(String table, long date, int shard) {
    if (known == null || known.size() > MOST_KNOWN) {
      known = new HashMap<>();
    }
    return known.computeIfAbsent(new LogKey(table, date, shard, 0), this::find);
  }

  private int find(LogKey log) {
    int target =
        (int) Math.floorMod(log.date() + log.shard() + log.table().hashCode(), (long) parallelism);
    for (int salt = 0; salt < SALTS * parallelism; salt++) {
      if (subtask(new LogKey(log.table(), log.date(), log.shard(), salt)) == target) {
        return salt;
      }
    }
    return 0;
  }

  /** Where Flink takes a key that Beam has encoded. */
  int subtask(LogKey key) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        FlinkKey.of(key, new LogKey.KeyCoder()), maxParallelism, parallelism);
  }
}
