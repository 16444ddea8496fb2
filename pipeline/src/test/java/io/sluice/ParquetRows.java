package io.sluice;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Rows of files by parquet-java, as the files have them: DuckDB 1 cuts timestamps off at
 * microseconds.
 */
public final class ParquetRows {
  private ParquetRows() {}

  /** The rows of a file, with these columns alone. */
  public static List<Group> of(Path file, String... columns) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      MessageType schema = reader.getFileMetaData().getSchema();
      MessageType asked =
          new MessageType("asked", Stream.of(columns).map(schema::getType).toArray(Type[]::new));
      reader.setRequestedSchema(asked);
      List<Group> rows = new ArrayList<>();
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> groups =
            new ColumnIOFactory()
                .getColumnIO(asked)
                .getRecordReader(pages, new GroupRecordConverter(asked));
        for (long i = pages.getRowCount(); i > 0; i--) {
          rows.add(groups.read());
        }
      }
      return rows;
    }
  }
}
