package io.sluice.lake;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON object of the lake's own, read by its keys. Each value is what its reader asks for:
 * one that is not there or of another type is never taken for 0 or nothing, since that would make
 * another statement of it. An object of which that is so is a {@link DamagedObjectException}.
 */
public final class LakeObject {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String path;
  private final JsonNode json;

  /**
   * What a reader knows of all objects of a kind.
   *
   * @param what one of them is, as {@code mark of a replay}
   * @param format the newest format that is read
   * @param remedy what to do where one is damaged, to go on behind a semicolon
   */
  public record Kind(String what, int format, String remedy) {}

  /**
   * Makes something of an object.
   *
   * @param <T> it
   */
  public interface Reading<T> {
    /**
     * @throws IOException where the object is damaged: all of it is in memory
     */
    T of(LakeObject object) throws IOException;
  }

  private LakeObject(String path, JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException((path.isEmpty() ? "it" : path) + " is no JSON object");
    }
    this.path = path;
    this.json = json;
  }

  /**
   * Reads an object that a list has named.
   *
   * @throws DamagedObjectException where it is damaged
   * @throws io.sluice.UserException where a newer version has written it
   * @throws IOException where the store failed, or it is not there any more
   */
  public static <T> T read(Store store, String key, Kind kind, Reading<T> reading)
      throws IOException {
    return of(store, key, kind, listed(store, key), reading);
  }

  /** The bytes of an object that a list has named. */
  static byte[] listed(Store store, String key) throws IOException {
    return store
        .read(key)
        .orElseThrow(
            () -> new IOException(store.root() + "/" + key + " vanished while it was read"));
  }

  /**
   * The same of bytes that were read.
   *
   * @throws DamagedObjectException where they are damaged
   * @throws io.sluice.UserException where a newer version has written them
   */
  public static <T> T of(Store store, String key, Kind kind, byte[] bytes, Reading<T> reading) {
    try {
      LakeObject object = new LakeObject("", tree(bytes));
      long format = object.number(Format.FORMAT);
      Format.require(store, key, kind.what(), object.json, kind.format());
      if (format < 1) {
        throw new IllegalArgumentException("there is no format " + format);
      }
      return reading.of(object);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new DamagedObjectException(
          store, key, String.valueOf(e.getMessage()), kind.remedy(), e);
    }
  }

  /**
   * The one value of JSON that bytes are.
   *
   * @throws IOException where they are not JSON; its message says so in words that users read
   */
  static JsonNode tree(byte[] bytes) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonEOFException e) {
      throw new IOException("its JSON ends too soon", e);
    } catch (IOException e) {
      throw new IOException("it is not JSON", e);
    }
    if (json.isMissingNode()) {
      throw new IOException("it is empty");
    }
    return json;
  }

  /**
   * An object that stands in something else.
   *
   * @param what it is, for messages
   * @throws IllegalArgumentException where the value is no object
   */
  static LakeObject of(String what, JsonNode json) {
    return new LakeObject(what, json);
  }

  /** Whether there is a value of a key, of whatever type. */
  public boolean has(String key) {
    return json.has(key);
  }

  /**
   * @throws IllegalArgumentException where it is not there, or no text
   */
  public String text(String key) {
    return require(key, json.path(key).isTextual(), "text").textValue();
  }

  /**
   * A whole number that is not negative: no object of the lake has others.
   *
   * @throws IllegalArgumentException where it is not there, or no such number
   */
  public long number(String key) {
    return number(key, json.path(key));
  }

  private long number(String key, JsonNode value) {
    require(key, isNumber(value), "whole number from 0 on");
    return value.longValue();
  }

  private static boolean isNumber(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
  }

  /**
   * The same, of an {@code int}.
   *
   * @throws IllegalArgumentException where it is not there, or no such number
   */
  public int smallNumber(String key) {
    JsonNode value = json.path(key);
    require(key, isNumber(value) && value.canConvertToInt(), "whole number from 0 on");
    return value.intValue();
  }

  /**
   * @throws IllegalArgumentException where it is not there, or neither true nor false
   */
  public boolean flag(String key) {
    return require(key, json.path(key).isBoolean(), "flag").booleanValue();
  }

  /**
   * @throws IllegalArgumentException where it is not there, or no time
   */
  public Instant time(String key) {
    try {
      return Instant.parse(text(key));
    } catch (DateTimeException e) {
      throw wrong(key, "time", e);
    }
  }

  /**
   * @throws IllegalArgumentException where it is not there, or no duration
   */
  Duration duration(String key) {
    try {
      return Duration.parse(text(key));
    } catch (DateTimeException e) {
      throw wrong(key, "duration", e);
    }
  }

  /**
   * @throws IllegalArgumentException where it is not there, or no object
   */
  public LakeObject object(String key) {
    return new LakeObject(name(key), require(key, json.path(key).isObject(), "object"));
  }

  /** Its keys, in their order. */
  public List<String> keys() {
    return json.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Makes something of a value by its key. */
  interface Value<T> {
    T of(LakeObject object, String key);
  }

  /**
   * What is made of each value of an object that has the numbers of partitions as its keys.
   *
   * @throws IllegalArgumentException where it is not there, or has other keys
   */
  <T> SortedMap<Integer, T> byPartition(String key, Value<T> value) {
    LakeObject object = object(key);
    SortedMap<Integer, T> all = new TreeMap<>();
    for (String partition : object.keys()) {
      all.put(object.partition(partition), value.of(object, partition));
    }
    return all;
  }

  private int partition(String key) {
    int number;
    try {
      number = Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw wrong(key, "partition", e);
    }
    if (number < 0) {
      throw wrong(key, "partition", null);
    }
    return number;
  }

  /** Pairs of numbers, of which none is greater than the one beside it. */
  List<Positions.Range> ranges(String key) {
    List<Positions.Range> ranges = new ArrayList<>();
    for (JsonNode pair : require(key, json.path(key).isArray(), "list of ranges")) {
      require(key, pair.isArray() && pair.size() == 2, "list of ranges");
      Positions.Range range =
          new Positions.Range(number(key, pair.path(0)), number(key, pair.path(1)));
      require(key, range.from() <= range.to(), "list of ranges");
      ranges.add(range);
    }
    return ranges;
  }

  /**
   * Positions by source and partition, each as {@link Positions#encode} wrote it.
   *
   * @throws IOException where they cannot be decoded
   * @throws IllegalArgumentException where it is not there, or something else
   */
  public Positions positions(String key) throws IOException {
    return object(key).positions();
  }

  Positions positions() throws IOException {
    Positions positions = new Positions();
    for (String source : keys()) {
      LakeObject partitions = object(source);
      for (String partition : partitions.keys()) {
        positions.decode(
            new Positions.Partition(source, partitions.partition(partition)),
            partitions.text(partition));
      }
    }
    return positions;
  }

  /** Whole numbers by source and partition. */
  SortedMap<Positions.Partition, Long> counts() {
    SortedMap<Positions.Partition, Long> counts = new TreeMap<>();
    for (String source : keys()) {
      byPartition(source, LakeObject::number)
          .forEach(
              (partition, count) -> counts.put(new Positions.Partition(source, partition), count));
    }
    return counts;
  }

  private JsonNode require(String key, boolean holds, String what) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      throw new IllegalArgumentException("it has no " + name(key));
    }
    if (!holds) {
      throw wrong(key, what, null);
    }
    return value;
  }

  private IllegalArgumentException wrong(String key, String what, @Nullable Exception cause) {
    return new IllegalArgumentException(name(key) + " is no " + what, cause);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
