package io.sluice.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A contestant's runs. */
record Figures(Contestant contestant, List<Heat.Seen> runs, long events, double jsonBytes) {
  /** Median, least and greatest of a figure over the runs. */
  record Spread(double median, double min, double max) {
    static Spread of(List<Heat.Seen> runs, ToDoubleFunction<Heat.Seen> figure) {
      double[] values = runs.stream().mapToDouble(figure).sorted().toArray();
      return new Spread(
          Sample.median(values), values[0], Arrays.stream(values).max().orElseThrow());
    }
  }

  Spread eventsPerSecond() {
    return Spread.of(runs, run -> events / run.seconds());
  }

  /** Megabytes (10^6) of JSON a second. */
  Spread megabytesPerSecond() {
    return Spread.of(runs, run -> jsonBytes / run.seconds() / 1e6);
  }

  Spread cpuSecondsPerMillion() {
    return Spread.of(runs, run -> run.cpuSeconds() / events * 1e6);
  }

  Spread peakHeap() {
    return Spread.of(runs, Heat.Seen::peakHeap);
  }

  Spread peakResident() {
    return Spread.of(runs, Heat.Seen::peakResident);
  }

  Spread bytesPerEvent() {
    return Spread.of(runs, run -> (double) run.bytes() / events);
  }

  Spread files() {
    return Spread.of(runs, Heat.Seen::files);
  }

  Spread startSeconds() {
    return Spread.of(runs, Heat.Seen::startSeconds);
  }
}
