package io.sluice.metrics;

import java.util.Set;
import org.apache.beam.sdk.metrics.BoundedTrie;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Gauge;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.metrics.NoOpCounter;
import org.apache.beam.sdk.metrics.StringSet;

/**
 * Beam drops an element of a stateful step whose window is over, and tells nobody but a counter of
 * its own. Where its metrics are switched off, that counter goes nowhere; here it goes to {@code
 * sluice_dropped_elements_total}. Beam looks for a counter only when it drops, so this costs
 * nothing else.
 */
public final class DroppedElements implements MetricsContainer {
  private static final long serialVersionUID = 1L;

  /** Of StatefulDoFnRunner, LateDataDroppingDoFnRunner and ReduceFnRunner. */
  private static final Set<String> NAMES =
      Set.of("StatefulParDoDropped", "droppedDueToLateness", "droppedDueToClosedWindow");

  private final String step;

  private DroppedElements(String step) {
    this.step = step;
  }

  /**
   * Counts what is dropped before a step from now on, by the thread that calls this: the one that
   * runs the step. Where the runner has metrics, Beam's own counter is left to it.
   */
  public static void watch(String step) {
    SluiceMetrics.DROPPED.labelValues(step);
    MetricsContainer before = MetricsEnvironment.setCurrentContainer(new DroppedElements(step));
    if (before != null && !(before instanceof DroppedElements)) {
      MetricsEnvironment.setCurrentContainer(before);
    }
  }

  @Override
  public Counter getCounter(MetricName name) {
    return NAMES.contains(name.getName()) ? new Dropped(name, step) : NoOpCounter.getInstance();
  }

  @Override
  public Distribution getDistribution(MetricName name) {
    return new Nothing(name);
  }

  @Override
  public Gauge getGauge(MetricName name) {
    return new Nothing(name);
  }

  @Override
  public StringSet getStringSet(MetricName name) {
    return new Nothing(name);
  }

  @Override
  public BoundedTrie getBoundedTrie(MetricName name) {
    return new Nothing(name);
  }

  private record Dropped(MetricName name, String step) implements Counter {
    @Override
    public void inc() {
      inc(1);
    }

    @Override
    public void inc(long n) {
      SluiceMetrics.DROPPED.labelValues(step).inc(n);
    }

    @Override
    public void dec() {}

    @Override
    public void dec(long n) {}

    @Override
    public MetricName getName() {
      return name;
    }
  }

  private record Nothing(MetricName name) implements Distribution, Gauge, StringSet, BoundedTrie {
    @Override
    public void update(long value) {}

    @Override
    public void update(long sum, long count, long min, long max) {}

    @Override
    public void set(long value) {}

    @Override
    public void add(String value) {}

    @Override
    public void add(String... values) {}

    @Override
    public void add(Iterable<String> values) {}

    @Override
    public MetricName getName() {
      return name;
    }
  }
}
