package io.sluice.contract;

import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The types of a contract's columns. */
final class TypeParser {
  static final int DEEPEST = 32;
  private static final int MOST = 10_000;
  private static final Pattern DECIMAL =
      Pattern.compile("decimal\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");
  private static final Pattern TIMESTAMP =
      Pattern.compile("timestamp(?:\\(\\s*(\\w+)\\s*(?:,\\s*(\\w+)\\s*)?\\))?");
  private static final String TYPES =
      "string, boolean, int32, int64, float, double, decimal(p,s), date, timestamp(unit, format), bytes,"
          + " {list: type} or {struct: [fields]}";

  private final YamlDocument yaml;
  private int types;

  TypeParser(YamlDocument yaml) {
    this.yaml = yaml;
  }

  ColumnType type(Node node) {
    return type(node, 0);
  }

  private ColumnType type(Node node, int depth) {
    if (++types > MOST || depth > DEEPEST) {
      // An alias may stand for a node that it is in.
      throw yaml.error(
          node,
          "a type is nested deeper than "
              + DEEPEST
              + ", or there are more than "
              + MOST
              + ": write it without aliases that contain themselves");
    }
    if (node instanceof ScalarNode scalar) {
      return scalarType(scalar);
    }
    YamlDocument.Fields fields = yaml.fields(node, "a type");
    Optional<Node> list = fields.optional("list");
    if (list.isPresent()) {
      fields.refuseOthers();
      return new ColumnType.ListOf(type(list.get(), depth + 1));
    }
    Node struct = fields.required("struct");
    fields.refuseOthers();
    List<ColumnType.Field> members = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node item : yaml.asSequence(struct, "struct").getValue()) {
      YamlDocument.Fields field = yaml.fields(item, "a field");
      String name =
          field.matching("name", ContractParser.NAME, "letters, digits and _, a letter first");
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw yaml.error(item, "two fields are named '" + name + "' (query engines ignore case)");
      }
      members.add(
          new ColumnType.Field(
              name, type(field.required("type"), depth + 1), field.flag("required", false)));
      field.refuseOthers();
    }
    if (members.isEmpty()) {
      throw yaml.error(struct, "a struct needs at least one field");
    }
    return new ColumnType.StructOf(members);
  }

  private ColumnType scalarType(ScalarNode node) {
    String text = node.getValue().trim();
    for (Scalar scalar : Scalar.values()) {
      if (scalar.name().toLowerCase(Locale.ROOT).equals(text)) {
        return scalar;
      }
    }
    Matcher decimal = DECIMAL.matcher(text);
    if (decimal.matches()) {
      int precision = number(node, decimal.group(1));
      int scale = number(node, decimal.group(2));
      if (precision < 1 || precision > ColumnType.Decimal.MAX_PRECISION || scale > precision) {
        throw yaml.error(node, text + ": precision is 1 to 38 and scale 0 to precision");
      }
      return new ColumnType.Decimal(precision, scale);
    }
    Matcher timestamp = TIMESTAMP.matcher(text);
    if (timestamp.matches()) {
      return new Timestamp(
          constant(
              node,
              EnumSet.complementOf(EnumSet.of(Timestamp.Unit.DEFAULT)),
              timestamp.group(1),
              Timestamp.Unit.DEFAULT),
          constant(
              node,
              EnumSet.allOf(Timestamp.Format.class),
              timestamp.group(2),
              Timestamp.Format.ISO8601));
    }
    throw yaml.error(node, "unknown type '" + text + "'; types are " + TYPES);
  }

  private int number(Node node, String digits) {
    if (digits.length() > 9) {
      throw yaml.error(node, "'" + digits + "' is too large");
    }
    return Integer.parseInt(digits);
  }

  private <E extends Enum<E>> E constant(
      Node node, Set<E> constants, @Nullable String text, E fallback) {
    if (text == null) {
      return fallback;
    }
    for (E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    String all =
        constants.stream()
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw yaml.error(
        node,
        "unknown "
            + fallback.getDeclaringClass().getSimpleName().toLowerCase(Locale.ROOT)
            + " '"
            + text
            + "': one of "
            + all);
  }
}
