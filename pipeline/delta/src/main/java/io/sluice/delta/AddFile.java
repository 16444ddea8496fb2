package io.sluice.delta;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of a table.
 *
 * @param path as the log has it: an address, relative to the table where it has no scheme
 * @param partitionValues a value may be null
 * @param modified in milliseconds since the epoch
 * @param stats JSON; null where the log has none, or they were not asked for
 * @param deletes which of its rows were deleted; null where none were
 */
record AddFile(
    String path,
    Map<String, @Nullable String> partitionValues,
    long size,
    long modified,
    @Nullable String stats,
    Map<String, @Nullable String> tags,
    @Nullable DeletionVector deletes) {
  AddFile {
    partitionValues = Collections.unmodifiableMap(new TreeMap<>(partitionValues));
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
  }

  /** What tells an entry of the log from others, of the same file, too. */
  String key() {
    return key(path, deletes);
  }

  static String key(String path, @Nullable DeletionVector deletes) {
    return deletes == null ? path : path + "\n" + deletes.id();
  }

  /** Rows of a file that readers are to leave out. */
  record DeletionVector(
      String storageType,
      String pathOrInlineDv,
      @Nullable Integer offset,
      int sizeInBytes,
      long cardinality) {
    String id() {
      return storageType + pathOrInlineDv + (offset == null ? "" : "@" + offset);
    }
  }
}
