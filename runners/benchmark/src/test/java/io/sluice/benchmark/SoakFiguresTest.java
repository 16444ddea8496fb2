package io.sluice.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** What a soak makes of what it saw. */
class SoakFiguresTest {
  @TempDir private Path directory;

  @Test
  void aQuantileIsTheLeastThatSoManyDoNotExceed() {
    Latencies latencies = new Latencies();
    for (int millis = 100; millis >= 1; millis--) {
      latencies.add(millis, 1);
    }
    assertEquals(0.050, latencies.quantile(0.5));
    assertEquals(0.099, latencies.quantile(0.99));
    assertEquals(0.100, latencies.quantile(1));
    latencies.add(7_000, 1_000_000);
    assertEquals(7, latencies.quantile(0.5));
    assertTrue(Double.isNaN(new Latencies().quantile(0.5)));
    assertEquals(2_000_200, Latencies.together(List.of(latencies, latencies)).count());
  }

  @Test
  void theMedianOfAnEvenNumberIsBetween() {
    assertEquals(2, Sample.median(3, 1, 2));
    assertEquals(2.5, Sample.median(4, 1, 2, 3));
    assertTrue(Double.isNaN(Sample.median()));
  }

  @Test
  void flatIsWhatIsTheSameInTheFirstAndTheLastQuarter() {
    List<Sample> samples = new ArrayList<>();
    for (int second = 5; second <= 100; second += 5) {
      samples.add(
          new Sample(
              second,
              second < 10
                  ? Map.of(Gauge.RESIDENT_BYTES, 1e9)
                  : Map.of(Gauge.RESIDENT_BYTES, 1e9, Gauge.HEAP_BYTES, second * 1e6)));
    }
    Flatness resident = Flatness.of(samples, Gauge.RESIDENT_BYTES, 100);
    assertEquals(new Flatness(1e9, 1e9, 1e9), resident);
    assertEquals(0, resident.changePercent());
    Flatness heap = Flatness.of(samples, Gauge.HEAP_BYTES, 100);
    assertEquals(new Flatness(17.5e6, 87.5e6, 100e6), heap);
    assertEquals(400, heap.changePercent(), 1e-9);
    Flatness unseen = Flatness.of(samples, Gauge.LAG_RECORDS, 100);
    assertTrue(Double.isNaN(unseen.first()) && Double.isNaN(unseen.changePercent()));
    assertTrue(Double.isNaN(new Flatness(0, 0, 0).changePercent()));
  }

  @Test
  void metricsAreSummedOverTheLabelsThatAreNotGiven() {
    Exposition page =
        Exposition.parse(
            """
            # HELP sluice_lag_records Records not yet read.
            # TYPE sluice_lag_records gauge
            sluice_lag_records{partition="0",topic="a \\"b\\" \\\\ {c},\\n"} 3.0
            sluice_lag_records{partition="1",topic="t",} 4 1700000000000
            sluice_freshness_seconds { table = "t" } +Inf
            up 1e3

            nan_total NaN
            """);
    assertEquals(OptionalDouble.of(7), page.sum("sluice_lag_records", Map.of()));
    assertEquals(
        OptionalDouble.of(3), page.sum("sluice_lag_records", Map.of("topic", "a \"b\" \\ {c},\n")));
    assertEquals(OptionalDouble.of(4), page.sum("sluice_lag_records", Map.of("partition", "1")));
    assertEquals(OptionalDouble.of(1000), page.sum("up", Map.of()));
    assertEquals(OptionalDouble.empty(), page.sum("sluice_lag", Map.of()));
    assertEquals(OptionalDouble.empty(), page.sum("up", Map.of("partition", "1")));
    assertEquals(
        OptionalDouble.of(Double.POSITIVE_INFINITY),
        page.sum("sluice_freshness_seconds", Map.of("table", "t")));
    assertTrue(Double.isNaN(page.sum("nan_total", Map.of()).orElseThrow()));
  }

