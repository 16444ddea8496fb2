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
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The types of a contract's columns. */
final class TypeParser {
  static final int DEEPEST = 32;
  private static final int MOST = 10_000;
  private static final Pattern DECIMAL =
      Pattern.compile("decimal\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");
  private static final Pattern TIMESTAMP =
      Pattern.compile("timestamp(?:\\(\\s*(\\w+)\\s*(?:,\\s*(\\w+)\\s*)?\\))?");
  private static final Set<Timestamp.Unit> UNITS =
      EnumSet.complementOf(EnumSet.of(Timestamp.Unit.DEFAULT));
  private static final Set<Timestamp.Format> FORMATS =
      EnumSet.complementOf(EnumSet.of(Timestamp.Format.LISTED));
  private static final String TYPES =
      "string, boolean, int32, int64, float, double, decimal(p,s), date, time, timestamp(unit, format),"
          + " bytes, uuid, json, {list: type}, {map: type} or {struct: [fields]}";

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
    YamlDocument.Fields fields =
        yaml.fields(node, "a type").only(List.of("list", "map", "timestamp", "decimal", "struct"));
    Optional<Node> list = fields.optional("list");
    if (list.isPresent()) {
      fields.refuseOthers();
      return new ColumnType.ListOf(type(list.get(), depth + 1));
    }
    Optional<Node> map = fields.optional("map");
    if (map.isPresent()) {
      fields.refuseOthers();
      return new ColumnType.MapOf(type(map.get(), depth + 1));
    }
    Optional<Node> timestamp = fields.optional("timestamp");
    if (timestamp.isPresent()) {
      fields.refuseOthers();
      return timestamp(yaml.fields(timestamp.get(), "timestamp").only(List.of("unit", "formats")));
    }
    Optional<Node> decimal = fields.optional("decimal");
    if (decimal.isPresent()) {
      fields.refuseOthers();
      return decimal(
          yaml.fields(decimal.get(), "decimal").only(List.of("precision", "scale", "written")));
    }
    Node struct = fields.required("struct");
    fields.refuseOthers();
    List<ColumnType.Field> members = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> paths = new HashSet<>();
    for (Node item : yaml.asSequence(struct, "struct").getValue()) {
      YamlDocument.Fields field =
          yaml.fields(item, "a field").only(List.of("name", "type", "required", "path"));
      String name =
          field.matching("name", ContractParser.NAME, "letters, digits and _, a letter first");
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw yaml.error(item, "two fields are named '" + name + "' (query engines ignore case)");
      }
      String path = field.optional("path").map(at -> path(at, name)).orElse(name);
      if (!paths.add(path)) {
        throw yaml.error(item, "two fields of one struct read '" + path + "'");
      }
      members.add(
          new ColumnType.Field(
              name, type(field.required("type"), depth + 1), field.flag("required", false), path));
      field.refuseOthers();
    }
    if (members.isEmpty()) {
      throw yaml.error(struct, "a struct needs at least one field");
    }
    return new ColumnType.StructOf(members);
  }

  /** One name: what lies deeper is a struct within the struct. */
  private String path(Node node, String field) {
    List<String> steps =
        node instanceof SequenceNode list
            ? list.getValue().stream()
                .map(name -> yaml.asScalar(name, "a name in path").getValue())
                .toList()
            : ContractPath.split(yaml.asScalar(node, "path").getValue());
    if (steps.size() != 1 || steps.get(0).isEmpty() || ContractPath.index(steps.get(0)) >= 0) {
      throw yaml.error(
          node,
          "the path of field '"
              + field
              + "' is one name of the object that the struct is, in brackets where it has a dot, as path: [\"a.b\"]: write a struct for what lies within it");
    }
    return steps.get(0);
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
      return decimal(
          node,
          number(node, decimal.group(1)),
          number(node, decimal.group(2)),
          ColumnType.Decimal.Written.DECIMAL);
    }
    Matcher timestamp = TIMESTAMP.matcher(text);
    if (timestamp.matches()) {
      return new Timestamp(
          constant(node, UNITS, timestamp.group(1), Timestamp.Unit.DEFAULT),
          constant(node, FORMATS, timestamp.group(2), Timestamp.Format.ISO8601));
    }
    yaml.refuse(
        node,
        "unknown type '"
            + text
            + "'"
            + OtherTypes.meant(text)
                .map(meant -> "; did you mean " + meant + "? Types are ")
                .orElse("; types are ")
            + TYPES);
    return Scalar.STRING;
  }

  private ColumnType.Decimal decimal(YamlDocument.Fields fields) {
    ScalarNode precision = yaml.asScalar(fields.required("precision"), "precision");
    ScalarNode scale = yaml.asScalar(fields.required("scale"), "scale");
    ScalarNode written = yaml.asScalar(fields.required("written"), "written");
    fields.refuseOthers();
    return decimal(
        precision,
        wholeNumber(precision),
        wholeNumber(scale),
        constant(
            written,
            EnumSet.allOf(ColumnType.Decimal.Written.class),
            written.getValue(),
            ColumnType.Decimal.Written.DECIMAL));
  }

  private int wholeNumber(ScalarNode node) {
    if (!node.getValue().matches("\\d+")) {
      throw yaml.error(node, "'" + node.getValue() + "' is no whole number");
    }
    return number(node, node.getValue());
  }

  private ColumnType.Decimal decimal(
      Node node, int precision, int scale, ColumnType.Decimal.Written written) {
    if (precision < 1 || precision > ColumnType.Decimal.MAX_PRECISION || scale > precision) {
      throw yaml.error(
          node,
          "decimal("
              + precision
              + ","
              + scale
              + "): precision is 1 to 38 and scale 0 to precision");
    }
    return new ColumnType.Decimal(precision, scale, written);
  }

  private Timestamp timestamp(YamlDocument.Fields fields) {
    Timestamp.Unit unit =
        constant(
            fields.at,
            UNITS,
            fields.scalar("unit").map(ScalarNode::getValue).orElse(null),
            Timestamp.Unit.DEFAULT);
    Node list = fields.required("formats");
    List<TimeFormat> formats = new ArrayList<>();
    for (Node item : yaml.asSequence(list, "formats").getValue()) {
      formats.add(
          item instanceof ScalarNode name
              ? TimeFormat.of(constant(name, FORMATS, name.getValue(), Timestamp.Format.ISO8601))
              : pattern(yaml.fields(item, "a format").only(List.of("pattern", "zone"))));
    }
    if (formats.isEmpty()) {
      throw yaml.error(list, "formats is empty: name one at least, as iso8601");
    }
    fields.refuseOthers();
    return new Timestamp(unit, Timestamp.Format.LISTED, formats);
  }

  private TimeFormat pattern(YamlDocument.Fields fields) {
    ScalarNode pattern = yaml.asScalar(fields.required("pattern"), "pattern");
    Optional<ScalarNode> zone = fields.scalar("zone");
    fields.refuseOthers();
    TimeFormat format = new TimeFormat(null, pattern.getValue(), zone.map(yaml::zone).orElse(null));
    try {
      format.reader();
    } catch (IllegalArgumentException e) {
      throw yaml.error(
          pattern,
          "pattern '"
              + pattern.getValue()
              + "' is none of Java's DateTimeFormatter: "
              + e.getMessage());
    }
    if (format.hasOwnZone() == zone.isPresent()) {
      throw yaml.error(
          pattern,
          zone.isPresent()
              ? "pattern '" + pattern.getValue() + "' has a zone or an offset of its own: drop zone"
              : "pattern '"
                  + pattern.getValue()
                  + "' has neither zone nor offset: say whose clock it is, as zone: UTC");
    }
    return format;
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
