package io.sluice.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table as Delta's own kernel reads it. */
public final class KernelTable {
  private final String path;
  private final Engine engine;

  public KernelTable(Store store, String table) {
    this.path = StoreFileIo.ROOT + table;
    this.engine = DefaultEngine.create(new StoreFileIo(store));
  }

  private Snapshot snapshot() {
    return Table.forPath(engine, path).getLatestSnapshot(engine);
  }

  public long version() {
    return snapshot().getVersion();
  }

  public StructType schema() {
    return snapshot().getSchema();
  }

  /** What is done with a file of a scan. */
  private interface FileTask {
    void accept(Row state, Row file, FileStatus status) throws IOException;
  }

  /** The rows at an earlier version. */
  public List<Map<String, Object>> rows(long version) throws IOException {
    List<Map<String, Object>> found = new ArrayList<>();
    forEachFile(
        Table.forPath(engine, path).getSnapshotAsOfVersion(engine, version),
        Optional.empty(),
        (state, file, status) -> read(state, file, status, Optional.empty(), found));
    return found;
  }

  private void forEachFile(Snapshot snapshot, Optional<Predicate> filter, FileTask task)
      throws IOException {
    ScanBuilder builder = snapshot.getScanBuilder();
    Scan scan = filter.map(builder::withFilter).orElse(builder).build();
    Row state = scan.getScanState(engine);
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            Row file = rows.next();
            task.accept(state, file, InternalScanFileUtils.getAddFileStatus(file));
          }
        }
      }
    }
  }

  /** The paths of the files, in the table's folder. */
  public List<String> files(Optional<Predicate> filter) throws IOException {
    List<String> files = new ArrayList<>();
    forEachFile(
        snapshot(),
        filter,
        (state, file, status) -> files.add(status.getPath().substring(path.length() + 1)));
    return files;
  }

  public List<String> files() throws IOException {
    return files(Optional.empty());
  }

  /** The rows for which a filter holds, by the kernel's own evaluation of it. */
  public List<Map<String, Object>> rows(Optional<Predicate> filter) throws IOException {
    List<Map<String, Object>> found = new ArrayList<>();
    forEachFile(
        snapshot(), filter, (state, file, status) -> read(state, file, status, filter, found));
    return found;
  }

  /** A reader that knows its files and has read none. */
  interface Opened {
    List<Map<String, Object>> rows() throws IOException;
  }

  /** Begins to read what is there now. */
  Opened open() throws IOException {
    List<Map<String, Object>> found = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    forEachFile(
        snapshot(),
        Optional.empty(),
        (state, file, status) ->
            parts.add(() -> read(state, file, status, Optional.empty(), found)));
    return () -> {
      for (Part part : parts) {
        part.read();
      }
      return found;
    };
  }

  /** A file that is still to be read. */
  private interface Part {
    void read() throws IOException;
  }

  private void read(
      Row state,
      Row file,
      FileStatus status,
      Optional<Predicate> filter,
      List<Map<String, Object>> found)
      throws IOException {
    StructType type = ScanStateRow.getPhysicalDataReadSchema(state);
    try (CloseableIterator<FilteredColumnarBatch> data =
        Scan.transformPhysicalData(
            engine,
            state,
            file,
            engine
                .getParquetHandler()
                .readParquetFiles(Utils.singletonCloseableIterator(status), type, Optional.empty())
                .map(one -> one.getData()))) {
      while (data.hasNext()) {
        add(data.next(), filter, found);
      }
    }
  }

  private void add(
      FilteredColumnarBatch read, Optional<Predicate> filter, List<Map<String, Object>> found) {
    ColumnarBatch batch = read.getData();
    Optional<ColumnVector> holds =
        filter.map(
            predicate ->
                engine
                    .getExpressionHandler()
                    .getPredicateEvaluator(batch.getSchema(), predicate)
                    .eval(batch, Optional.empty()));
    Optional<ColumnVector> kept = read.getSelectionVector();
    for (int row = 0; row < batch.getSize(); row++) {
      if (isTrue(holds, row) && isTrue(kept, row)) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int column = 0; column < batch.getSchema().length(); column++) {
          values.put(
              batch.getSchema().at(column).getName(),
              VectorUtils.getValueAsObject(
                  batch.getColumnVector(column), batch.getSchema().at(column).getDataType(), row));
        }
        found.add(values);
      }
    }
  }

  private static boolean isTrue(Optional<ColumnVector> selection, int row) {
    return selection.map(vector -> !vector.isNullAt(row) && vector.getBoolean(row)).orElse(true);
  }

  public List<Map<String, Object>> rows() throws IOException {
    return rows(Optional.empty());
  }
}
