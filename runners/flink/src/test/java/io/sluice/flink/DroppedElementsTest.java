package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.sluice.metrics.DroppedElements;
import io.sluice.metrics.SluiceMetrics;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** What Beam drops is counted, though its metrics are switched off as they are in a deployment. */
class DroppedElementsTest {
  private static final String STEP = "windowed";

  /** As no step of Sluice's is: in windows, which end. */
  static final class Windowed extends DoFn<KV<String, String>, String> {
    private static final long serialVersionUID = 1L;

    @StateId("last")
    private final StateSpec<ValueState<String>> last = StateSpecs.value(StringUtf8Coder.of());

    @StartBundle
    public void startBundle() {
      DroppedElements.watch(STEP);
    }

    @ProcessElement
    public void process(
        @Element KV<String, String> element, @StateId("last") ValueState<String> state) {
      state.write(element.getValue());
    }
  }

  private static TimestampedValue<KV<String, String>> at(long second) {
    return TimestampedValue.of(KV.of("key", "value"), Instant.ofEpochSecond(second));
  }

  private static double dropped() {
    // Its class is what registers it.
    SluiceMetrics.begin("any");
    return PrometheusRegistry.defaultRegistry
        .scrape(name -> name.equals("sluice_dropped_elements"))
        .stream()
        .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
        .filter(point -> STEP.equals(point.getLabels().get("step")))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void aLateElementIsCountedAndThoseInTimeAreNot() {
    Pipeline pipeline =
        Pipeline.create(FlinkJob.options(List.of("--flinkMaster=[local]", "--parallelism=1")));
    pipeline
        .apply(
            TestStream.create(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
                .addElements(at(1), at(61))
                .advanceWatermarkTo(Instant.ofEpochSecond(130))
                .addElements(at(2), at(131), at(3))
                .advanceWatermarkToInfinity())
        .apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))))
        .apply(ParDo.of(new Windowed()));
    pipeline.run().waitUntilFinish();
    assertEquals(2, dropped());
  }
}
