package io.sluice.contract;

import io.sluice.contract.Intake.Letters;
import io.sluice.contract.Intake.Skip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/** What a contract says of its records besides their columns. */
final class IntakeParser {
  private final YamlDocument yaml;
  private final PlugInParser plugIns;

  IntakeParser(YamlDocument yaml, PlugInParser plugIns) {
    this.yaml = yaml;
    this.plugIns = plugIns;
  }

  Intake intake(YamlDocument.Fields fields, List<Column> columns) {
    Optional<Node> format = fields.optional("key_format");
    Plugged keyFormat = format.map(node -> plugIns.format(node, "key_format")).orElse(null);
    format.ifPresent(
        node -> {
          if (columns.stream().noneMatch(column -> column.reading().isOfKey())) {
            throw yaml.error(
                node, "no column is read from the key: drop key_format, or add from: key");
          }
        });
    List<Skip> skips = new ArrayList<>();
    fields
        .optional("skip")
        .ifPresent(
            node ->
                yaml.asSequence(node, "skip")
                    .getValue()
                    .forEach(item -> skips.add(constant(item, "skip", Skip.values()))));
    return new Intake(
        keyFormat,
        skips,
        new ChoiceParser(yaml).choice(fields),
        explode(yaml, fields),
        letters(fields));
  }

  /** The path of the list of which each element is a row; empty where a record is one. */
  static List<String> explode(YamlDocument yaml, YamlDocument.Fields fields) {
    return fields
        .optional("explode")
        .map(node -> new PathParser(yaml).path(node, "explode"))
        .orElse(List.of());
  }

  private Letters letters(YamlDocument.Fields fields) {
    Optional<Node> section = fields.optional("dead_letters");
    if (section.isEmpty()) {
      return Letters.KEEP;
    }
    YamlDocument.Fields keys = yaml.fields(section.get(), "dead_letters").only(List.of("value"));
    Letters letters = constant(keys.required("value"), "value", Letters.values());
    keys.refuseOthers();
    return letters;
  }

  private <E extends Enum<E>> E constant(Node node, String key, E[] constants) {
    String text = yaml.asScalar(node, key).getValue();
    return Arrays.stream(constants)
        .filter(one -> lower(one).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                yaml.error(
                    node,
                    key
                        + " is one of "
                        + Arrays.stream(constants)
                            .map(IntakeParser::lower)
                            .collect(Collectors.joining(", "))
                        + ", not '"
                        + text
                        + "'"));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
