package io.sluice.sizing;

import io.sluice.write.FilePolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a run that decide its size.
 *
 * @param parallelism subtasks, each with a core
 * @param manifestInterval how long a date that grows waits for its next manifest; null for until
 *     its end
 * @param fileMebibytes of blocks
 */
public record Settings(
    int parallelism,
    int shards,
    Duration windowSize,
    Duration fileInterval,
    @Nullable Duration manifestInterval,
    int fileMebibytes,
    int s3PartMebibytes) {
  /** {@code --watermarkDelay}, {@code --lateness} and {@code --checkpointingInterval}. */
  static final Duration WATERMARK_DELAY = Duration.ofSeconds(10);

  static final Duration LATENESS = Duration.ofHours(24);
  static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(30);

  /** {@code --manifestInterval}, as run has it by default. */
  static final Duration MANIFEST_INTERVAL = Duration.ofMinutes(30);

  FilePolicy policy() {
    return new FilePolicy((long) fileMebibytes << 20, fileInterval);
  }

  long partBytes() {
    return (long) s3PartMebibytes << 20;
  }
}
