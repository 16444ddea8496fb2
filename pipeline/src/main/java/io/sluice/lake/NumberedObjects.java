package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * Small JSON objects in a folder, numbered from 1 on: each number is taken by one conditional
 * write, and nothing is ever replaced.
 */
final class NumberedObjects {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final int MOST_TRIES = 100;
  private static final int FORMAT = 1;

  private final Store store;
  private final String folder;
  private final LakeObject.Kind kind;

  /**
   * @param folder ends in {@code /}
   * @param what one of them is, as {@code record of what was proved}
   * @param remedy what to do where one is damaged
   */
  NumberedObjects(Store store, String folder, String what, String remedy) {
    this.store = store;
    this.folder = folder;
    this.kind = new LakeObject.Kind(what, FORMAT, remedy);
  }

  /** An object to fill and to {@link #add}. */
  static ObjectNode begin() {
    return Format.begin(FORMAT);
  }

  /** Those that are there, in the order of their numbers. */
  List<Store.Entry> entries() throws IOException {
    return store.list(folder).stream()
        .filter(entry -> entry.key().substring(folder.length()).matches("\\d{10}\\.json"))
        .toList();
  }

  /**
   * @throws DamagedObjectException where it is damaged
   * @throws io.sluice.UserException where a newer version has written it
   */
  <T> T read(String key, LakeObject.Reading<T> reading) throws IOException {
    return LakeObject.read(store, key, kind, reading);
  }

  /** Adds one under the next number that is free. */
  void add(JsonNode content) throws IOException {
    long last = last(entries());
    for (int i = 0; i < MOST_TRIES; i++) {
      if (addBehind(last + i, content)) {
        return;
      }
    }
    throw alwaysTaken();
  }

  /** Adds one behind a number, unless there is one. */
  boolean addBehind(long last, JsonNode content) throws IOException {
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content);
    return store.create(String.format("%s%010d.json", folder, last + 1), bytes, Token.next());
  }

  IOException alwaysTaken() {
    return new IOException(store.root() + "/" + folder + ": the next number is always taken");
  }

  /** The greatest number of {@link #entries}; 0 where there are none. */
  long last(List<Store.Entry> entries) {
    return entries.isEmpty() ? 0 : number(entries.get(entries.size() - 1).key());
  }

  private long number(String key) {
    return Long.parseLong(key.substring(folder.length(), folder.length() + 10));
  }
}
