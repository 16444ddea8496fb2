package io.sluice.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Grafana would make of the dashboard, as far as it can be seen without it. */
class DashboardTest {
  private static final int WIDTH = 24;

  @TempDir Path directory;

  @Test
  void grafanaFindsWhatItLooksFor() throws IOException {
    Dashboard dashboard = Dashboard.read();
    JsonNode json = dashboard.json();
    assertEquals("sluice", json.path("uid").asText());
    assertTrue(json.path("schemaVersion").asInt() >= 36);
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertFalse(title.isEmpty());
      assertTrue(ids.add(panel.path("id").asInt()), "two panels have the id of " + title);
      if (panel.path("type").asText().equals("row")) {
        continue;
      }
      assertTrue(Set.of("timeseries", "stat").contains(panel.path("type").asText()), title);
      assertFalse(
          panel.path("fieldConfig").path("defaults").path("unit").asText().isEmpty(), title);
      assertEquals("${datasource}", panel.path("datasource").path("uid").asText(), title);
      assertFalse(panel.path("targets").isEmpty(), title);
      Set<String> letters = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        assertTrue(letters.add(target.path("refId").asText()), title);
        assertEquals("${datasource}", target.path("datasource").path("uid").asText(), title);
      }
    }
  }

  @Test
  void noPanelLiesOnAnother() throws IOException {
    Set<String> taken = new HashSet<>();
    for (JsonNode panel : Dashboard.read().panels()) {
      JsonNode at = panel.path("gridPos");
      assertTrue(
          at.path("x").asInt() + at.path("w").asInt() <= WIDTH, panel.path("title").asText());
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          assertTrue(taken.add(x + "," + y), panel.path("title").asText() + " at " + x + "," + y);
        }
      }
    }
  }

  @Test
  void itsVariablesAreThoseThatItUses() throws IOException {
    JsonNode json = Dashboard.read().json();
    Set<String> declared = new TreeSet<>();
    json.path("templating").path("list").forEach(one -> declared.add(one.path("name").asText()));
    assertTrue(declared.containsAll(Set.of("datasource", "table")));
    Set<String> used = new TreeSet<>();
    Matcher variable = Pattern.compile("\\$\\{?([a-z]+)").matcher(json.toString());
    while (variable.find()) {
      used.add(variable.group(1));
    }
    assertEquals(declared, used);
  }

  @Test
  void itsRowsAreTheQuestionsOfWhoRunsIt() throws IOException {
    List<String> rows =
        Dashboard.read().panels().stream()
            .filter(panel -> panel.path("type").asText().equals("row"))
            .map(panel -> panel.path("title").asText())
            .toList();
    assertEquals(
        List.of(
            "Freshness and lag",
            "Throughput",
            "Dead letters",
            "Files",
            "Retries and conflicts",
            "Followers",
            "Made of tables",
            "Flink",
            "JVM of the workers"),
        rows);
  }

  @Test
  void itReadsMetricsThatThereAre() throws IOException {
    for (Dashboard.Query query : Dashboard.read().queries("5m")) {
      Set<String> unknown = Shipped.unknown(query.expression());
      // Prometheus' own, of what its rules say.
      unknown.remove("ALERTS");
      assertEquals(Set.of(), unknown, query.panel());
    }
  }

  /** Each query as a rule, for promtool parses rules. */
  @Test
  void prometheusCanReadItsQueries() throws Exception {
    Tool promtool = Tool.named("promtool");
    ObjectNode file = Shipped.YAML.createObjectNode();
    ObjectNode group = file.putArray("groups").addObject().put("name", "dashboard");
    ArrayNode rules = group.putArray("rules");
    int number = 0;
    for (Dashboard.Query query : Dashboard.read().queries("5m")) {
      rules.addObject().put("record", "query:" + number++).put("expr", query.expression());
    }
    Path written = directory.resolve("dashboard.yaml");
    Files.writeString(written, Shipped.YAML.writeValueAsString(file));
    Tool.Run run = promtool.run(List.of("check", "rules", written.toString()));
    assertEquals(0, run.status(), run.output());
    assertTrue(run.output().contains(number + " rules found"), run.output());
  }
}
