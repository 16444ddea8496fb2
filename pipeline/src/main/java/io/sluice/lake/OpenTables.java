package io.sluice.lake;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The tables of a run, open on a worker. All tables of one place have one store: a client of S3 has
 * connections and credentials of its own, and a run may have hundreds of tables. For one thread at
 * a time.
 */
public final class OpenTables implements AutoCloseable {
  private final List<LakeTable> tables;
  private final Map<Stores, Store> stores = new HashMap<>();

  public OpenTables(List<LakeTable> tables, PipelineOptions options) {
    this.tables = tables;
    for (LakeTable table : tables) {
      stores.computeIfAbsent(table.stores(), place -> place.open(options));
    }
  }

  /** As {@link LakeTable#named}. */
  public LakeTable table(String name) {
    return LakeTable.named(tables, name);
  }

  /** Where one of the tables is. */
  public Store store(LakeTable table) {
    return Objects.requireNonNull(stores.get(table.stores()));
  }

  @Override
  public void close() {
    stores.values().forEach(Store::close);
  }
}
