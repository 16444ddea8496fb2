package io.sluice.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A soak of half a minute has all its figures. */
class SoakIT {
  @TempDir private Path directory;
  private final PrintStream before = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(before);
  }

  @Test
  void everyEventIsInAFileAndItsLatencyKnown() throws Exception {
    Path json = directory.resolve("soak.json");
    Path chart = directory.resolve("soak.svg");
    assertEquals(
        0,
        Main.execute(
            "soak",
            "--minutes=0.5",
            "--rate=2000",
            "--windowSize=5s",
            "--fileInterval=1s",
            "--watermarkDelay=1s",
            "--publish=iceberg",
            "--manifestInterval=2s",
            "--json=" + json,
            "--chart=" + chart));
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertEquals(60_000, report.path("produced").asLong());
    assertEquals(60_000, report.path("rows").asLong());
    for (String none : new String[] {"lost", "duplicate", "strange", "restarts"}) {
      assertEquals(0, report.path(none).asLong(-1), none);
    }
    // Never faster than asked for; how much slower is the machine's affair.
    double rate = report.path("events_per_second").asDouble();
    assertTrue(rate > 0 && rate <= 2_000, "" + rate);
    assertTrue(report.path("files").asInt() > 1, report.path("files").toString());
    assertTrue(report.path("checkpoints").asInt() > 0, report.toString());

    JsonNode latency = report.path("latency_seconds");
    assertEquals(60_000, latency.path("rows").asLong());
    double half = latency.path("p50").asDouble();
    double most = latency.path("max").asDouble();
    assertTrue(half > 0, latency.toString());
    assertTrue(latency.path("p99").asDouble() >= half, latency.toString());
    assertTrue(latency.path("p99").asDouble() <= most, latency.toString());
    assertEquals(4, latency.path("quarters").size());
    for (JsonNode quarter : latency.path("quarters")) {
      assertTrue(quarter.path("rows").asLong() > 10_000, latency.toString());
    }

    JsonNode toSnapshot = report.path("snapshot_latency_seconds");
    assertTrue(report.path("snapshots").asInt() > 1, report.path("snapshots").toString());
    assertEquals(60_000, toSnapshot.path("rows").asLong());
    assertTrue(toSnapshot.path("p50").asDouble() > half, "a file comes before its snapshot");
    assertTrue(toSnapshot.path("max").asDouble() > most, toSnapshot.toString());

    assertTrue(report.path("samples").size() >= 5, report.path("samples").toString());
    double cpu = 0;
    for (JsonNode sample : report.path("samples")) {
      assertTrue(sample.path("resident_bytes").asDouble() > 50e6, sample.toString());
      assertTrue(sample.path("heap_bytes").asDouble() > 1e6, sample.toString());
      assertTrue(sample.path("cpu_seconds").asDouble() >= cpu, sample.toString());
      cpu = sample.path("cpu_seconds").asDouble();
    }
    for (Gauge gauge : Gauge.values()) {
      if (gauge.isToBeFlat()) {
        assertTrue(report.path("gauges").has(gauge.label()), report.path("gauges").toString());
      }
    }
    assertEquals(0, report.path("gauges").path("lag_records").path("at_the_end").asLong(-1));
    assertTrue(Files.readString(chart).contains(">" + Gauge.HEAP_BYTES.title() + "<"));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("produced=60000 rows=60000 lost=0 duplicate=0"), text);
  }

  @Test
  void whatCannotBeIsNamed() throws IOException {
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--minutes=0"));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--rate=0"));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--windowSize=5x"));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--heap=lots"));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--publish=glue"));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--manifestInterval=5x"));
    Path file = Files.createFile(directory.resolve("file"));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--json=" + file.resolve("soak.json")));
    assertEquals(Main.USER_ERROR, Main.execute("soak", "--chart=" + file.resolve("soak.svg")));
  }
}
