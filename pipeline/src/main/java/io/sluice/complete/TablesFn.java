package io.sluice.complete;

import io.sluice.lake.LakeTable;
import io.sluice.lake.OpenTables;
import io.sluice.lake.Store;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/** Opens the stores of tables on a worker. */
abstract class TablesFn<InputT, OutputT> extends DoFn<InputT, OutputT> {
  private static final long serialVersionUID = 1L;

  private final List<LakeTable> tables;
  private transient @Nullable OpenTables open;

  TablesFn(List<LakeTable> tables) {
    this.tables = tables;
  }

  @Setup
  public void setup(PipelineOptions options) {
    open = new OpenTables(tables, options);
  }

  @Teardown
  public void teardown() {
    if (open != null) {
      open.close();
    }
  }

  LakeTable table(String name) {
    return Objects.requireNonNull(open).table(name);
  }

  Store store(String name) {
    return Objects.requireNonNull(open).store(table(name));
  }
}
