package io.sluice.delta;

import io.sluice.follow.Footers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/** Files of no rows, with the schema of a table's. */
record NoFiles(Path root, MessageType type) implements Footers {
  @Override
  public String place() {
    return "file://" + root + "/";
  }

  @Override
  public ParquetMetadata read(String key, long size) {
    return new ParquetMetadata(new FileMetaData(type, Map.of(), "a test"), List.of());
  }

  @Override
  public void close() {
    // It has nothing open.
  }
}
