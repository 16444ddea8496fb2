package io.sluice.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What this JVM asks of schema registries; there from the first one on that is opened. */
public final class SchemaMetrics {
  /** What became of a request. */
  public enum Outcome {
    FOUND,
    NOT_FOUND,
    REFUSED,
    TIMEOUT,
    CONNECTION,
    THROTTLED,
    SERVER_ERROR,
    /** What came is no whole answer. */
    MALFORMED;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Counter REQUESTS =
      Counter.builder()
          .name("sluice_schema_requests_total")
          .help("Requests to the schema registry.")
          .labelNames("outcome")
          .register();

  private static final Set<Wait> WAITS = ConcurrentHashMap.newKeySet();
  private static final double NANOS = 1e9;

  static {
    GaugeWithCallback.builder()
        .name("sluice_schema_waiting_seconds")
        .help("How long the decoder that waits longest here has waited for a schema; 0 for none.")
        .callback(callback -> callback.call(longestWait()))
        .register();
    // A counter that begins at 1 has not increased, for Prometheus.
    for (Outcome outcome : Outcome.values()) {
      REQUESTS.labelValues(outcome.label());
    }
  }

  private SchemaMetrics() {}

  private static double longestWait() {
    long now = System.nanoTime();
    return WAITS.stream().mapToLong(wait -> now - wait.since).max().orElse(0) / NANOS;
  }

  /** Makes the metrics be there, with nothing counted. */
  public static void begin() {
    // The class is initialized.
  }

  /** Counts a request. */
  public static void asked(Outcome outcome) {
    REQUESTS.labelValues(outcome.label()).inc();
  }

  /** How many requests had an outcome. */
  public static long requests(Outcome outcome) {
    return (long) REQUESTS.labelValues(outcome.label()).get();
  }

  /** Somebody waits for a schema from now on, until this is closed. */
  public static Wait waiting() {
    Wait wait = new Wait();
    WAITS.add(wait);
    return wait;
  }

  /** One that waits. */
  public static final class Wait implements AutoCloseable {
    private final long since = System.nanoTime();

    private Wait() {}

    @Override
    public void close() {
      WAITS.remove(this);
    }
  }
}
