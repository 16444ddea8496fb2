package io.sluice.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is told of what, and in which words. */
class AlertmanagerTest {
  private static final String TWO_ALERTS =
      """
      {"receiver": "page", "status": "firing", "externalURL": "http://alertmanager",
       "groupLabels": {"alertname": "SluicePartitionStalled", "job": "sluice/sluice"},
       "commonLabels": {"alertname": "SluicePartitionStalled", "job": "sluice/sluice", "severity": "page"},
       "commonAnnotations": {},
       "alerts": [
         {"status": "firing", "labels": {"partition": "1"}, "startsAt": "2026-03-01T06:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
          "annotations": {"summary": "Partition 1 of a<b is not read", "description": "510 offsets wait.", "runbook_url": "https://example.com/operations.md#x"}},
         {"status": "resolved", "labels": {"partition": "2"}, "startsAt": "2026-03-01T05:00:00Z", "endsAt": "2026-03-01T05:30:00Z",
          "annotations": {"summary": "Partition 2 of a<b is not read", "description": "7 offsets wait.", "runbook_url": "https://example.com/operations.md#x"}}]}
      """;

  @TempDir Path directory;

  /** As shipped, but that an Alertmanager before 0.26 cannot read Telegram's token from a file. */
  private Path config(Tool amtool) throws Exception {
    String text = Files.readString(Shipped.ALERTMANAGER);
    Matcher version =
        Pattern.compile("version 0\\.(\\d+)").matcher(amtool.run(List.of("--version")).output());
    assertTrue(version.find(), "amtool says no version");
    if (Integer.parseInt(version.group(1)) < 26) {
      text = text.replaceAll("bot_token_file: \\S+", "bot_token: token");
    }
    Path templates = Files.createDirectories(directory.resolve("templates"));
    Files.copy(
        Shipped.ALERTMANAGER.resolveSibling("templates/sluice.tmpl"),
        templates.resolve("sluice.tmpl"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return Files.writeString(directory.resolve("alertmanager.yaml"), text);
  }

  @Test
  void alertmanagerTakesIt() throws Exception {
    Tool amtool = Tool.named("amtool");
    Tool.Run run = amtool.run(List.of("check-config", config(amtool).toString()));
    assertEquals(0, run.status(), run.output());
    assertTrue(run.output().contains("1 templates"), run.output());
  }

  @ParameterizedTest
  @CsvSource({"severity=page, page", "severity=ticket, ticket", "severity=odd, ticket"})
  void eachSeverityGoesToItsReceiver(String label, String receiver) throws Exception {
    Tool amtool = Tool.named("amtool");
    Tool.Run run =
        amtool.run(
            List.of(
                "config",
                "routes",
                "test",
                "--config.file=" + config(amtool),
                "--verify.receivers=" + receiver,
                label));
    assertEquals(0, run.status(), run.output());
  }

  @Test
  void noSecretIsInItAndEachReceiverIsTold() throws Exception {
    JsonNode config = Shipped.YAML.readTree(Shipped.ALERTMANAGER.toFile());
    assertFalse(Files.readString(Shipped.ALERTMANAGER).matches("(?s).*(password|token|url): .*"));
    assertTrue(config.path("global").path("smtp_auth_password_file").asText().startsWith("/"));
    assertTrue(config.path("global").path("slack_api_url_file").asText().startsWith("/"));
    JsonNode page = config.path("receivers").get(0);
    assertEquals("page", page.path("name").asText());
    for (String way : List.of("slack_configs", "telegram_configs", "email_configs")) {
      assertFalse(page.path(way).isEmpty(), way);
    }
  }

  @Test
  void whatIsInhibitedIsThere() throws Exception {
    Set<String> names =
        Shipped.alerts().stream()
            .map(alert -> alert.path("alert").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    JsonNode rules = Shipped.YAML.readTree(Shipped.ALERTMANAGER.toFile()).path("inhibit_rules");
    assertFalse(rules.isEmpty());
    for (JsonNode rule : rules) {
      for (String side : List.of("source_matchers", "target_matchers")) {
        String matcher = rule.path(side).get(0).asText();
        String[] alternatives =
            matcher.replaceFirst("^alertname=~?\"(.*)\"$", "$1").split("\\|", -1);
        for (String alternative : alternatives) {
          assertTrue(
              names.stream().anyMatch(name -> name.matches(alternative)),
              matcher + " matches no alert");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sluice.title, text",
    "sluice.slack, text",
    "sluice.text, text",
    "sluice.telegram, html",
    "sluice.html, html"
  })
  void eachMessageSaysWhatIsWrong(String template, String type) throws Exception {
    Path data = Files.writeString(directory.resolve("data.json"), TWO_ALERTS);
    Tool.Run run =
        Tool.named("amtool")
            .run(
                List.of(
                    "template",
                    "render",
                    "--template.glob="
                        + Shipped.ALERTMANAGER.resolveSibling("templates").resolve("*.tmpl"),
                    "--template.type=" + type,
                    "--template.data=" + data,
                    "--template.text={{ template \"" + template + "\" . }}"));
    assertEquals(0, run.status(), run.output());
    if (template.equals("sluice.title")) {
      assertEquals("[FIRING page] SluicePartitionStalled · sluice/sluice", run.output().trim());
      return;
    }
    for (String word : List.of("Partition 1", "510 offsets", "operations.md#x", "Partition 2")) {
      assertTrue(run.output().contains(word), word + " is not in:\n" + run.output());
    }
    // HTML of a topic's name would be refused by Telegram, and is no text in a mail.
    assertEquals(type.equals("html"), run.output().contains("a&lt;b"), run.output());
  }
}
