package io.sluice.follow;

import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.time.Instant;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** Reads what the lake's files say of themselves, for targets that keep that of each file. */
public interface Footers extends AutoCloseable {
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

  /**
   * As the lake's store has them: one request each.
   *
   * @param store the lake's, to be closed with this
   */
  static Footers in(Store store) {
    return new Footers() {
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
          String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
          throw new IOException(
              store.root() + "/" + key + ": its footer cannot be read: " + why, e);
        }
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }
}
