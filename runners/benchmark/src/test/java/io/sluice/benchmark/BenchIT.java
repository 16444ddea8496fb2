package io.sluice.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Every contestant comes to its end with every row, and the figures are written. */
class BenchIT {
  @TempDir private Path directory;
  private final PrintStream before = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    System.setProperty("sluice.home", Path.of("../..").toAbsolutePath().normalize().toString());
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(before);
  }

  @Test
  @EnabledIfSystemProperty(
      named = "sluice.nightly",
      matches = "true",
      disabledReason = "it takes minutes, and is run each night: -Dsluice.nightly=true")
  void everyContestantReadsTheTopicIntoFilesOnS3() throws Exception {
    Path json = directory.resolve("figures.json");
    Path chart = directory.resolve("chart.svg");
    assertEquals(
        0,
        Main.execute(
            "bench",
            "--store=s3",
            "--events=30000",
            "--rounds=1",
            "--json=" + json,
            "--chart=" + chart));
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    List<String> names = new ArrayList<>();
    for (JsonNode contestant : figures.path("contestants")) {
      names.add(contestant.path("name").asText());
      JsonNode rate = contestant.path("events_per_second");
      assertTrue(rate.path("median").asDouble() > 0, contestant.toString());
      assertTrue(rate.path("min").asDouble() <= rate.path("max").asDouble());
      assertTrue(contestant.path("peak_resident_bytes").path("max").asLong() > 10_000_000);
      assertTrue(contestant.path("cpu_seconds_per_million_events").path("median").asDouble() > 0);
      boolean writes = !contestant.path("name").asText().equals("poll-only");
      assertEquals(writes, contestant.path("files").path("median").asInt() > 0);
    }
    assertEquals("s3", figures.path("store").asText());
    assertEquals(
        List.of(
            "sluice",
            "flink-datastream",
            "spark",
            "beam-fileio",
            "connect-iceberg",
            "bare-loop",
            "poll-only"),
        names);
    String svg = Files.readString(chart);
    String table = out.toString(StandardCharsets.UTF_8);
    for (String name : names) {
      assertTrue(svg.contains(">" + name + "<"), svg);
      assertTrue(table.contains(name), table);
    }
    assertTrue(table.toLowerCase(Locale.ROOT).contains("30,000 events"), table);
    assertTrue(table.contains("S3 server"), table);
  }

  @Test
  void whoeverIsNamedWritesToADirectory() throws Exception {
    List<String> peers = List.of("bare-loop");
    Path json = directory.resolve("figures.json");
    assertEquals(
        0,
        Main.execute(
            "bench",
            "--events=5000",
            "--rounds=1",
            "--peers=" + String.join(",", peers),
            "--json=" + json));
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertEquals("local", figures.path("store").asText());
    List<String> names = new ArrayList<>();
    for (JsonNode contestant : figures.path("contestants")) {
      names.add(contestant.path("name").asText());
      assertTrue(contestant.path("files").path("median").asInt() > 0, contestant.toString());
    }
    assertEquals("sluice", names.remove(0));
    assertEquals(peers, names);
  }

  @Test
  void aPeerThatIsNotOneIsNamed() {
    assertEquals(Main.USER_ERROR, Main.execute("bench", "--store=tape"));
    assertEquals(Main.USER_ERROR, Main.execute("bench", "--peers=nobody"));
    assertEquals(Main.USER_ERROR, Main.execute("bench", "--heap=lots"));
    assertEquals(Main.USER_ERROR, Main.execute("bench", "--events=0"));
  }

  @Test
  void aChartThatCannotBeWrittenIsSaidBeforeAnythingIsMeasured() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertEquals(Main.USER_ERROR, Main.execute("bench", "--chart=" + file.resolve("bench.svg")));
  }
}
