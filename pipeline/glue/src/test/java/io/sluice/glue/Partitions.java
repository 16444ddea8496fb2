package io.sluice.glue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a partition as an engine does that knows SymlinkTextInputFormat. */
final class Partitions {
  private Partitions() {}

  /**
   * The places of the files that a partition leads to.
   *
   * @param partition as Glue has it; null where it has none
   */
  static List<String> read(@Nullable JsonNode partition, Store store) throws IOException {
    List<String> places = new ArrayList<>();
    if (partition == null) {
      return places;
    }
    JsonNode storage = partition.path("StorageDescriptor");
    assertEquals(
        "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
        storage.path("InputFormat").asText());
    String location = storage.path("Location").asText();
    String root = "file://" + store.root() + "/";
    assertEquals(root, location.substring(0, root.length()));
    String folder = location.substring(root.length());
    for (Store.Entry list : store.list(folder)) {
      new String(store.read(list.key()).orElseThrow(), UTF_8).lines().forEach(places::add);
    }
    return places;
  }
}
