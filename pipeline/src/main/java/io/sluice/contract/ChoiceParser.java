package io.sluice.contract;

import io.sluice.contract.Choice.Unrouted;
import io.sluice.contract.Condition.Test;
import io.sluice.contract.Reading.From;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What a contract says of which records are its table's. */
final class ChoiceParser {
  private static final String HEADERS = "headers.";

  private final YamlDocument yaml;

  ChoiceParser(YamlDocument yaml) {
    this.yaml = yaml;
  }

  Choice choice(YamlDocument.Fields fields) {
    List<Condition> when =
        fields.optional("when").map(node -> conditions(node, "when")).orElse(List.of());
    List<List<Condition>> unless = new ArrayList<>();
    fields
        .optional("unless")
        .ifPresent(
            node ->
                yaml.asSequence(node, "unless")
                    .getValue()
                    .forEach(one -> unless.add(conditions(one, "an item of unless"))));
    String unrouted =
        fields.oneOf("unrouted", "dead_letter", Set.of("dead_letter", "skip", "others"));
    boolean hidesOthers = fields.flag("hides_others", false);
    return new Choice(
        when, unless, Unrouted.valueOf(unrouted.toUpperCase(Locale.ROOT)), hidesOthers);
  }

  private List<Condition> conditions(Node node, String what) {
    List<Condition> all =
        yaml.asSequence(node, what).getValue().stream().map(this::condition).toList();
    if (all.isEmpty()) {
      throw yaml.error(node, what + " is empty: leave it out, or write a condition");
    }
    return all;
  }

  private Condition condition(Node node) {
    YamlDocument.Fields fields =
        yaml.fields(node, "a condition")
            .only(List.of("path", "from", "is", "in", "not_in", "starts_with", "exists"));
    Optional<ScalarNode> from = fields.scalar("from");
    Optional<Node> path = fields.optional("path");
    if (from.isPresent() == path.isPresent()) {
      throw yaml.error(
          node, "a condition asks either a path of the value, or from: headers.NAME, topic or key");
    }
    List<String> steps =
        path.map(at -> new PathParser(yaml).path(at, "a condition")).orElse(List.of());
    Condition asked =
        from.map(this::from).orElse(new Condition(From.VALUE, "", steps, Test.EXISTS, List.of()));
    Condition condition = test(fields, asked);
    fields.refuseOthers();
    return condition;
  }

  private Condition from(ScalarNode node) {
    String text = node.getValue();
    if (text.startsWith(HEADERS) && text.length() > HEADERS.length()) {
      return asked(From.HEADER, text.substring(HEADERS.length()));
    }
    return switch (text) {
      case "topic" -> asked(From.TOPIC, "");
      case "key" -> asked(From.KEY, "");
      default ->
          throw yaml.error(
              node, "a condition is from headers.NAME, topic or key, not '" + text + "'");
    };
  }

  private static Condition asked(From from, String name) {
    return new Condition(from, name, List.of(), Test.EXISTS, List.of());
  }

  private Condition test(YamlDocument.Fields fields, Condition asked) {
    List<Condition> tests = new ArrayList<>();
    fields
        .scalar("is")
        .ifPresent(value -> tests.add(with(asked, Test.IN, List.of(value(value, "is")))));
    fields.optional("in").ifPresent(node -> tests.add(with(asked, Test.IN, values(node, "in"))));
    fields
        .optional("not_in")
        .ifPresent(node -> tests.add(with(asked, Test.NOT_IN, values(node, "not_in"))));
    fields
        .scalar("starts_with")
        .ifPresent(value -> tests.add(with(asked, Test.STARTS_WITH, List.of(value.getValue()))));
    if (fields.optional("exists").isPresent()) {
      Test test = fields.flag("exists", true) ? Test.EXISTS : Test.ABSENT;
      tests.add(with(asked, test, List.of()));
    }
    if (tests.size() != 1) {
      throw yaml.error(
          fields.at,
          "a condition has one of is: VALUE, in: [VALUES], not_in: [VALUES], starts_with: TEXT and exists: true or false");
    }
    return tests.get(0);
  }

  private static Condition with(Condition asked, Test test, List<String> values) {
    return new Condition(asked.from(), asked.name(), asked.path(), test, values);
  }

  /** What there is not is asked for by exists: no value is null. */
  private String value(ScalarNode node, String key) {
    if (node.getTag().equals(Tag.NULL)) {
      throw yaml.error(node, key + " asks for a value, and null is none: write exists: false");
    }
    return node.getValue();
  }

  private List<String> values(Node node, String key) {
    List<String> values =
        yaml.asSequence(node, key).getValue().stream()
            .map(value -> value(yaml.asScalar(value, "an element of " + key), key))
            .toList();
    if (values.isEmpty()) {
      throw yaml.error(node, key + " is empty: no record could hold it");
    }
    return values;
  }
}
