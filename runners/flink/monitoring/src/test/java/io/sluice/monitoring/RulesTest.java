package io.sluice.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules: what Prometheus makes of them, and what they say to who is woken by them. */
@Tag("slow")
class RulesTest {
  @TempDir Path directory;

  @Test
  void prometheusTakesThem() throws Exception {
    Tool.Run run = Tool.named("promtool").run(List.of("check", "rules", Shipped.RULES.toString()));
    assertEquals(0, run.status(), run.output());
  }

  @Test
  void eachFiresWhenItIsToAndNotBefore() throws Exception {
    Tool.Run run = tests(Shipped.RULES.getParent());
    assertEquals(0, run.status(), run.output());
  }

  private static Tool.Run tests(Path rules) throws Exception {
    List<String> command = new ArrayList<>(List.of("test", "rules"));
    for (Path file : Shipped.ruleTests()) {
      command.add(rules.resolve("tests").resolve(file.getFileName()).toString());
    }
    return Tool.named("promtool").run(command);
  }

  /** Takes every alert's condition away, and then its threshold: a test of each has to see it. */
  @Test
  void theTestsNoticeAnAlertThatIsBroken() throws Exception {
    Files.createDirectories(directory.resolve("tests"));
    for (Path file : Shipped.ruleTests()) {
      Files.copy(file, directory.resolve("tests").resolve(file.getFileName()));
    }
    List<UnaryOperator<String>> mutations =
        List.of(
            expression -> "(" + expression + ") unless on () vector(1)",
            // What it compares is passed by anything.
            expression ->
                expression
                    .replaceAll("(>=?) (?=[0-9])", "$1 -1e9 + ")
                    .replace("> max_over_time", "> -1e9 + max_over_time")
                    .replaceAll("== 0\\b", ">= 0")
                    .replace("absent(sluice_build_info{", "absent(sluice_nothing{"));
    for (UnaryOperator<String> mutation : mutations) {
      Files.writeString(directory.resolve("sluice.yaml"), mutated(mutation));
      Tool.Run run = tests(directory);
      Set<String> noticed = new TreeSet<>();
      Matcher failed = Pattern.compile("alertname: ?(\\w+), time").matcher(run.output());
      while (failed.find()) {
        noticed.add(failed.group(1));
      }
      assertEquals(names(), noticed, run.output());
    }
  }

  private static String mutated(UnaryOperator<String> mutation) throws IOException {
    JsonNode rules = Shipped.YAML.readTree(Shipped.RULES.toFile());
    for (JsonNode group : rules.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("alert")) {
          ((ObjectNode) rule).put("expr", mutation.apply(rule.path("expr").asText()));
        }
      }
    }
    return Shipped.YAML.writeValueAsString(rules);
  }

  @Test
  void eachHasATestThatItFiresAndOneThatItDoesNot() throws IOException {
    Set<String> fires = new TreeSet<>();
    Set<String> doesNot = new TreeSet<>();
    for (Path file : Shipped.ruleTests()) {
      for (JsonNode test : Shipped.YAML.readTree(file.toFile()).path("tests")) {
        boolean nearMiss = test.path("name").asText().startsWith("near miss");
        for (JsonNode expected : test.path("alert_rule_test")) {
          String name = expected.path("alertname").asText();
          if (!expected.path("exp_alerts").isEmpty()) {
            fires.add(name);
          } else if (nearMiss) {
            doesNot.add(name);
          }
        }
      }
    }
    Set<String> all = names();
    assertEquals(all, fires);
    assertEquals(all, doesNot);
  }

  private static Set<String> names() throws IOException {
    return Shipped.alerts().stream()
        .map(alert -> alert.path("alert").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void eachSaysWhatIsWrongByHowMuchAndWhatToDo() throws IOException {
    Set<String> anchors = Shipped.anchors();
    for (JsonNode alert : Shipped.alerts()) {
      String name = alert.path("alert").asText();
      JsonNode said = alert.path("annotations");
      assertTrue(
          Set.of("page", "ticket").contains(alert.path("labels").path("severity").asText()), name);
      assertTrue(said.path("summary").asText().length() > 10, name);
      assertTrue(said.path("description").asText().contains("{{"), name + " has no number in it");
      String url = said.path("runbook_url").asText();
      assertTrue(url.contains("/docs/operations.md#"), name + ": " + url);
      String anchor = url.substring(url.indexOf('#') + 1);
      assertEquals(name.toLowerCase(java.util.Locale.ROOT), anchor);
      assertTrue(anchors.contains(anchor), "docs/operations.md has no heading " + name);
    }
  }

  /** With hundreds of tables, that one of them is ill says nothing. */
  @Test
  void whatIsOfATableNamesIt() throws IOException {
    Set<String> ofTables = new TreeSet<>();
    Matcher rows =
        Pattern.compile("(?m)^\\| (`sluice_[^|]*) \\| [^|]*`table`[^|]*\\|")
            .matcher(Shipped.manual("Metrics"));
    while (rows.find()) {
      for (String name : rows.group(1).split(", ")) {
        ofTables.add(name.replace("`", "").strip());
      }
    }
    assertTrue(ofTables.contains("sluice_dead_letters_total"), ofTables.toString());
    // What a recorded rule makes of them is of a table, too, unless it sums over them.
    List<String> summed = new ArrayList<>();
    for (JsonNode rule : Shipped.rules()) {
      String expression = rule.path("expr").asText();
      boolean isOfTables = ofTables.stream().anyMatch(expression::contains);
      if (rule.has("record")) {
        if (isOfTables && rule.path("record").asText().startsWith("namespace_job_table:")) {
          ofTables.add(rule.path("record").asText());
        } else if (isOfTables || summed.stream().anyMatch(expression::contains)) {
          summed.add(rule.path("record").asText());
        }
        continue;
      }
      String said = rule.path("annotations").toString();
      if (isOfTables) {
        assertTrue(
            rule.path("annotations").path("summary").asText().contains("$labels.table"), said);
        assertTrue(
            said.contains("of {{ $labels.table }}") || said.contains("to {{ $labels.table }}"));
        assertTrue(
            expression.matches("(?s).* by \\(namespace, job,[a-z, ]*\\btable\\b.*"), expression);
      } else if (summed.stream().anyMatch(expression::contains)) {
        assertTrue(said.contains("label \\\"table\\\""), said);
      }
    }
    assertTrue(summed.contains("namespace_job:sluice_stale:bool"), summed.toString());
  }

  @Test
  void theManualHasNoAlertThatIsNotThere() throws IOException {
    Set<String> headings =
        Shipped.manual("Alerts")
            .lines()
            .filter(line -> line.startsWith("### Sluice"))
            .map(line -> line.substring("### ".length()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(names(), headings);
  }

  /** The Prometheus operator's form of them. */
  @Test
  void theCopyForKubernetesIsACopy() throws IOException {
    assertEquals(
        Shipped.YAML.readTree(Shipped.RULES.toFile()),
        Shipped.YAML.readTree(Shipped.HERE.resolve("prometheus-rule.yaml").toFile()).get("spec"),
        "run runners/flink/monitoring/prometheus-rule.sh");
  }

  @Test
  void theyReadMetricsThatThereAre() throws IOException {
    for (JsonNode rule : Shipped.rules()) {
      String expression = rule.path("expr").asText();
      assertTrue(!Shipped.metrics(expression).isEmpty(), expression);
      assertEquals(Set.of(), Shipped.unknown(expression), expression);
    }
  }
}
