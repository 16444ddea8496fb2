package io.sluice.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The dashboard's panels and what they ask. */
record Dashboard(JsonNode json) {

  /** A panel's query, with its variables as Grafana would put them in where all are chosen. */
  record Query(String panel, String expression) {
    static Query of(String panel, String expression, String interval) {
      return new Query(
          panel,
          expression
              .replace("$__rate_interval", interval)
              .replaceAll("=~\"\\$[a-z]+\"", "=~\".*\""));
    }
  }

  static Dashboard read() throws IOException {
    return new Dashboard(new ObjectMapper().readTree(Shipped.DASHBOARD.toFile()));
  }

  List<JsonNode> panels() {
    List<JsonNode> panels = new ArrayList<>();
    json.path("panels").forEach(panels::add);
    return panels;
  }

  /**
   * @param interval what {@code $__rate_interval} stands for
   */
  List<Query> queries(String interval) {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(Query.of(panel.path("title").asText(), target.path("expr").asText(), interval));
      }
    }
    for (JsonNode annotation : json.path("annotations").path("list")) {
      queries.add(Query.of("annotation", annotation.path("expr").asText(), interval));
    }
    return queries;
  }
}
