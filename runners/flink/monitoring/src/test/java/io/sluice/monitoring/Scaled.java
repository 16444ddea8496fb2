package io.sluice.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The shipped rules and routes, with every duration so much shorter that a test can wait for it.
 */
final class Scaled {
  private static final int FACTOR = 60;
  private static final Set<String> DURATIONS =
      Set.of(
          "for", "interval", "group_wait", "group_interval", "repeat_interval", "resolve_timeout");
  private static final Pattern RANGE = Pattern.compile("(?<=\\[)(\\d+)([smhd])(?=\\])");
  private static final Pattern OFFSET = Pattern.compile("(?<=offset )(\\d+)([smhd])");

  private Scaled() {}

  static String rules() throws IOException {
    JsonNode rules = Shipped.YAML.readTree(Shipped.RULES.toFile());
    scale(rules);
    return Shipped.YAML.writeValueAsString(rules);
  }

  static ObjectNode alertmanager() throws IOException {
    // Jackson takes an anchor's alias for its name: a text.
    ObjectNode config = (ObjectNode) Shipped.YAML.readTree(Shipped.ALERTMANAGER.toFile());
    scale(config);
    return config;
  }

  private static void scale(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
        Map.Entry<String, JsonNode> field = fields.next();
        if (DURATIONS.contains(field.getKey())) {
          field.setValue(object.textNode(scaled(field.getValue().asText())));
        } else if (field.getKey().equals("expr")) {
          String expression = field.getValue().asText();
          expression = RANGE.matcher(expression).replaceAll(match -> scaled(match.group()));
          expression = OFFSET.matcher(expression).replaceAll(match -> scaled(match.group()));
          field.setValue(object.textNode(expression));
        }
      }
    }
    node.forEach(Scaled::scale);
  }

  private static String scaled(String duration) {
    long number = Long.parseLong(duration.substring(0, duration.length() - 1));
    long millis =
        number
            * switch (duration.charAt(duration.length() - 1)) {
              case 's' -> 1_000;
              case 'm' -> 60_000;
              case 'h' -> 3_600_000;
              default -> 86_400_000;
            };
    return millis / FACTOR + "ms";
  }
}
