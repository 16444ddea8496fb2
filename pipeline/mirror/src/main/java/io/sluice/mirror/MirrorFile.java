package io.sluice.mirror;

import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import io.sluice.write.FileColumns;
import io.sluice.write.StreamOutputFile;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** Files of rows, read and written one row at a time: at most a row group is held. */
final class MirrorFile {
  /** Rows as they are held until they are written, in bytes. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  private static final String FORMAT = "sluice.mirror.format";

  private MirrorFile() {}

  /** Takes rows. */
  interface Rows {
    void row(Group row) throws IOException;
  }

  /** The schema that a file has. */
  static MessageType schema(Store store, Store.Entry file) throws IOException {
    try (FileColumns columns = FileColumns.open(store, file)) {
      return columns.schema();
    }
  }

  /**
   * Reads a file.
   *
   * @param wanted which columns, where the file has them
   * @throws java.nio.file.NoSuchFileException where it is not there any more
   */
  static void read(Store store, Store.Entry file, MessageType wanted, Rows rows)
      throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    StoreInputFile input = new StoreInputFile(store, file);
    try (ParquetFileReader reader = ParquetFileReader.open(input, options)) {
      MessageType inFile = reader.getFileMetaData().getSchema();
      MessageType asked = Groups.asked(wanted, inFile);
      reader.setRequestedSchema(asked);
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(asked, inFile);
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> records =
            columns.getRecordReader(pages, new GroupRecordConverter(asked));
        for (long i = 0; i < pages.getRowCount(); i++) {
          rows.row(records.read());
        }
      }
    } catch (ParquetDecodingException e) {
      input.throwFailure();
      throw new IOException(store.root() + "/" + file.key() + ": " + e.getMessage(), e);
    }
  }

  /** A file that is being written; closing it without {@link #finish} leaves nothing. */
  static final class Writer implements AutoCloseable {
    private final Store store;
    private final String key;
    private final String token = UUID.randomUUID().toString();
    private final Store.Upload upload;
    private final StreamOutputFile file;
    private final ParquetWriter<Group> writer;
    private long rows;

    /**
     * Begins a file that nobody else writes.
     *
     * @param key which no object has
     */
    Writer(Store store, String key, MessageType schema, int zstdLevel) throws IOException {
      this.store = store;
      this.key = key;
      this.upload = store.begin(key, token);
      this.file = new StreamOutputFile(upload.stream());
      try {
        this.writer =
            ExampleParquetWriter.builder(file)
                .withConf(
                    new PlainParquetConfiguration(
                        Map.of("parquet.compression.codec.zstd.level", String.valueOf(zstdLevel))))
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withExtraMetaData(Map.of(FORMAT, "1"))
                .build();
      } catch (IOException | RuntimeException e) {
        upload.close();
        throw e;
      }
    }

    void add(Group row) throws IOException {
      writer.write(row);
      rows++;
    }

    /** Makes it visible. */
    BucketFiles.DataFile finish(String name) throws IOException {
      writer.close();
      upload.prepare();
      IOException failure = null;
      for (int i = 0; i < Store.MOST_TRIES; i++) {
        try {
          if (upload.commit() == Store.Outcome.COMMITTED) {
            return new BucketFiles.DataFile(name, rows, file.position());
          }
        } catch (IOException e) {
          failure = e;
        }
        if (store.owner(key, token) == Store.Owner.OURS) {
          return new BucketFiles.DataFile(name, rows, file.position());
        }
      }
      throw new IOException(store.root() + "/" + key + ": not written", failure);
    }

    @Override
    public void close() {
      upload.close();
    }
  }
}
