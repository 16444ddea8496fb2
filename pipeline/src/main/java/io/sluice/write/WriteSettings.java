package io.sluice.write;

import java.io.Serializable;
import java.time.Duration;

/**
 * When files are written, and how.
 *
 * @param fileBytes encoded rows of one log that make a file before its window ends; bounds state
 *     and memory
 * @param fileInterval two files of one log are at least this far apart, unless they are full
 */
public record WriteSettings(long fileBytes, Duration fileInterval, int zstdLevel)
    implements Serializable {
  /** When a file is closed. */
  FilePolicy policy() {
    return new FilePolicy(fileBytes, fileInterval);
  }
}
