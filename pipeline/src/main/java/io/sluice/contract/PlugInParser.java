package io.sluice.contract;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What a contract says of what is plugged in: its source, its format, the functions of its rows.
 */
final class PlugInParser {
  private final YamlDocument yaml;

  PlugInParser(YamlDocument yaml) {
    this.yaml = yaml;
  }

  /** Some keys, and those of the default source, which stand beside them. */
  static List<String> beside(List<String> keys) {
    List<KeySpec> more =
        ContractSource.named(ContractSource.DEFAULT).map(ContractSource::keys).orElse(List.of());
    return Stream.concat(keys.stream(), more.stream().map(KeySpec::name)).toList();
  }

  /** What {@code source} says; without it, the keys of the default beside the contract's own. */
  Plugged source(YamlDocument.Fields fields) {
    Optional<Node> section = fields.optional("source");
    Optional<ContractSource> kind = ContractSource.named(ContractSource.DEFAULT);
    if (section.isEmpty()) {
      ContractSource source =
          kind.orElseThrow(
              () ->
                  yaml.error(
                      fields.at,
                      "the contract has no 'source', and "
                          + ContractSource.DEFAULT
                          + ", which it would be then, is not on the class path: write source, or add the jar that has "
                          + ContractSource.DEFAULT));
      return new Plugged(source.name(), values(fields, "the contract", source.keys()));
    }
    for (KeySpec key : kind.map(ContractSource::keys).orElse(List.of())) {
      Node beside = fields.nodes.get(key.name());
      if (beside != null) {
        throw yaml.error(
            beside,
            key.name() + " stands beside source: write it within source, or leave source out");
      }
    }
    return plugged(section.get(), "source", ContractSource.all());
  }

  /** Where a contract says what its source is. */
  static Node sourceAt(YamlDocument.Fields fields) {
    Stream<String> keys =
        ContractSource.named(ContractSource.DEFAULT).stream()
            .flatMap(kind -> kind.keys().stream())
            .map(KeySpec::name);
    return Stream.concat(Stream.of("source"), keys)
        .map(fields.nodes::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(fields.at);
  }

  Plugged format(YamlDocument.Fields fields) {
    return fields
        .optional("format")
        .map(node -> format(node, "format"))
        .orElseGet(PlugInParser::defaultFormat);
  }

  /** The format that a section names. */
  Plugged format(Node node, String section) {
    return plugged(node, section, ContractFormat.all());
  }

  private static Plugged defaultFormat() {
    ContractFormat format = ContractFormat.named(ContractFormat.DEFAULT).orElseThrow();
    Map<String, Object> values = new LinkedHashMap<>();
    format.keys().forEach(key -> values.put(key.name(), Objects.requireNonNull(key.fallback())));
    return new Plugged(format.name(), new KeyValues(values));
  }

  /** A name; or a mapping of the name and of the plug-in's own keys. */
  private Plugged plugged(Node node, String section, Map<String, ? extends ContractPlugIn> all) {
    boolean isName = node instanceof ScalarNode;
    YamlDocument.Fields keys =
        isName ? yaml.new Fields(node, section, Map.of("name", node)) : yaml.fields(node, section);
    if (!keys.nodes.containsKey("name")) {
      keys.only(
          all.values().stream()
              .flatMap(one -> one.keys().stream())
              .map(KeySpec::name)
              .distinct()
              .toList());
    }
    ScalarNode name = yaml.asScalar(keys.required("name"), section + "'s name");
    ContractPlugIn found = all.get(name.getValue());
    if (found == null) {
      throw yaml.error(
          name,
          section
              + " is one of "
              + String.join(", ", all.keySet())
              + ", not '"
              + name.getValue()
              + "'");
    }
    keys.only(Stream.concat(Stream.of("name"), found.keys().stream().map(KeySpec::name)).toList());
    KeyValues values = values(keys, section + " " + found.name(), found.keys());
    keys.refuseOthers();
    return new Plugged(found.name(), values);
  }

  Transform transform(Node node, List<Column> decoded, String eventTime) {
    Map<String, FunctionSpec> known = Functions.all();
    List<Transform.Call> calls = new ArrayList<>();
    List<Column> columns = decoded;
    for (Node item : yaml.asSequence(node, "transform").getValue()) {
      YamlDocument.Fields entry = yaml.fields(item, "an entry of transform");
      if (entry.nodes.size() != 1) {
        throw yaml.error(
            item, "an entry of transform is one function with its keys: - FUNCTION: {…}");
      }
      String name = entry.nodes.keySet().iterator().next();
      FunctionSpec function = known.get(name);
      if (function == null) {
        throw yaml.error(
            item,
            "no function is called '"
                + name
                + "'; the class path has "
                + (known.isEmpty() ? "no function" : String.join(", ", known.keySet()))
                + ": add the jar that has it, or write another");
      }
      KeyValues keys = keyValues(entry.required(name), name, function.keys());
      try {
        columns = Functions.output(function, columns, keys, eventTime);
      } catch (IllegalArgumentException e) {
        throw yaml.error(item, name + " " + e.getMessage());
      }
      calls.add(new Transform.Call(name, keys));
    }
    return calls.isEmpty() ? Transform.NONE : new Transform(calls, columns);
  }

  /** What a section says for declared keys; nothing, as in {@code name:}, gives defaults. */
  private KeyValues keyValues(Node node, String what, List<KeySpec> keys) {
    boolean isEmpty = node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
    YamlDocument.Fields fields =
        isEmpty ? yaml.new Fields(node, what, Map.of()) : yaml.fields(node, what);
    fields.only(keys.stream().map(KeySpec::name).toList());
    KeyValues values = values(fields, what, keys);
    fields.refuseOthers();
    return values;
  }

  private KeyValues values(YamlDocument.Fields fields, String what, List<KeySpec> keys) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (KeySpec key : keys) {
      Optional<Node> given = fields.optional(key.name());
      Object fallback = key.fallback();
      if (given.isPresent()) {
        values.put(key.name(), keyValue(given.get(), key));
      } else if (fallback != null) {
        values.put(key.name(), fallback);
      } else {
        throw yaml.error(
            fields.at,
            what + " has no '" + key.name() + "': write " + key.name() + ": " + key.example());
      }
    }
    return new KeyValues(values);
  }

