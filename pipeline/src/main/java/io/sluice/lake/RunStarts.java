package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each run was asked to read: one small object per start, {@code _sluice/TABLE/starts/…json}.
 * The audit needs it to tell an offset that was lost from one that nobody ever asked for, as after
 * {@code --startFrom=latest}.
 */
public final class RunStarts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  private RunStarts() {}

  /** Records a start before the run reads anything. */
  public static void record(Store store, String table, String source, Map<Integer, Long> offsets)
      throws IOException {
    // A start that claims nothing that an earlier one did not is not worth an object.
    Map<Integer, Long> known = read(store, table, source);
    if (offsets.entrySet().stream()
        .allMatch(
            start ->
                known.containsKey(start.getKey())
                    && known.get(start.getKey()) <= start.getValue())) {
      return;
    }
    ObjectNode json = Format.begin(FORMAT).put("source", source);
    ObjectNode partitions = json.putObject("offsets");
    offsets.forEach((partition, offset) -> partitions.put(String.valueOf(partition), offset));
    String token = Token.next();
    store.create(folder(table) + token + ".json", JSON.writeValueAsBytes(json), token);
  }

  /**
   * The least offset that any run was asked to read, by partition; a partition that no run was
   * asked for is absent.
   */
  public static Map<Integer, Long> read(Store store, String table, String source)
      throws IOException {
    Map<Integer, Long> starts = new TreeMap<>();
    for (Store.Entry entry : LakeFiles.listJson(store, folder(table))) {
      JsonNode json = JSON.readTree(store.read(entry.key()).orElseThrow());
      Format.require(store, entry.key(), "record of a run's start", json, FORMAT);
      if (json.path("source").asText().equals(source)) {
        for (Map.Entry<String, JsonNode> offset : json.path("offsets").properties()) {
          starts.merge(Integer.parseInt(offset.getKey()), offset.getValue().asLong(), Math::min);
        }
      }
    }
    return starts;
  }

  private static String folder(String table) {
    return "_sluice/" + table + "/starts/";
  }
}
