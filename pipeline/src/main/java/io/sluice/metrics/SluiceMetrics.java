package io.sluice.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.sluice.deadletter.Reason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What this JVM counts, under the names of Prometheus' conventions. Beam's own counters cost
 * microseconds a record on Flink and are switched off there, so these are ours; they are updated
 * once a bundle. Registered with Prometheus' default registry.
 */
public final class SluiceMetrics {
  private static final Counter ROWS = counter("sluice_rows_total", "Records accepted.", "table");
  private static final Counter DEAD_LETTERS =
      counter("sluice_dead_letters_total", "Records not accepted.", "table", "reason");
  private static final Counter UNKNOWN_FIELDS =
      counter(
          "sluice_unknown_fields_total",
          "Fields that the contract does not name.",
          "table",
          "field");

  /** Files that were appended. */
  public static final Counter FILES = counter("sluice_files_total", "Files appended.", "table");

  public static final Counter FILE_ROWS =
      counter("sluice_file_rows_total", "Rows appended.", "table");
  public static final Counter FILE_BYTES =
      counter("sluice_file_bytes_total", "Bytes of the files appended.", "table");

  /** Rows that came again and were already in the lake. */
  public static final Counter REPLAYED =
      counter("sluice_replayed_rows_total", "Rows not written because they were there.", "table");

  public static final Counter CONFLICTS =
      counter(
          "sluice_append_conflicts_total", "Appends that found another writer's file.", "table");
  public static final Counter RETRIES =
      counter(
          "sluice_append_retries_total", "Appends tried again after the store failed.", "table");

  /** Requests to the store that failed for good, the tries of its client included. */
  public static final Counter STORE_FAILURES =
      counter("sluice_store_failures_total", "Requests to the store that failed.", "cause");

  /** Times that Kafka could not be read, each of which makes Flink start the job again. */
  public static final Counter SOURCE_FAILURES =
      counter("sluice_source_failures_total", "Times that Kafka could not be read.", "cause");

  private static final int MOST_FIELDS = 100;

  private SluiceMetrics() {}

  private static Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register();
  }

  /** What a decoder has counted since it last published. Not safe for use by several threads. */
  public static final class DecodeCounts {
    private final String table;
    private final Map<Reason, Long> deadLetters = new EnumMap<>(Reason.class);
    private final Map<String, Long> unknownFields = new HashMap<>();
    private long rows;

    public DecodeCounts(String table) {
      this.table = table;
    }

    public void row() {
      rows++;
    }

    public void deadLetter(Reason reason) {
      deadLetters.merge(reason, 1L, Long::sum);
    }

    /**
     * Beyond the first {@value #MOST_FIELDS} names of a bundle a field is counted as {@code
     * (other)}.
     */
    public void unknownField(String path) {
      String name =
          unknownFields.size() < MOST_FIELDS || unknownFields.containsKey(path) ? path : "(other)";
      unknownFields.merge(name, 1L, Long::sum);
    }

    public void publish() {
      ROWS.labelValues(table).inc(rows);
      rows = 0;
      deadLetters.forEach((reason, n) -> DEAD_LETTERS.labelValues(table, reason.name()).inc(n));
      deadLetters.clear();
      unknownFields.forEach((field, n) -> UNKNOWN_FIELDS.labelValues(table, field).inc(n));
      unknownFields.clear();
    }
  }

  /** Records decoded so far in this JVM, accepted or not. */
  public static long decoded() {
    return total(ROWS) + total(DEAD_LETTERS);
  }

  /** The sum of a counter over its labels. */
  public static long total(Counter counter) {
    return (long)
        counter.collect().getDataPoints().stream().mapToDouble(point -> point.getValue()).sum();
  }
}
