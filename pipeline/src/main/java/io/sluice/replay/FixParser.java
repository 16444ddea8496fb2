package io.sluice.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.FileFaults;
import io.sluice.Suggestions;
import io.sluice.UserException;
import io.sluice.deadletter.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads {@link Fixes} from YAML 1.2: a list of rules. What is wrong is refused with a {@link
 * UserException} that names file, line and error.
 */
public final class FixParser {
  private static final List<String> OPERATIONS =
      List.of("strip_bom", "strip_prefix", "rename", "default", "time_format", "cast");

  private static final Pattern LETTER_PATH =
      Pattern.compile("[^.\\[\\]]+(\\[(\\d+|\\*)])*(\\.[^.\\[\\]]+(\\[(\\d+|\\*)])*)*");

  private final String file;

  private FixParser(String file) {
    this.file = file;
  }

  /** Reads a file; one that cannot be read is a {@link UserException} too. */
  public static Fixes read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UserException("fix " + file + ": no such file; name a YAML file with --fix", e);
    } catch (IOException e) {
      throw new UserException("fix " + file + ": cannot be read: " + FileFaults.why(e), e);
    }
    return parse(bytes, file.toString());
  }

  /**
   * @param file what errors call the text
   */
  public static Fixes parse(byte[] yaml, String file) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(yaml)).toString();
      String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(yaml));
      return new Fixes(new FixParser(file).rules(text), sha256);
    } catch (CharacterCodingException e) {
      throw new UserException(file + ":1: not UTF-8 text", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private List<Fixes.Rule> rules(String yaml) {
    Optional<Node> root;
    try {
      root = new Compose(LoadSettings.builder().build()).composeString(yaml);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new UserException(file + ":" + line + ": not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new UserException(file + ":1: not YAML: " + e.getMessage(), e);
    }
    if (root.isEmpty()) {
      throw new UserException(file + ":1: no rules: write a list of them");
    }
    if (!(root.get() instanceof SequenceNode list) || list.getValue().isEmpty()) {
      throw error(root.get(), "the file must be a list of rules, each a - with its keys");
    }
    List<Fixes.Rule> rules = new ArrayList<>();
    for (Node node : list.getValue()) {
      rules.add(rule(node));
    }
    return rules;
  }

  private Fixes.Rule rule(Node node) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    String path = null;
    List<Fix> fixes = new ArrayList<>();
    for (Map.Entry<String, Node> entry : mapping(node, "a rule").entrySet()) {
      Node value = entry.getValue();
      switch (entry.getKey()) {
        case "reasons" -> reasons.addAll(reasons(value));
        case "where" -> path = letterPath(required(keys(value, "where", "path"), "path"));
        case "strip_bom" -> {
          if (!text(value, "strip_bom").equals("true")) {
            throw error(value, "strip_bom is true, or left out");
          }
          fixes.add(Fix.StripPrefix.BYTE_ORDER_MARK);
        }
        case "strip_prefix" -> fixes.add(new Fix.StripPrefix(prefix(value)));
        case "rename" -> fixes.add(rename(value));
        case "default" -> {
          Map<String, Node> keys = keys(value, "default", "path", "value");
          fixes.add(new Fix.Default(path(keys), scalar(keys.get("value"))));
        }
        case "time_format" -> fixes.add(timeFormat(value));
        case "cast" -> fixes.add(cast(value));
        default ->
            throw error(
                value,
                Suggestions.unknownKey(
                    entry.getKey(),
                    "a rule",
                    Stream.concat(Stream.of("reasons", "where"), OPERATIONS.stream()).toList()));
      }
    }
    if (fixes.isEmpty()) {
      throw error(node, "a rule without a fix: add one of " + String.join(", ", OPERATIONS));
    }
    return new Fixes.Rule(reasons, path, List.copyOf(fixes));
  }

  private Set<Reason> reasons(Node node) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    List<Node> nodes = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    for (Node one : nodes) {
      String name = text(one, "reasons");
      try {
        reasons.add(Reason.valueOf(name));
      } catch (IllegalArgumentException e) {
        throw error(
            one,
            "unknown reason '"
                + name
                + "': one of "
                + Arrays.stream(Reason.values()).map(Enum::name).collect(Collectors.joining(", ")));
      }
    }
    if (reasons.isEmpty()) {
      throw error(node, "reasons is empty: name some, or drop it for all");
    }
    return reasons;
  }

  /** A path as dead letters name it; empty for those that name none. */
  private String letterPath(Node node) {
    String path = text(node, "path");
    if (!path.isEmpty() && !LETTER_PATH.matcher(path).matches()) {
      throw error(
          node,
          "where: path '"
              + path
              + "': the path of dead letters, names with a . between, with [0] or [*] behind the name of an array");
    }
    return path;
  }

  private byte[] prefix(Node node) {
    byte[] prefix;
    if (node instanceof MappingNode) {
      Node hex = required(keys(node, "strip_prefix", "hex"), "hex");
      try {
        prefix = HexFormat.of().parseHex(text(hex, "hex").replace(" ", ""));
      } catch (IllegalArgumentException e) {
        throw error(hex, "hex: pairs of hexadecimal digits, as \"00 00 00 00 2A\"");
      }
    } else {
      prefix = text(node, "strip_prefix").getBytes(StandardCharsets.UTF_8);
    }
    if (prefix.length == 0) {
      throw error(node, "strip_prefix is empty: text, or {hex: \"00 00 00 00 2A\"}");
    }
    return prefix;
  }

  private Fix rename(Node node) {
    Map<String, Node> keys = keys(node, "rename", "from", "to");
    FieldPath from = path(keys, "from");
    FieldPath to = path(keys, "to");
    if (from.hasArrays() || to.hasArrays()) {
      throw error(node, "rename goes through objects only: no [*] in its paths");
    }
    if (from.equals(to)) {
      throw error(node, "rename: from and to are the same");
    }
    if (from.isWithin(to)) {
      // The object is there, so there is never room for the value.
      throw error(node, "rename: to is an object that from leads through: name a free place");
    }
    return new Fix.Rename(from, to);
  }

  private Fix timeFormat(Node node) {
    Map<String, Node> keys = keys(node, "time_format", "path", "format", "zone?");
    Node format = required(keys, "format");
    Node zone = keys.get("zone");
    return new Fix.TimeFormat(
        path(keys),
        pattern(format, text(format, "format")),
        zone == null ? ZoneOffset.UTC : zone(zone));
  }

  private Fix.TimePattern pattern(Node node, String format) {
    switch (format) {
      case "epoch_s":
        return Fix.TimePattern.epoch(1);
      case "epoch_ms":
        return Fix.TimePattern.epoch(1_000);
      case "epoch_us":
        return Fix.TimePattern.epoch(1_000_000);
      default:
        break;
    }
    try {
      DateTimeFormatterBuilder builder =
          new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(format);
      if (format.contains("y") && !format.contains("G")) {
        // Strictly, a year "yyyy" is one of an era.
        builder.parseDefaulting(ChronoField.ERA, 1);
      }
      DateTimeFormatter formatter =
          builder.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
      return Fix.TimePattern.of(formatter);
    } catch (IllegalArgumentException e) {
      throw error(
          node,
          "format '"
              + format
              + "': "
              + e.getMessage()
              + "; a pattern of java.time as \"dd.MM.yyyy HH:mm:ss\", or epoch_s, epoch_ms, epoch_us");
    }
  }

  private ZoneId zone(Node node) {
    try {
      return ZoneId.of(text(node, "zone"));
    } catch (DateTimeException e) {
      throw error(node, Suggestions.unknownZone(text(node, "zone")));
    }
  }

  private Fix cast(Node node) {
    Map<String, Node> keys = keys(node, "cast", "path", "to");
    String to = text(keys, "to");
    for (Fix.Cast.To type : Fix.Cast.To.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(to)) {
        return new Fix.Cast(path(keys), type);
      }
    }
    throw error(
        required(keys, "to"),
        "cast to '"
            + to
            + "': one of "
            + Arrays.stream(Fix.Cast.To.values())
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  private JsonNode scalar(@Nullable Node node) {
    if (node instanceof ScalarNode scalar) {
      String text = scalar.getValue();
      if (scalar.getTag().equals(Tag.BOOL)) {
        return BooleanNode.valueOf(text.equalsIgnoreCase("true"));
      }
      if ((scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))
          && Fix.Cast.NUMBER.matcher(text).matches()) {
        return JsonDocument.number(text);
      }
      if (scalar.getTag().equals(Tag.STR)) {
        return TextNode.valueOf(text);
      }
    }
    throw error(
        java.util.Objects.requireNonNull(node),
        "value is a string, a number as JSON writes it, true or false");
  }

  private FieldPath path(Map<String, Node> keys) {
    return path(keys, "path");
  }

  private FieldPath path(Map<String, Node> keys, String key) {
    // As in a contract, each name of a list stands for itself.
    if (required(keys, key) instanceof SequenceNode names && !names.getValue().isEmpty()) {
      return new FieldPath(
          names.getValue().stream()
              .map(name -> new FieldPath.Step(text(name, "a name in " + key), false))
              .toList());
    }
    try {
      return FieldPath.parse(text(keys, key));
    } catch (IllegalArgumentException e) {
      throw error(required(keys, key), String.valueOf(e.getMessage()));
    }
  }

  /** The keys of an operation, all of which are to be there but those with a question mark. */
  private Map<String, Node> keys(Node node, String what, String... names) {
    Map<String, Node> keys = mapping(node, what);
    List<String> known = Arrays.stream(names).map(name -> name.replace("?", "")).toList();
    for (Map.Entry<String, Node> entry : keys.entrySet()) {
      if (!known.contains(entry.getKey())) {
        throw error(entry.getValue(), Suggestions.unknownKey(entry.getKey(), what, known));
      }
    }
    for (String name : names) {
      if (!name.endsWith("?") && !keys.containsKey(name)) {
        throw error(node, what + " has no '" + name + "'");
      }
    }
    return keys;
  }

  private Map<String, Node> mapping(Node node, String what) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, what + " must be a mapping of keys to values");
    }
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = text(tuple.getKeyNode(), "a key");
      if (nodes.put(key, tuple.getValueNode()) != null) {
        throw error(
            tuple.getKeyNode(),
            "key '" + key + "' stands twice: write two rules, which apply one after the other");
      }
    }
    return nodes;
  }

  private static Node required(Map<String, Node> keys, String key) {
    return java.util.Objects.requireNonNull(keys.get(key));
  }

  private String text(Map<String, Node> keys, String key) {
    return text(required(keys, key), key);
  }

  private String text(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw error(node, what + " must be a single value");
  }

  private UserException error(Node node, String message) {
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    return new UserException(file + ":" + line + ": " + message);
  }
}
