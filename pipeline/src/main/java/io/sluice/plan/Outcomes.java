package io.sluice.plan;

import io.sluice.deadletter.Reason;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the records of a sample, counted.
 *
 * @param accepted records that are rows
 * @param rows of these: more where the contract explodes a list
 * @param skipped records that the contract wants no row of, by why
 * @param rejected by reason and path, the most frequent first
 * @param documents records of the table that are documents as the contract wants them, whatever is
 *     in their fields
 */
public record Outcomes(
    long accepted, long rows, Map<String, Long> skipped, List<Rejected> rejected, long documents) {
  /**
   * Records that were rejected for the same reason at the same path, and the first of them.
   *
   * @param path the indexes of lists left out, as {@code items[].price}; empty for the document
   */
  public record Rejected(Reason reason, String path, long count, Example example) {}

  /**
   * A rejected record.
   *
   * @param message what is wrong, and what was found
   * @param firstBytes of its value, as text, or {@link #NOT_SHOWN}; null for a record without one
   */
  public record Example(int partition, long offset, String message, @Nullable String firstBytes) {
    /** What stands for a value where the contract keeps values out. */
    static final String NOT_SHOWN = "a value that is not shown";
  }

  public long skippedCount() {
    return skipped.values().stream().mapToLong(Long::longValue).sum();
  }

  public long rejectedCount() {
    return rejected.stream().mapToLong(Rejected::count).sum();
  }

  /** Rejected records by reason, the most frequent first. */
  public Map<Reason, Long> byReason() {
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    rejected.forEach(one -> counts.merge(one.reason(), one.count(), Long::sum));
    Map<Reason, Long> ordered = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<Reason, Long>comparingByValue().reversed())
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return ordered;
  }
}
