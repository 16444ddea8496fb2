package io.sluice.follow;

import io.sluice.complete.Manifest;
import io.sluice.lake.Replaced;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that is live, as far as targets need to know it.
 *
 * @param name below the folder of {@link PublishedFiles}
 * @param written when, by the store's clock; null where nobody has said so
 * @param replaces the files whose rows it has taken over; null of one that replaces none
 */
public record LiveFile(
    String name, long rows, long bytes, @Nullable Instant written, @Nullable Replaced replaces) {
  static LiveFile of(Manifest.DataFile file) {
    return new LiveFile(file.name(), file.rows(), file.bytes(), file.written(), file.replaces());
  }
}
