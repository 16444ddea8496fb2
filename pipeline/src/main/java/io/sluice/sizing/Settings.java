package io.sluice.sizing;

import io.sluice.write.FilePolicy;
import java.time.Duration;

/**
 * The flags of a run that decide its size.
 *
 * @param parallelism subtasks, each with a core
 * @param fileMebibytes of blocks
 */
public record Settings(
    int parallelism,
    int shards,
    Duration windowSize,
    Duration fileInterval,
    int fileMebibytes,
    int s3PartMebibytes) {
  /** {@code --watermarkDelay}, {@code --lateness} and {@code --checkpointingInterval}. */
  static final Duration WATERMARK_DELAY = Duration.ofSeconds(10);

  static final Duration LATENESS = Duration.ofHours(24);
  static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(30);

  FilePolicy policy() {
    return new FilePolicy((long) fileMebibytes << 20, fileInterval);
  }

  long partBytes() {
    return (long) s3PartMebibytes << 20;
  }
}
