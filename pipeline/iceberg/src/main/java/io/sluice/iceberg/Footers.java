package io.sluice.iceberg;

import java.io.IOException;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** Reads what the lake's files say of themselves. */
interface Footers extends AutoCloseable {
  /** Where objects of the lake are, as readers find them: all before the key. */
  String place();

  /**
   * The footer of a file.
   *
   * @param key below the lake's root
   */
  ParquetMetadata read(String key, long size) throws IOException;

  @Override
  void close();
}
