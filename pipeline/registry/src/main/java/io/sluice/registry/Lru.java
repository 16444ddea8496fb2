package io.sluice.registry;

import io.sluice.schema.SchemaId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was used last, up to a number and a weight. A decoder asks once for a schema, and
 * keeps what it has made of it: no hit is on a record's way, so a map under a lock does, without
 * another library. Safe for use by several threads.
 */
final class Lru<V> {
  private final int most;
  private final long heaviest;
  private final ToLongFunction<V> weight;
  private final Map<SchemaId, V> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long weighs;

  /**
   * @param heaviest what all together may weigh; one that is heavier is kept alone
   */
  Lru(int most, long heaviest, ToLongFunction<V> weight) {
    this.most = most;
    this.heaviest = heaviest;
    this.weight = weight;
  }

  synchronized @Nullable V get(SchemaId id) {
    return kept.get(id);
  }

  synchronized void put(SchemaId id, V value) {
    remove(id);
    kept.put(id, value);
    weighs += weight.applyAsLong(value);
    Iterator<V> oldest = kept.values().iterator();
    while (kept.size() > 1 && (kept.size() > most || weighs > heaviest)) {
      weighs -= weight.applyAsLong(oldest.next());
      oldest.remove();
    }
  }

  synchronized void remove(SchemaId id) {
    V old = kept.remove(id);
    if (old != null) {
      weighs -= weight.applyAsLong(old);
    }
  }

  synchronized int size() {
    return kept.size();
  }
}
