package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What each run was asked to read, and how: one small object per start, {@code
 * _sluice/TABLE/starts/…json}. The audit needs it to tell an offset that was lost from one that
 * nobody ever asked for, as after {@code --startFrom=latest}, and from one that the run has not
 * written yet.
 */
public final class RunStarts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  /** A job that starts again and again writes one object in so long. */
  private static final Duration SLOT = Duration.ofMinutes(10);

  private RunStarts() {}

  /**
   * How long a run may keep a row.
   *
   * @param windowSize see {@code --windowSize}
   * @param fileInterval see {@code --fileInterval}
   * @param watermarkDelay see {@code --watermarkDelay}
   */
  public record Timing(Duration windowSize, Duration fileInterval, Duration watermarkDelay) {
    /** The longer of each. */
    public Timing and(Timing other) {
      return new Timing(
          longer(windowSize, other.windowSize),
          longer(fileInterval, other.fileInterval),
          longer(watermarkDelay, other.watermarkDelay));
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) >= 0 ? one : other;
    }
  }

  /**
   * A start.
   *
   * @param at when it was recorded, by the store's clock
   * @param offsets the first offset of each partition that it reads
   * @param atLake whether the lake had all before these offsets; false where that is not known
   * @param timing null where an older version has recorded it
   */
  public record Start(
      Instant at, Map<Integer, Long> offsets, boolean atLake, @Nullable Timing timing) {}

  /**
   * Records a start before the run reads anything.
   *
   * @param atLake whether the lake has all before these offsets
   */
  public static void record(
      Store store,
      String table,
      String source,
      Map<Integer, Long> offsets,
      boolean atLake,
      Timing timing)
      throws IOException {
    ObjectNode json = Format.begin(FORMAT).put("source", source).put("atLake", atLake);
    json.put("windowSize", timing.windowSize().toString());
    json.put("fileInterval", timing.fileInterval().toString());
    json.put("watermarkDelay", timing.watermarkDelay().toString());
    ObjectNode partitions = json.putObject("offsets");
    offsets.forEach((partition, offset) -> partitions.put(String.valueOf(partition), offset));
    byte[] content = JSON.writeValueAsBytes(json);
    long slot = System.currentTimeMillis() / SLOT.toMillis() * SLOT.toMillis();
    UUID digest = UUID.nameUUIDFromBytes((slot + " " + json).getBytes(StandardCharsets.UTF_8));
    String key = folder(table) + Instant.ofEpochMilli(slot).toString().replace(":", "");
    store.create(key + "-" + digest + ".json", content, Token.next());
  }

  /** All starts on a source, in no order. */
  public static List<Start> read(Store store, String table, String source) throws IOException {
    List<Start> starts = new ArrayList<>();
    for (Store.Entry entry : LakeFiles.listJson(store, folder(table))) {
      JsonNode json = JSON.readTree(store.read(entry.key()).orElseThrow());
      Format.require(store, entry.key(), "record of a run's start", json, FORMAT);
      if (json.path("source").asText().equals(source)) {
        TreeMap<Integer, Long> offsets = new TreeMap<>();
        json.path("offsets")
            .properties()
            .forEach(
                offset ->
                    offsets.put(Integer.parseInt(offset.getKey()), offset.getValue().asLong()));
        starts.add(
            new Start(entry.modified(), offsets, json.path("atLake").asBoolean(), timing(json)));
      }
    }
    return starts;
  }

  private static @Nullable Timing timing(JsonNode json) {
    return json.has("windowSize")
        ? new Timing(
            Duration.parse(json.path("windowSize").asText()),
            Duration.parse(json.path("fileInterval").asText()),
            Duration.parse(json.path("watermarkDelay").asText()))
        : null;
  }

  /**
   * The least offset that any run was asked to read, by partition; a partition that no run was
   * asked for is absent.
   */
  public static Map<Integer, Long> least(List<Start> starts) {
    Map<Integer, Long> least = new TreeMap<>();
    starts.forEach(
        start -> start.offsets().forEach((p, offset) -> least.merge(p, offset, Math::min)));
    return least;
  }

  private static String folder(String table) {
    return "_sluice/" + table + "/starts/";
  }
}
