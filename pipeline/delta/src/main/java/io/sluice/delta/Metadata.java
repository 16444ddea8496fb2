package io.sluice.delta;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a log says of its table.
 *
 * @param created in milliseconds since the epoch
 */
record Metadata(
    String id,
    @Nullable String name,
    @Nullable String description,
    String schemaString,
    List<String> partitionColumns,
    Map<String, @Nullable String> configuration,
    @Nullable Long created) {
  private static final String MODE = "delta.columnMapping.mode";
  private static final String LAST_ID = "delta.columnMapping.maxColumnId";

  Metadata {
    partitionColumns = List.copyOf(partitionColumns);
    configuration = Collections.unmodifiableMap(new TreeMap<>(configuration));
  }

  DeltaType.Struct schema() throws IOException {
    return DeltaType.parse(schemaString);
  }

  String setting(String key, String otherwise) {
    String value = configuration.get(key);
    return value == null ? otherwise : value;
  }

  /** How columns are found in files: {@code none}, {@code name} or {@code id}. */
  String mapping() {
    return setting(MODE, "none");
  }

  /** The greatest number of a column, where the table maps them by name; else -1. */
  long lastId() {
    return mapping().equals("none") ? -1 : Long.parseLong(setting(LAST_ID, "0"));
  }

  Metadata with(SchemaMerge.Merged merged) {
    Map<String, @Nullable String> settings = new TreeMap<>(configuration);
    if (merged.lastId() >= 0) {
      settings.put(LAST_ID, String.valueOf(merged.lastId()));
    }
    return new Metadata(
        id,
        name,
        description,
        DeltaType.text(merged.schema()),
        partitionColumns,
        settings,
        created);
  }
}
