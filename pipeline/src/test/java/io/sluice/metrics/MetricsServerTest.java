package io.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
      IOException none = assertThrows(IOException.class, () -> MetricsServer.open(one));
      assertTrue(String.valueOf(none.getMessage()).contains("--metricsAddress"), none.toString());
      assertEquals(0, MetricsServer.port());
      int last = Math.min(65_535, port + 20);
      MetricsServer.open(MetricsServer.Address.parse("--metricsAddress", address + "-" + last));
      assertTrue(MetricsServer.port() > port && MetricsServer.port() <= last);
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
