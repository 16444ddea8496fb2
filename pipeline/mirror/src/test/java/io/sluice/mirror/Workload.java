package io.sluice.mirror;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A database in memory with a table of a composite key, whose transactions overlap, and what its
 * connector says of them: in the order of commits, with LSNs of the moments when rows were changed.
 */
final class Workload {
  static final String PLACEHOLDER = "__debezium_unavailable_value";

  /** A row; a large value is sent only where it was changed. */
  record Row(String shop, long id, int total, @Nullable String large, @Nullable String note) {
    String key() {
      return shop + "|" + id;
    }

    /** As DuckDB has its columns, with a bar between. */
    String text() {
      return shop + "|" + id + "|" + total + "|" + large + "|" + note;
    }
  }

  /** A change as it is sent. */
  record Event(String key, String envelope) {}

  private final Random random;
  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Integer> lockedBy = new HashMap<>();
  private final List<Event> sent = new ArrayList<>();
  private long lsn = 1000;
  private long micros = 1_767_323_045_000_000L;
  private boolean hasNote;

  /** Those that have made changes and are not committed. */
  private final Map<Integer, List<Change>> open = new TreeMap<>();

  private int nextTransaction;

  private record Change(
      String op, @Nullable Row before, @Nullable Row after, long lsn, boolean large) {}

  Workload(long seed) {
    random = new Random(seed);
  }

  /** What {@code select *} says. */
  List<String> table() {
    return rows.values().stream().map(Row::text).sorted().toList();
  }

  /** The changes since the last call. */
  List<Event> take() {
    List<Event> events = new ArrayList<>(sent);
    sent.clear();
    return events;
  }

  void addColumn() {
    commitAll();
    hasNote = true;
  }

  /** Some changes in transactions that overlap. */
  void work(int changes) {
    for (int i = 0; i < changes; i++) {
      int transaction =
          open.isEmpty() || open.size() < 3 && random.nextInt(4) == 0
              ? nextTransaction++
              : new ArrayList<>(open.keySet()).get(random.nextInt(open.size()));
      open.computeIfAbsent(transaction, t -> new ArrayList<>());
      change(transaction);
      if (random.nextInt(4) == 0) {
        commit(transaction);
      }
    }
  }

  private void change(int transaction) {
    String shop = "s" + random.nextInt(3);
    long id = random.nextInt(25);
    if (!lock(shop + "|" + id, transaction)) {
      return;
    }
    Row row = rows.get(shop + "|" + id);
    int kind = random.nextInt(20);
    if (row == null) {
      add(transaction, "c", null, row(shop, id, "L" + random.nextInt(1000)), true);
    } else if (kind < 4) {
      add(transaction, "d", row, null, false);
    } else if (kind < 6) {
      changeKey(transaction, row);
    } else {
      boolean isLarge = random.nextInt(3) == 0;
      Row after = row(shop, id, isLarge ? "L" + random.nextInt(1000) : row.large());
      add(transaction, "u", row, after, isLarge);
    }
  }

  private Row row(String shop, long id, @Nullable String large) {
    return new Row(shop, id, random.nextInt(100), large, hasNote ? "n" + random.nextInt(9) : null);
  }

  /** A row with another key is deleted and inserted. */
  private void changeKey(int transaction, Row row) {
    Row moved = row("s" + random.nextInt(3), random.nextInt(25), row.large());
    if (rows.containsKey(moved.key()) || !lock(moved.key(), transaction)) {
      return;
    }
    lsn++;
    addAt(transaction, "d", row, null, false);
    addAt(transaction, "c", null, moved, true);
  }

  private boolean lock(String key, int transaction) {
    return lockedBy.computeIfAbsent(key, k -> transaction) == transaction;
  }

  private void add(
      int transaction, String op, @Nullable Row before, @Nullable Row after, boolean isLarge) {
    lsn++;
    addAt(transaction, op, before, after, isLarge);
  }

  private void addAt(
      int transaction, String op, @Nullable Row before, @Nullable Row after, boolean isLarge) {
    open.get(transaction).add(new Change(op, before, after, lsn, isLarge));
    if (before != null) {
      rows.remove(before.key());
    }
    if (after != null) {
      rows.put(after.key(), after);
    }
  }

  private void commit(int transaction) {
    micros += 1000 + random.nextInt(1000);
    lsn++;
    for (Change change : open.remove(transaction)) {
      Row row = change.after() == null ? change.before() : change.after();
      sent.add(
          new Event(
              row.key(),
              ChangesLake.envelope(
                  change.op(),
                  change.op().equals("d") ? keyOf(change.before()) : null,
                  change.after() == null ? null : json(change.after(), change.large()),
                  change.lsn(),
                  micros)));
    }
    lockedBy.values().removeIf(by -> by == transaction);
  }

  void commitAll() {
    new ArrayList<>(open.keySet()).forEach(this::commit);
  }

  /** It waits for all others. */
  void truncate() {
    commitAll();
    rows.clear();
    lsn++;
    micros += 1000;
    sent.add(new Event("", ChangesLake.envelope("t", null, null, lsn, micros)));
  }

  /**
   * The connector reads all rows as they are committed, while transactions go on, of which it sends
   * what comes then.
   */
  void snapshot() {
    Map<String, Row> committed = new TreeMap<>(rows);
    for (List<Change> changes : open.values()) {
      for (int i = changes.size() - 1; i >= 0; i--) {
        Change change = changes.get(i);
        if (change.after() != null) {
          committed.remove(change.after().key());
        }
        if (change.before() != null) {
          committed.put(change.before().key(), change.before());
        }
      }
    }
    lsn++;
    micros += 1000;
    for (Row row : committed.values()) {
      sent.add(new Event(row.key(), ChangesLake.envelope("r", null, json(row, true), lsn, micros)));
    }
  }

  private static String keyOf(Row row) {
    return "{\"shop\":\"" + row.shop() + "\",\"id\":" + row.id() + "}";
  }

  private String json(Row row, boolean hasLarge) {
    return "{\"shop\":\""
        + row.shop()
        + "\",\"id\":"
        + row.id()
        + ",\"total\":"
        + row.total()
        + ",\"large\":"
        + (hasLarge
            ? row.large() == null ? "null" : "\"" + row.large() + "\""
            : "\"" + PLACEHOLDER + "\"")
        + (row.note() == null ? "" : ",\"note\":\"" + row.note() + "\"")
        + "}";
  }
}
