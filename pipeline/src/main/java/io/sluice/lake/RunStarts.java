package io.sluice.lake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What each run was asked to read, and how: one small object for all starts that ask for the same,
 * {@code _sluice/TABLE/starts/…json}. The audit needs it to tell an offset that was lost from one
 * that nobody ever asked for, as after {@code --startFrom=latest}, and from one that the run has
 * not written yet.
 */
public final class RunStarts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;
  private static final LakeObject.Kind KIND =
      new LakeObject.Kind(
          "record of a run's start",
          FORMAT,
          "restore it from a backup, or delete it: an audit then knows nothing of what that run"
              + " was asked to read");

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
   * @param at when it was recorded, or last began in the same way, by the store's clock
   * @param offsets the first offset of each partition that it reads
   * @param atLake whether the lake had all before these offsets; false where that is not known
   * @param timing null where an older version has recorded it
   */
  public record Start(
      Instant at, Map<Integer, Long> offsets, boolean atLake, @Nullable Timing timing) {
    /**
     * Whether a later start would say nothing new, apart from its time: it began at the same
     * offsets; or both began with what the lake lacked, and this one no later, so that whoever
     * judges by the earlier offsets and the later time waits longer, and calls nothing lost that
     * the later run still has to write.
     */
    private boolean stands(Start later) {
      return atLake == later.atLake
          && later.timing != null
          && later.timing.equals(timing)
          && offsets.keySet().equals(later.offsets.keySet())
          && offsets.entrySet().stream()
              .allMatch(
                  one -> {
                    long first = Objects.requireNonNull(later.offsets.get(one.getKey()));
                    return atLake ? one.getValue() <= first : one.getValue() == first;
                  });
    }
  }

  /**
   * Records a start before the run reads anything. Where one that is recorded says the same, only a
   * mark beside it is written anew, which is as young as this start: a job that starts over and
   * over leaves two objects, however long it does.
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
    Start start = new Start(store.now(), offsets, atLake, timing);
    for (Stored before : stored(store, table, source)) {
      if (before.start().stands(start)) {
        store.replace(mark(table, before.key()), new byte[] {'\n'});
        return;
      }
    }
    byte[] content = JSON.writeValueAsBytes(toJson(source, start));
    String at = start.at().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
    String key = folder(table) + at + "-" + UUID.nameUUIDFromBytes(content) + ".json";
    store.create(key, content, Token.next());
  }

  /** A start and the object that has it. */
  private record Stored(String key, Start start) {}

  private static ObjectNode toJson(String source, Start start) {
    ObjectNode json = Format.begin(FORMAT).put("source", source).put("atLake", start.atLake());
    Timing timing = start.timing();
    if (timing != null) {
      json.put("windowSize", timing.windowSize().toString());
      json.put("fileInterval", timing.fileInterval().toString());
      json.put("watermarkDelay", timing.watermarkDelay().toString());
    }
    ObjectNode partitions = json.putObject("offsets");
    start
        .offsets()
        .forEach((partition, offset) -> partitions.put(String.valueOf(partition), offset));
    return json;
  }

  /** All starts on a source, in no order. */
  public static List<Start> read(Store store, String table, String source) throws IOException {
    return stored(store, table, source).stream().map(Stored::start).toList();
  }

  private static List<Stored> stored(Store store, String table, String source) throws IOException {
    List<Stored> starts = new ArrayList<>();
    Map<String, Instant> marks =
        store.list(restarted(table)).stream()
            .collect(Collectors.toMap(Store.Entry::key, Store.Entry::modified));
    for (Store.Entry entry : LakeFiles.listJson(store, folder(table))) {
      Instant at = marks.getOrDefault(mark(table, entry.key()), entry.modified());
      LakeObject.read(store, entry.key(), KIND, json -> start(json, source, at))
          .ifPresent(start -> starts.add(new Stored(entry.key(), start)));
    }
    return starts;
  }

  /** Empty where it is of another source. */
  private static Optional<Start> start(LakeObject json, String source, Instant at) {
    return json.text("source").equals(source)
        ? Optional.of(
            new Start(
                at,
                json.byPartition("offsets", LakeObject::number),
                json.has("atLake") && json.flag("atLake"),
                timing(json)))
        : Optional.empty();
  }

  private static @Nullable Timing timing(LakeObject json) {
    return json.has("windowSize")
        ? new Timing(
            json.duration("windowSize"),
            json.duration("fileInterval"),
            json.duration("watermarkDelay"))
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

  /** Records are never replaced, and writers may have no right to; these marks are. */
  private static String restarted(String table) {
    return "_sluice/" + table + "/restarted/";
  }

  /** The mark that tells when last a run began as a record says. */
  private static String mark(String table, String key) {
    return restarted(table) + key.substring(folder(table).length());
  }
}
