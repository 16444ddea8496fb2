package io.sluice.complete;

import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/** Opens the stores of tables on a worker. */
abstract class TablesFn<InputT, OutputT> extends DoFn<InputT, OutputT> {
  private static final long serialVersionUID = 1L;

  private final List<LakeTable> tables;
  private transient @Nullable Map<String, Store> stores;

  TablesFn(List<LakeTable> tables) {
    this.tables = tables;
  }

  @Setup
  public void setup(PipelineOptions options) {
    stores = new HashMap<>();
    for (LakeTable table : tables) {
      stores.put(table.table().name(), table.stores().open(options));
    }
  }

  @Teardown
  public void teardown() {
    if (stores != null) {
      stores.values().forEach(Store::close);
    }
  }

  LakeTable table(String name) {
    return LakeTable.named(tables, name);
  }

  Store store(String name) {
    Store store = Objects.requireNonNull(stores).get(name);
    if (store == null) {
      throw LakeTable.unknown(name);
    }
    return store;
  }
}
