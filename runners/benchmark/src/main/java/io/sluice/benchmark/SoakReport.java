package io.sluice.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a soak found.
 *
 * @param begin what was seen before the load
 * @param samples while the load went on
 * @param end what was seen when all rows were in files
 * @param health since the load began
 * @param quarters latencies of the rows that were sent in each quarter of the load
 * @param table what the table that follows has, where one does
 * @param rowsOfFiles the rows of each file
 */
record SoakReport(
    Plan plan,
    SteadyLoad.Sent sent,
    Lake.Count count,
    Sample begin,
    List<Sample> samples,
    Sample end,
    SoakJob.Health health,
    List<Latencies> quarters,
    @Nullable Followed table,
    double[] rowsOfFiles) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A table that follows.
   *
   * @param quarters latencies as those of files, to the snapshot that names a row's file
   */
  record Followed(int snapshots, List<Latencies> quarters) {}

  /** What was asked for. */
  record Plan(
      double minutes,
      double rate,
      String windowSize,
      String fileInterval,
      String watermarkDelay,
      String heap,
      int parallelism,
      int partitions) {
    String caption() {
      return String.format(
          Locale.ROOT,
          "%s min at %,.0f events/s; windows %s, file interval %s; heap %s, parallelism %d, %d cores; %s",
          SoakChart.number(minutes),
          rate,
          windowSize,
          fileInterval,
          heap,
          parallelism,
          Runtime.getRuntime().availableProcessors(),
          LocalDate.now(ZoneOffset.UTC));
    }
  }

  private Flatness flatness(Gauge gauge) {
    return Flatness.of(samples, gauge, sent.seconds());
  }

  private boolean isSeen(Gauge gauge) {
    return samples.stream().anyMatch(sample -> sample.get(gauge).isPresent());
  }

  private double cpuSecondsPerMillion() {
    double seconds =
        end.get(Gauge.CPU_SECONDS).orElse(Double.NaN)
            - begin.get(Gauge.CPU_SECONDS).orElse(Double.NaN);
    return seconds / sent.records() * 1e6;
  }

  void print(PrintStream out) {
    Latencies all = Latencies.together(quarters);
    out.println();
    out.printf("  %s%n%n", plan.caption());
    out.printf(
        Locale.ROOT,
        "  sent       %,d events, %,.0f a second, behind by %.2f s at most%n",
        sent.records(),
        sent.rate(),
        sent.behindSeconds());
    out.printf(
        Locale.ROOT,
        "  rows       %,d: lost %d, duplicate %d, strange %d%n",
        count.rows(),
        count.lost(),
        count.duplicate(),
        count.strange());
    out.printf(
        Locale.ROOT,
        "  files      %,d, of %,.0f rows (median; from %,.0f to %,.0f)%n",
        rowsOfFiles.length,
        Sample.median(rowsOfFiles),
        Arrays.stream(rowsOfFiles).min().orElse(0),
        Arrays.stream(rowsOfFiles).max().orElse(0));
    out.printf(
        Locale.ROOT,
        "  Flink      %d checkpoints, %d failed; %d restarts%n",
        health.checkpoints(),
        health.failedCheckpoints(),
        health.restarts());
    out.printf(Locale.ROOT, "  CPU        %.1f s for a million events%n", cpuSecondsPerMillion());
    out.printf("%n  %-34s %8s %8s %8s%n", "Kafka timestamp to file, s", "p50", "p99", "most");
    print(out, "all", all);
    print(out, "first quarter of the load", quarters.get(0));
    print(out, "last quarter", quarters.get(3));
    if (table != null) {
      out.printf("%n  %-34s %8s %8s %8s%n", "Kafka timestamp to snapshot, s", "p50", "p99", "most");
      print(out, "all, " + table.snapshots() + " snapshots", Latencies.together(table.quarters()));
      print(out, "first quarter of the load", table.quarters().get(0));
      print(out, "last quarter", table.quarters().get(3));
    }
    out.printf(
        "%n  %-28s %13s %13s %9s %13s %13s%n",
        "", "first quarter", "last quarter", "change", "most", "at the end");
    for (Gauge gauge : Gauge.values()) {
      if (gauge.isToBeFlat() && isSeen(gauge)) {
        Flatness flatness = flatness(gauge);
        double change = flatness.changePercent();
        out.printf(
            "  %-28s %13s %13s %9s %13s %13s%n",
            gauge.title(),
            SoakChart.number(flatness.first() * gauge.scale()),
            SoakChart.number(flatness.last() * gauge.scale()),
            Double.isNaN(change) ? "" : String.format(Locale.ROOT, "%+.0f %%", change),
            SoakChart.number(flatness.greatest() * gauge.scale()),
            SoakChart.number(end.get(gauge).orElse(Double.NaN) * gauge.scale()));
      }
    }
    out.printf(
        Locale.ROOT,
        "%nsoak: minutes=%s rate=%.0f produced=%d rows=%d lost=%d duplicate=%d files=%d p50=%.1f p99=%.1f%n",
        SoakChart.number(plan.minutes()),
        sent.rate(),
        sent.records(),
        count.rows(),
        count.lost(),
        count.duplicate(),
        rowsOfFiles.length,
        all.quantile(0.5),
        all.quantile(0.99));
    out.flush();
  }

  private static void print(PrintStream out, String what, Latencies latencies) {
    out.printf(
        Locale.ROOT,
        "  %-34s %8.1f %8.1f %8.1f%n",
        what,
        latencies.quantile(0.5),
        latencies.quantile(0.99),
        latencies.quantile(1));
  }

  String svg() {
    Latencies all = Latencies.together(quarters);
    String title =
        String.format(
            Locale.ROOT,
            "From Kafka to a file that can be read: %.0f s (p50), %.0f s (p99)",
            all.quantile(0.5),
            all.quantile(0.99));
    return SoakChart.svg(samples, sent.seconds(), title, plan.caption());
  }

  ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("minutes", plan.minutes()).put("rate", plan.rate());
    root.put("window_size", plan.windowSize()).put("file_interval", plan.fileInterval());
    root.put("watermark_delay", plan.watermarkDelay()).put("heap", plan.heap());
    root.put("parallelism", plan.parallelism()).put("partitions", plan.partitions());
    root.put("cores", Runtime.getRuntime().availableProcessors());
    root.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    root.put("produced", sent.records()).put("load_seconds", sent.seconds());
    root.put("events_per_second", sent.rate()).put("behind_seconds", sent.behindSeconds());
    root.put("rows", count.rows()).put("lost", count.lost());
    root.put("duplicate", count.duplicate()).put("strange", count.strange());
    root.put("files", rowsOfFiles.length).put("rows_per_file", Sample.median(rowsOfFiles));
    root.put("checkpoints", health.checkpoints());
    root.put("failed_checkpoints", health.failedCheckpoints());
    root.put("restarts", health.restarts());
    root.put("cpu_seconds_per_million_events", cpuSecondsPerMillion());
    ObjectNode latency = root.putObject("latency_seconds");
    put(latency, Latencies.together(quarters));
    ArrayNode byQuarter = latency.putArray("quarters");
    quarters.forEach(quarter -> put(byQuarter.addObject(), quarter));
    if (table != null) {
      root.put("snapshots", table.snapshots());
      ObjectNode toSnapshot = root.putObject("snapshot_latency_seconds");
      put(toSnapshot, Latencies.together(table.quarters()));
    }
    ObjectNode gauges = root.putObject("gauges");
    for (Gauge gauge : Gauge.values()) {
      if (gauge.isToBeFlat() && isSeen(gauge)) {
        Flatness flatness = flatness(gauge);
        ObjectNode node = gauges.putObject(gauge.label());
        put(node, "first_quarter", flatness.first());
        put(node, "last_quarter", flatness.last());
        put(node, "change_percent", flatness.changePercent());
        put(node, "most", flatness.greatest());
        put(node, "at_the_end", end.get(gauge).orElse(Double.NaN));
      }
    }
    ArrayNode all = root.putArray("samples");
    for (Sample sample : samples) {
      ObjectNode node = all.addObject();
      node.put("seconds", sample.seconds());
      for (Gauge gauge : Gauge.values()) {
        put(node, gauge.label(), sample.get(gauge).orElse(Double.NaN));
      }
    }
    return root;
  }

  private static void put(ObjectNode node, Latencies latencies) {
    node.put("rows", latencies.count());
    for (Map.Entry<String, Double> quantile :
        List.of(Map.entry("p50", 0.5), Map.entry("p99", 0.99), Map.entry("max", 1.0))) {
      put(node, quantile.getKey(), latencies.quantile(quantile.getValue()));
    }
  }

  /** JSON has no NaN: what is not known is left out. */
  private static void put(ObjectNode node, String name, double value) {
    if (!Double.isNaN(value)) {
      node.put(name, value);
    }
  }
}
