package io.sluice.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that are tested, and what docs/operations.md says of them. */
final class Shipped {
  static final YAMLMapper YAML = new YAMLMapper();

  /** Tests run in their module's folder. */
  static final Path HERE = Path.of("").toAbsolutePath();

  static final Path RULES = HERE.resolve("rules/sluice.yaml");
  static final Path ALERTMANAGER = HERE.resolve("alertmanager/alertmanager.yaml");
  static final Path DASHBOARD = HERE.resolve("dashboards/sluice.json");
  private static final Path OPERATIONS = HERE.resolve("../../../docs/operations.md");

  /** Words of PromQL that are no metric, where no parenthesis follows. */
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "by", "on", "bool", "offset", "without", "ignoring");

  private Shipped() {}

  /** Alerts and recording rules. */
  static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    YAML.readTree(RULES.toFile())
        .path("groups")
        .forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  static List<JsonNode> alerts() throws IOException {
    return rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  static List<Path> ruleTests() throws IOException {
    try (Stream<Path> files = Files.list(HERE.resolve("rules/tests"))) {
      return files.sorted().toList();
    }
  }

  /** A section of the operations' manual, from its heading to the next of its kind. */
  static String manual(String heading) throws IOException {
    String text = Files.readString(OPERATIONS);
    int start = text.indexOf("\n## " + heading + "\n");
    if (start < 0) {
      throw new AssertionError("docs/operations.md has no section " + heading);
    }
    int end = text.indexOf("\n## ", start + 1);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  /** Every metric that the manual's section on metrics names, between backticks. */
  static Set<String> documented() throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher code =
        Pattern.compile("`((?:sluice|flink|jvm|process|kube|up)[a-zA-Z0-9_]*)`")
            .matcher(manual("Metrics"));
    while (code.find()) {
      names.add(code.group(1));
    }
    return names;
  }

  /** The anchors of the manual's headings, as they are made of them on the web. */
  static Set<String> anchors() throws IOException {
    Set<String> anchors = new TreeSet<>();
    for (String line : Files.readAllLines(OPERATIONS)) {
      if (line.matches("#{1,6} .*")) {
        anchors.add(
            line.replaceFirst("^#+ ", "")
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-'));
      }
    }
    return anchors;
  }

  /** The metrics that a PromQL expression reads. */
  static Set<String> metrics(String expression) {
    String bare =
        expression
            .replaceAll("#.*", " ")
            .replaceAll("\"[^\"]*\"", " ")
            .replaceAll("\\{[^}]*\\}", " ")
            .replaceAll("\\[[^\\]]*\\]", " ")
            .replaceAll("\\b(by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)", " ")
            .replaceAll("\\boffset\\s+\\S+", " ");
    Set<String> metrics = new TreeSet<>();
    Matcher name =
        Pattern.compile("(?<![\\w:.])([a-zA-Z_][\\w:]*)(?!\\s*\\(|[\\w:])").matcher(bare);
    while (name.find()) {
      if (!WORDS.contains(name.group(1))) {
        metrics.add(name.group(1));
      }
    }
    return metrics;
  }

  /** Those of an expression that nobody makes: neither a rule nor what the manual names. */
  static Set<String> unknown(String expression) throws IOException {
    Set<String> documented = documented();
    Set<String> recorded = new TreeSet<>();
    rules().forEach(rule -> recorded.add(rule.path("record").asText()));
    Set<String> unknown = metrics(expression);
    unknown.removeIf(
        name ->
            recorded.contains(name)
                || documented.contains(name)
                || documented.contains(name.replaceFirst("_(bucket|count|sum)$", "")));
    return unknown;
  }
}
