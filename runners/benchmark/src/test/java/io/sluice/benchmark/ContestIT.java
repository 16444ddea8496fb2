package io.sluice.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.Main;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A contest of half a minute, with one kill, has all its figures. */
class ContestIT {
  @TempDir private Path directory;

  @Test
  @EnabledIfSystemProperty(
      named = "sluice.nightly",
      matches = "true",
      disabledReason = "it takes minutes, and is run each night: -Dsluice.nightly=true")
  void bothKeepATableAndAreCounted() throws Exception {
    Path json = directory.resolve("contest.json");
    String before = System.getProperty("sluice.home");
    System.setProperty("sluice.home", Path.of("../..").toRealPath().toString());
    try {
      assertEquals(
          0,
          Main.execute(
              "contest",
              "--minutes=0.5",
              "--rate=1000",
              "--commitSeconds=3",
              "--killSeconds=15",
              "--heap=512m",
              "--json=" + json));
    } finally {
      if (before == null) {
        System.clearProperty("sluice.home");
      } else {
        System.setProperty("sluice.home", before);
      }
    }
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertEquals(1, report.path("kills").asInt());
    assertEquals(2, report.path("contestants").size());
    JsonNode sluice = report.path("contestants").get(0);
    assertEquals("sluice", sluice.path("name").asText());
    assertEquals(30_000, sluice.path("rows").asLong());
    assertEquals(0, sluice.path("lost").asLong(-1));
    assertEquals(0, sluice.path("duplicate").asLong(-1));
    JsonNode connect = report.path("contestants").get(1);
    assertEquals("connect-iceberg", connect.path("name").asText());
    for (JsonNode one : report.path("contestants")) {
      // What the other one loses or doubles when it is killed is its affair.
      assertTrue(one.path("rows").asLong() > 10_000, one.toString());
      assertTrue(one.path("files").asInt() > 0, one.toString());
      assertTrue(one.path("commits").asInt() > 0, one.toString());
      assertTrue(one.path("cpu_seconds_per_million_events").asDouble() > 0, one.toString());
      assertTrue(one.path("p99").asDouble() >= one.path("p50").asDouble(), one.toString());
    }
  }

  @Test
  void whatCannotBeIsNamed() {
    assertEquals(Main.USER_ERROR, Main.execute("contest", "--minutes=0"));
    assertEquals(Main.USER_ERROR, Main.execute("contest", "--rate=0"));
    assertEquals(Main.USER_ERROR, Main.execute("contest", "--commitSeconds=0"));
    assertEquals(Main.USER_ERROR, Main.execute("contest", "--killSeconds=-1"));
    assertEquals(Main.USER_ERROR, Main.execute("contest", "--heap=lots"));
  }
}
