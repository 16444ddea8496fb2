package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.parquet.column.ColumnDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileColumnsTest {
  private static final Table TABLE = TestPanes.TABLE;
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final int READERS = 2_000;

  @TempDir Path directory;

  /** What decompresses pages is of one reader: closed by one, it would be gone for the others. */
  @Test
  void manyThreadsReadAtOnce() throws Exception {
    try (Store store = TestStores.of(directory).open(PipelineOptionsFactory.create())) {
      new AppendLog(store, TABLE, DATE, 0, false).append(TestPanes.rows(1, 2, 3));
      Store.Entry file = LakeFiles.list(store, TABLE.name() + "/").get(0);
      List<Integer> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(i);
      }
      List<Integer> values =
          Parallel.map(readers, 8, "reading columns", reader -> valuesOfAllColumns(store, file));
      for (int value : values) {
        assertEquals(3 * valuesPerRow(store, file), value);
      }
    }
  }

  private static int valuesPerRow(Store store, Store.Entry file) throws Exception {
    try (FileColumns columns = FileColumns.open(store, file)) {
      return columns.schema().getColumns().size();
    }
  }

  private static int valuesOfAllColumns(Store store, Store.Entry file) throws IOException {
    int[] values = {0};
    try (FileColumns columns = FileColumns.open(store, file)) {
      for (ColumnDescriptor column : columns.schema().getColumns()) {
        columns.read(column, 0, (row, value) -> values[0]++);
      }
    }
    return values[0];
  }
}