  @Test
  void whatIsNoMetricIsRefused() {
    for (String text : new String[] {"up", "up{", "up{a=\"b} 1", "up{a=b} 1", "<html> lang=en"}) {
      assertThrows(IllegalArgumentException.class, () -> Exposition.parse(text), text);
    }
  }

  @Test
  void theHeapIsTakenFromPausesThatFree() throws Exception {
    Path log = directory.resolve("gc.log");
    Files.writeString(
        log,
        """
        [0.005s][info][gc] Using G1
        [0.412s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 25M->7M(512M) 4.020ms
        [0.900s][info][gc] GC(1) Concurrent Mark Cycle
        [0.950s][info][gc] GC(1) Pause Remark 90M->88M(512M) 1.1ms
        [1.412s][info][gc] GC(2) Pause Full (System.gc()) 100M->9M(512M) 40.020ms
        """);
    assertEquals(
        List.of(
            new GcLog.Pause(true, 25 << 20, 7 << 20),
            new GcLog.Pause(false, 90 << 20, 88 << 20),
            new GcLog.Pause(true, 100 << 20, 9 << 20)),
        GcLog.read(log));
  }

  @Test
  void thisProcessHasMemoryAndHasUsedTheCpu() throws Exception {
    Proc proc = Proc.read(ProcessHandle.current().pid());
    assertTrue(proc.cpuSeconds() > 0, proc.toString());
    assertTrue(proc.resident() > 10_000_000, proc.toString());
    assertTrue(proc.peakResident() >= proc.resident() / 2, proc.toString());
  }

  @Test
  void theChartHasAPanelForWhatWasSeen() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int second = 5; second <= 3600; second += 5) {
      samples.add(
          new Sample(
              second,
              Map.of(
                  Gauge.HEAP_BYTES,
                  3e8 + second,
                  Gauge.LAG_RECORDS,
                  0.0,
                  Gauge.CPU_SECONDS,
                  (double) second)));
    }
    String svg = SoakChart.svg(samples, 3600, "Soak", "R&D, <1 h");
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertEquals(2, document.getElementsByTagName("polyline").getLength());
    assertTrue(svg.contains("R&amp;D, &lt;1 h"), svg);
    assertTrue(svg.contains(">minutes<"), svg);
    assertTrue(svg.contains("prefers-color-scheme: dark"), svg);
    assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    assertFalse(svg.contains(">" + Gauge.CPU_SECONDS.title() + "<"), svg);
  }

  @Test
  void lostDuplicateAndStrangeRowsAreNamed() throws Exception {
    Path lake = Files.createDirectory(directory.resolve("lake"));
    try (var duckDb = DriverManager.getConnection("jdbc:duckdb:");
        var sql = duckDb.createStatement();
        Lake seen = new Lake(lake, directory)) {
      // Partition 0 has lost 3; partition 1 has 0 to 9 twice; nobody sent partition 1's 10.
      sql.execute(
          "copy (select 0::int _partition, range _offset, now() _record_time from range(10) where range <> 3)"
              + " to '%s/a.parquet'".formatted(lake));
      sql.execute(
          "copy (select 1::int _partition, range % 11 _offset, now() - interval 2 minutes _record_time from range(21))"
              + " to '%s/b.parquet'".formatted(lake));
      assertEquals(0, new Lake(lake.resolve("none"), directory).rows());
      assertEquals(30, seen.rows());
      assertEquals(2, seen.rowsOfFiles().length);
      assertEquals(new Lake.Count(30, 1, 10, 1), seen.count(new long[] {10, 10}));
      long now = System.currentTimeMillis();
      List<Latencies> quarters = seen.latencies(now - 240_000, 240);
      assertEquals(21, quarters.get(1).count() + quarters.get(2).count());
      assertEquals(9, quarters.get(3).count());
      assertTrue(quarters.get(3).quantile(1) < 60, "" + quarters.get(3).quantile(1));
      double old = Latencies.together(quarters).quantile(1);
      assertTrue(old >= 119 && old < 180, "" + old);
    }
  }
}
