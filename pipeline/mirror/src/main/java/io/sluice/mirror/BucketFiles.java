package io.sluice.mirror;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files of a bucket, below the folder of the mirror.
 *
 * @param rows the file of its rows; null where it has none
 * @param deleted the file of keys that were deleted, which readers need not know; null for none
 * @param unknown how many values of rows are not known, since the connector did not send them and
 *     nothing before did
 * @param forgotten the last of the deletes whose keys are not kept any more; null where all are
 */
record BucketFiles(
    @Nullable DataFile rows, @Nullable DataFile deleted, long unknown, @Nullable Order forgotten)
    implements Serializable {
  static final BucketFiles NONE = new BucketFiles(null, null, 0, null);

  /** A file; its rows are counted. */
  record DataFile(String name, long rows, long bytes) implements Serializable {}

  /** The name of a file of rows, which is another one with each suffix. */
  static String rowsName(int bucket, String suffix) {
    return name(bucket, "rows", suffix);
  }

  /** The same of deletes. */
  static String deletedName(int bucket, String suffix) {
    return name(bucket, "deleted", suffix);
  }

  private static String name(int bucket, String what, String suffix) {
    return String.format(Locale.ROOT, "bucket-%05d/%s-%s.parquet", bucket, what, suffix);
  }

  long rowCount() {
    return rows == null ? 0 : rows.rows();
  }

  long deletedCount() {
    return deleted == null ? 0 : deleted.rows();
  }
}
