package io.sluice.contract;

import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Reading.From;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What a column says of where its values come from. */
final class ReadingParser {
  private static final String HEADERS = "headers.";
  private static final Set<From> BARE =
      Set.of(
          From.VALUE,
          From.KEY,
          From.TOPIC,
          From.PARTITION,
          From.OFFSET,
          From.RECORD_TIME,
          From.ORDINAL);

  private final YamlDocument yaml;
  private final boolean keysHaveFormat;

  ReadingParser(YamlDocument yaml, boolean keysHaveFormat) {
    this.yaml = yaml;
    this.keysHaveFormat = keysHaveFormat;
  }

  Reading reading(YamlDocument.Fields fields, String column, ColumnType type) {
    Optional<Node> from = fields.optional("from");
    Reading bare = from.map(node -> from(node, column, type)).orElse(Reading.PLAIN);
    Optional<ScalarNode> fallback = fields.scalar("default");
    fallback.ifPresent(node -> requireLiteral(node, "default", column, type));
    List<String> nullValues = new ArrayList<>();
    Optional<Node> nulls = fields.optional("null_values");
    nulls.ifPresent(
        node ->
            yaml.asSequence(node, "null_values")
                .getValue()
                .forEach(
                    text ->
                        nullValues.add(
                            yaml.asScalar(text, "an element of null_values").getValue())));
    boolean coerces = fields.flag("coerce", false);
    if (coerces && !isCoerced(type)) {
      throw yaml.error(
          fields.at,
          "column '"
              + column
              + "' takes values of one kind alone: drop coerce, which is for strings, numbers, booleans and epochs");
    }
    Optional<Node> mask = fields.optional("mask");
    if (bare.from() == From.CONSTANT
        && (fallback.isPresent() || nulls.isPresent() || coerces || mask.isPresent())) {
      throw yaml.error(
          fields.at,
          "column '" + column + "' is a constant: drop default, null_values, coerce and mask");
    }
    return new Reading(
        bare.from(),
        bare.name(),
        fallback.map(ScalarNode::getValue).orElse(null),
        nullValues,
        coerces,
        mask.map(node -> mask(node, column, type)).orElse(null));
  }

  private Mask mask(Node node, String column, ColumnType type) {
    ColumnType one = type instanceof ColumnType.ListOf list ? list.element() : type;
    if (one != Scalar.STRING && one != Scalar.BYTES) {
      throw yaml.error(
          node,
          "column '"
              + column
              + "' has a mask, which is for a string, bytes or a list of these: with coerce: true a string takes numbers");
    }
    if (node instanceof ScalarNode name) {
      return switch (name.getValue()) {
        case "hash" -> Mask.of(Mask.Kind.HASH);
        case "redact" -> Mask.of(Mask.Kind.REDACT);
        default -> throw yaml.error(node, noMask("'" + name.getValue() + "'"));
      };
    }
    YamlDocument.Fields fields = yaml.fields(node, "mask");
    Optional<Node> hmac = fields.optional("hmac");
    int length = fields.integer("truncate", 0, 1_000_000);
    fields.refuseOthers();
    if (hmac.isPresent() == length > 0) {
      throw yaml.error(node, noMask("both or none of these"));
    }
    if (hmac.isEmpty()) {
      return new Mask(Mask.Kind.TRUNCATE, length, "", Mask.KeyIn.NOWHERE);
    }
    YamlDocument.Fields key = yaml.fields(hmac.get(), "hmac");
    Optional<ScalarNode> env = key.scalar("env");
    Optional<ScalarNode> file = key.scalar("file");
    key.refuseOthers();
    if (env.isPresent() == file.isPresent()) {
      throw yaml.error(
          hmac.get(),
          "hmac has {env: NAME} or {file: PATH}: where the key is, which no contract has");
    }
    return new Mask(
        Mask.Kind.HMAC,
        0,
        env.or(() -> file).orElseThrow().getValue(),
        env.isPresent() ? Mask.KeyIn.ENVIRONMENT : Mask.KeyIn.FILE);
  }

  private static String noMask(String found) {
    return "mask is hash, redact, {hmac: {env: NAME}}, {hmac: {file: PATH}} or {truncate: LENGTH}, not "
        + found;
  }

  private static boolean isCoerced(ColumnType type) {
    return type == Scalar.STRING
        || type == Scalar.BOOLEAN
        || type == Scalar.INT32
        || type == Scalar.INT64
        || type == Scalar.FLOAT
        || type == Scalar.DOUBLE
        || type instanceof Timestamp;
  }

  private Reading from(Node node, String column, ColumnType type) {
    if (!(node instanceof ScalarNode scalar)) {
      YamlDocument.Fields fields = yaml.fields(node, "from").only(List.of("constant"));
      ScalarNode constant = yaml.asScalar(fields.required("constant"), "constant");
      fields.refuseOthers();
      requireLiteral(constant, "constant", column, type);
      return Reading.of(From.CONSTANT, constant.getValue());
    }
    String text = scalar.getValue();
    if (text.startsWith(HEADERS) && text.length() > HEADERS.length()) {
      requireType(node, text, column, isOfBytes(type), "of one value that is a text or bytes");
      return Reading.of(From.HEADER, text.substring(HEADERS.length()));
    }
    From from =
        BARE.stream()
            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    yaml.error(
                        node,
                        "from is one of "
                            + Stream.concat(
                                    BARE.stream().map(one -> one.name().toLowerCase(Locale.ROOT)),
                                    Stream.of("headers.NAME", "{constant: VALUE}"))
                                .sorted()
                                .collect(Collectors.joining(", "))
                            + ", not '"
                            + text
                            + "'"));
    switch (from) {
      case KEY -> {
        if (!keysHaveFormat) {
          requireType(
              node,
              text,
              column,
              isOfBytes(type),
              "of one value that is a text or bytes, or keys have a key_format");
        }
      }
      case TOPIC -> requireType(node, text, column, type == Scalar.STRING, "a string");
      case PARTITION, ORDINAL ->
          requireType(
              node, text, column, type == Scalar.INT32 || type == Scalar.INT64, "int32 or int64");
      case OFFSET -> requireType(node, text, column, type == Scalar.INT64, "int64");
      case RECORD_TIME -> requireType(node, text, column, type instanceof Timestamp, "a timestamp");
      case VALUE, HEADER, CONSTANT -> {}
    }
    return Reading.of(from, "");
  }

  private void requireType(Node node, String from, String column, boolean fits, String types) {
    if (!fits) {
      throw yaml.error(node, "column '" + column + "' from " + from + " has to be " + types);
    }
  }

  private static boolean isOfBytes(ColumnType type) {
    return type instanceof Scalar && type != Scalar.JSON
        || type instanceof ColumnType.Decimal
        || type instanceof Timestamp;
  }

  private void requireLiteral(ScalarNode node, String key, String column, ColumnType type) {
    String expected = Literals.fault(type, node.getValue());
    if (expected != null) {
      throw yaml.error(
          node, key + " '" + node.getValue() + "' of column '" + column + "' is not " + expected);
    }
  }
}
