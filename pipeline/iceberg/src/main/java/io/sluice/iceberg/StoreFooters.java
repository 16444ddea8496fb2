package io.sluice.iceberg;

import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.time.Instant;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** As the lake's store has them: one request each. */
final class StoreFooters implements Footers {
  private final Store store;

  /**
   * @param store the lake's, to be closed with this
   */
  StoreFooters(Store store) {
    this.store = store;
  }

  @Override
  public String place() {
    String root = store.root();
    return (root.startsWith("s3://") ? root : "file://" + root) + "/";
  }

  @Override
  public ParquetMetadata read(String key, long size) throws IOException {
    StoreInputFile file = new StoreInputFile(store, new Store.Entry(key, size, Instant.EPOCH));
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (StoreInputFile.Stream stream = file.newStream()) {
      return ParquetFileReader.readFooter(file, options, stream);
    } catch (IOException | RuntimeException e) {
      file.throwFailure();
      throw new IOException(
          store.root() + "/" + key + ": its footer cannot be read: " + Failures.why(e), e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
