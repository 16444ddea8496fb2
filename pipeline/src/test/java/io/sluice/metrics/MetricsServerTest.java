package io.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.Version;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
  private static final MetricsServer.Address ANY =
      MetricsServer.Address.parse("--metricsAddress", "127.0.0.1:0");

  private static String scrape() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + MetricsServer.port() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void aScrapeHasWhatWasCounted() throws Exception {
    MetricsServer.open(ANY);
    try {
      SluiceMetrics.read("scraped", 7, 700);
      SluiceMetrics.lag("scraped", 3, 42);
      SluiceMetrics.appended("scraped", 5, 50, 1_700_000_000_500_000L, 1_000);
      SluiceMetrics.appended("scraped", 5, 50, 1_600_000_000_000_000L, 500);
      SluiceMetrics.appendTook("scraped", 300_000_000L);
      String page = scrape();
      for (String line :
          new String[] {
            "sluice_records_total{topic=\"scraped\"} 7.0",
            "sluice_record_bytes_total{topic=\"scraped\"} 700.0",
            "sluice_lag_records{partition=\"3\",topic=\"scraped\"} 42.0",
            "sluice_files_total{table=\"scraped\"} 2.0",
            "sluice_file_rows_total{table=\"scraped\"} 10.0",
            "sluice_file_bytes_total{table=\"scraped\"} 100.0",
            "sluice_append_seconds_bucket{table=\"scraped\",le=\"0.5\"} 1",
            "sluice_append_seconds_bucket{table=\"scraped\",le=\"0.25\"} 0",
          }) {
        assertTrue(page.contains("\n" + line + "\n"), line + " is not in\n" + page);
      }
      // The greater of the two: of a time that is long past.
      assertEquals(1_700_000_000.5, value(page, "sluice_committed_event_time_seconds"));
      assertEquals(
          System.currentTimeMillis() / 1e3 - 1, value(page, "sluice_freshness_seconds"), 60);
      SluiceMetrics.noLag("scraped", 3);
      assertTrue(!scrape().contains("sluice_lag_records{partition=\"3\",topic=\"scraped\"}"));
    } finally {
      MetricsServer.close();
    }
  }

  @Test
  void fieldNamesThatNeverEndGetOneSeriesInTheEnd() throws Exception {
    for (int bundle = 0; bundle < 50; bundle++) {
      SluiceMetrics.DecodeCounts counts = new SluiceMetrics.DecodeCounts("bombed");
      for (int field = 0; field < 10; field++) {
        counts.unknownField("field" + (bundle * 10 + field));
      }
      counts.unknownField("x".repeat(100_000));
      counts.publish();
    }
    MetricsServer.open(ANY);
    try {
      String page = scrape();
      String metric = "sluice_unknown_fields_total{field=\"";
      assertTrue(page.lines().filter(line -> line.startsWith(metric)).count() <= 101);
      assertTrue(page.length() < 1_000_000, "a page of " + page.length());
      double counted =
          page.lines()
              .filter(line -> line.startsWith(metric) && line.contains("bombed"))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
              .sum();
      assertEquals(50 * 11, counted, "each is counted, by its name or as another");
    } finally {
      MetricsServer.close();
    }
  }

  @Test
  void whatWaitsIsAsOldAsItsFirstRow() throws Exception {
    SluiceMetrics.begin("scraped");
    MetricsServer.open(ANY);
    try (WaitingRows waiting = new WaitingRows();
        IncompleteDates dates = new IncompleteDates()) {
      assertEquals(0, value(scrape(), "sluice_oldest_waiting_seconds"));
      waiting.arrived("scraped", "log");
      TimeUnit.MILLISECONDS.sleep(20);
      waiting.begun("scraped", "log");
      waiting.arrived("scraped", "log");
      assertTrue(value(scrape(), "sluice_oldest_waiting_seconds") >= 0.02);
      waiting.appended("scraped", "log");
      waiting.begun("scraped", "log");
      waiting.appended("scraped", "log");
      assertEquals(0, value(scrape(), "sluice_oldest_waiting_seconds"));

      String incomplete = "sluice_oldest_incomplete_date_timestamp_seconds";
      assertTrue(!scrape().contains(incomplete + "{table=\"scraped\"}"));
      dates.opened("scraped", LocalDate.of(2026, 3, 2), ZoneOffset.UTC);
      dates.opened("scraped", LocalDate.of(2026, 3, 1), ZoneOffset.ofHours(1));
      assertEquals(
          Instant.parse("2026-02-28T23:00:00Z").getEpochSecond(), value(scrape(), incomplete));
      dates.completed("scraped", LocalDate.of(2026, 3, 1));
      assertEquals(
          Instant.parse("2026-03-02T00:00:00Z").getEpochSecond(), value(scrape(), incomplete));
    } finally {
      MetricsServer.close();
    }
  }

  @Test
  void theWorkerItselfIsMeasuredAndSaysWhatRuns() throws Exception {
    MetricsServer.open(ANY);
    try {
      String page = scrape();
      for (String metric :
          new String[] {
            "sluice_build_info{version=\"" + Version.text() + "\"} 1",
            "jvm_memory_used_bytes{area=\"heap\"} ",
            "process_cpu_seconds_total ",
          }) {
        assertTrue(page.contains("\n" + metric), metric + " is not in\n" + page);
      }
      assertTrue(Version.text().matches("\\d+\\.\\d+\\.\\d+.*"), Version.text());
    } finally {
      MetricsServer.close();
    }
  }

  private static double value(String page, String metric) {
    String start = metric + "{table=\"scraped\"} ";
    return page.lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(metric + " is not in\n" + page));
  }

  @Test
  void theLastUserClosesIt() throws Exception {
    MetricsServer.open(ANY);
    MetricsServer.open(ANY);
    int port = MetricsServer.port();
    MetricsServer.close();
    assertEquals(port, MetricsServer.port());
    MetricsServer.close();
    assertEquals(0, MetricsServer.port());
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(free.isBound());
    }
  }

  @Test
  void workersOfOneHostShareARange() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      String address = "127.0.0.1:" + port;
      MetricsServer.Address one = MetricsServer.Address.parse("--metricsAddress", address);
      UserException none = assertThrows(UserException.class, () -> MetricsServer.open(one));
      assertTrue(
          String.valueOf(none.getMessage()).startsWith("--metricsAddress=" + address + ": no port"),
          none.toString());
      assertEquals(0, MetricsServer.port());
      int last = Math.min(65_535, port + 20);
      MetricsServer.open(MetricsServer.Address.parse("--metricsAddress", address + "-" + last));
      assertTrue(MetricsServer.port() > port && MetricsServer.port() <= last);
      MetricsServer.close();
    }
  }

  @Test
  void aWorkerWhosePortIsTakenWorksWithoutMetricsAndServesThemOnceItIsFree() throws Exception {
    MetricsServer.Address address;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      address =
          MetricsServer.Address.parse("--metricsAddress", "127.0.0.1:" + taken.getLocalPort());
      MetricsServer.openOnWorker(address);
      assertEquals(0, MetricsServer.port());
    }
    MetricsServer.tryOnWorker(address);
    assertEquals(address.firstPort(), MetricsServer.port());
    MetricsServer.close();
    MetricsServer.tryOnWorker(address);
    assertEquals(0, MetricsServer.port(), "nobody needs it any more");
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    MetricsServer.Address elsewhere =
        MetricsServer.Address.parse("--metricsAddress", "no.such.host.invalid:9404");
    UserException refused = assertThrows(UserException.class, () -> MetricsServer.open(elsewhere));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("--metricsAddress=no.such.host.invalid:9404: cannot be listened at"),
        refused.toString());
  }

  @Test
  void restartsAreCountedFromZeroOn() throws Exception {
    SluiceMetrics.countRestarts();
    MetricsServer.open(ANY);
    try {
      String series = "sluice_restarts_total{flink=\"embedded\"} ";
      assertTrue(scrape().contains(series + "0.0"));
      SluiceMetrics.restarted();
      assertTrue(scrape().contains(series + "1.0"));
    } finally {
      MetricsServer.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "9404", "host", "host:", "host:x", "host:70000", "host:9405-9404", ":1"})
  void whatIsNoAddressIsRefusedByName(String text) {
    UserException refused =
        assertThrows(
            UserException.class, () -> MetricsServer.Address.parse("--metricsAddress", text));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("--metricsAddress=" + text + ": "));
  }
}