  private Object keyValue(Node node, KeySpec key) {
    if (key.type() == KeySpec.Type.TEXTS) {
      return yaml.asSequence(node, key.name()).getValue().stream()
          .map(text -> yaml.asScalar(text, "an element of " + key.name()).getValue())
          .toList();
    }
    if (key.type() == KeySpec.Type.CONTENT && !(node instanceof ScalarNode)) {
      YamlDocument.Fields fields = yaml.fields(node, key.name()).only(List.of("file"));
      ScalarNode file = yaml.asScalar(fields.required("file"), "file");
      fields.refuseOthers();
      return yaml.contentOf(file);
    }
    String text = yaml.asScalar(node, key.name()).getValue();
    return switch (key.type()) {
      case TEXT, TEXTS, CONTENT -> {
        if (!key.choices().isEmpty() && !key.choices().contains(text)) {
          throw yaml.error(
              node,
              key.name()
                  + " is one of "
                  + String.join(", ", key.choices())
                  + ", not '"
                  + text
                  + "'");
        }
        KeySpec.Form form = key.form();
        if (form != null && !text.matches(form.pattern())) {
          throw yaml.error(node, key.name() + " '" + text + "' must be " + form.words());
        }
        yield text;
      }
      case NUMBER -> {
        if (!text.matches("-?\\d{1,19}") || new BigInteger(text).bitLength() >= Long.SIZE) {
          throw yaml.error(
              node, key.name() + " is a whole number of at most 64 bits, not '" + text + "'");
        }
        yield Long.parseLong(text);
      }
      case FLAG -> {
        if (!text.equals("true") && !text.equals("false")) {
          throw yaml.error(node, key.name() + " is true or false, not '" + text + "'");
        }
        yield Boolean.parseBoolean(text);
      }
    };
  }
}
