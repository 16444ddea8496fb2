package io.sluice.contract;

import io.sluice.FileFaults;
import io.sluice.UserException;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a {@link Contract} from YAML 1.2. What is wrong is refused with a {@link UserException}
 * that names file, line and error.
 */
public final class ContractParser {
  static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern DECIMAL =
      Pattern.compile("decimal\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");
  private static final Pattern TIMESTAMP =
      Pattern.compile("timestamp(?:\\(\\s*(\\w+)\\s*(?:,\\s*(\\w+)\\s*)?\\))?");
  private static final String TYPES =
      "string, boolean, int32, int64, float, double, decimal(p,s), date, timestamp(unit, format), bytes,"
          + " {list: type} or {struct: [fields]}";
  private static final int DEFAULT_MAX_BYTES = 1 << 20;
  private static final int DEFAULT_MAX_DEPTH = 32;
  private static final int GREATEST_MAX_BYTES = 1 << 28;
  private static final int GREATEST_MAX_DEPTH = 500;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_TYPES = 10_000;
  private static final int DEEPEST_TYPE = 32;

  /** Each level of a type is three of YAML. */
  private static final int DEEPEST = 4 * DEEPEST_TYPE;

  /**
   * A contract and where it stands.
   *
   * @param file what errors call the text
   * @param lines the lines, from 1 on, of the contract's keys, as {@code columns.NAME} of its
   *     columns, and as {@code columns.NAME.path} of paths that are one text
   */
  public record Located(Contract contract, String file, Map<String, Integer> lines) {
    public Located {
      lines = Map.copyOf(lines);
    }

    /** The line of a key or a column; the first where it is not there. */
    public int line(String key) {
      return lines.getOrDefault(key, 1);
    }
  }

  private final String file;
  private final Map<String, Integer> lines = new HashMap<>();
  private int types;

  private ContractParser(String file) {
    this.file = file;
  }

  /** The contract that is used where none is named: user actions. */
  public static Contract userActions() {
    return parse(resource("user-actions.yaml"), "user-actions.yaml");
  }

  /** The JSON Schema (draft 2020-12) of contracts, for editors. */
  public static String jsonSchema() {
    return ContractSchema.of(resource("contract.schema.json"));
  }

  private static String resource(String resource) {
    try (InputStream in =
        Objects.requireNonNull(ContractParser.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("reading the resource " + resource, e);
    }
  }

  /** Reads a file; one that cannot be read is a {@link UserException} too. */
  public static Contract read(Path file) {
    return readLocated(file).contract();
  }

  /** The same, with the lines. */
  public static Located readLocated(Path file) {
    if (Files.isDirectory(file)) {
      throw new UserException("contract " + file + ": a directory; name a YAML file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = in.readNBytes(MOST_BYTES + 1);
      if (text.length > MOST_BYTES) {
        throw new UserException(
            "contract " + file + ": larger than 1 MiB, which no contract is; name another file");
      }
      String yaml = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      return parseLocated(yaml, file.toString());
    } catch (NoSuchFileException e) {
      throw new UserException("contract " + file + ": no such file; name a YAML file", e);
    } catch (IOException e) {
      throw new UserException(
          "contract " + file + ": cannot be read: " + FileFaults.why(e) + "; name a YAML file", e);
    }
  }

  /**
   * @param file what errors call the text
   */
  public static Contract parse(String yaml, String file) {
    return parseLocated(yaml, file).contract();
  }

  /** The same, with the lines. */
  public static Located parseLocated(String yaml, String file) {
    ContractParser parser = new ContractParser(file);
    return new Located(parser.contract(yaml), file, parser.lines);
  }

  private Contract contract(String yaml) {
    Optional<Node> root;
    try {
      refuseDepth(yaml);
      root = new Compose(LoadSettings.builder().build()).composeString(yaml);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new UserException(file + ":" + line + ": not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new UserException(file + ":1: not YAML: " + firstLine(e), e);
    }
    if (root.isEmpty()) {
      throw new UserException(file + ":1: the contract is empty");
    }
    Fields fields = fields(root.get(), "the contract");
    fields.nodes.forEach((key, node) -> lines.put(key, line(node)));
    String version =
        fields.optional("version").isEmpty()
            ? "1"
            : fields.matching(
                "version", VERSION, "at most 64 letters, digits, ., _ and -: it names an object");
    String table =
        fields.matching("table", TABLE, "lower-case letters, digits and _, a letter first");
    String topic = fields.matching("topic", TOPIC, "a Kafka topic's name");
    FormatSpec format = format(fields.optional("format"));
    ZoneId zone = fields.scalar("zone").map(this::zone).orElse(ZoneOffset.UTC);
    Contract.UnknownFields unknown =
        fields.oneOf("unknown_fields", "ignore", Set.of("ignore", "dead_letter")).equals("ignore")
            ? Contract.UnknownFields.IGNORE
            : Contract.UnknownFields.DEAD_LETTER;
    int maxBytes = fields.integer("max_bytes", DEFAULT_MAX_BYTES, GREATEST_MAX_BYTES);
    int maxDepth = fields.integer("max_depth", DEFAULT_MAX_DEPTH, GREATEST_MAX_DEPTH);
    boolean positionColumns = fields.flag("position_columns", false);
    List<Column> columns = columns(fields.required("columns"));
    ScalarNode eventTime = asScalar(fields.required("event_time"), "event_time");
    int index = columns.stream().map(Column::name).toList().indexOf(eventTime.getValue());
    if (index < 0) {
      throw error(
          eventTime,
          "event_time names '"
              + eventTime.getValue()
              + "', which is not a column: name one of the columns");
    }
    Column column = columns.get(index);
    if (!(column.type() instanceof Timestamp) || !column.required()) {
      throw error(
          eventTime,
          "event_time must be a column of type timestamp with required: true, '"
              + column.name()
              + "' is not");
    }
    Optional<Node> functions = fields.optional("transform");
    Transform transform =
        functions.isPresent() ? transform(functions.get(), columns, column.name()) : Transform.NONE;
    fields.refuseOthers();
    return new Contract(
        version,
        table,
        topic,
        format,
        columns,
        index,
        zone,
        unknown,
        maxBytes,
        maxDepth,
        positionColumns,
        transform);
  }

  /** A name; or a mapping of the name and of the format's own keys. */
  private FormatSpec format(Optional<Node> node) {
    if (node.isEmpty()) {
      ContractFormat format = ContractFormat.named(ContractFormat.DEFAULT).orElseThrow();
      return new FormatSpec(format.name(), defaults(format.keys()));
    }
    boolean isName = node.get() instanceof ScalarNode;
    Fields keys =
        isName
            ? new Fields(node.get(), "format", Map.of("name", node.get()))
            : fields(node.get(), "format");
    ScalarNode name = asScalar(keys.required("name"), "format's name");
    ContractFormat format =
        ContractFormat.named(name.getValue())
            .orElseThrow(
                () ->
                    error(
                        name,
                        "format is one of "
                            + ContractFormat.all().stream()
                                .map(ContractFormat::name)
                                .collect(Collectors.joining(", "))
                            + ", not '"
                            + name.getValue()
                            + "'"));
    return new FormatSpec(format.name(), keyValues(keys, "format " + format.name(), format.keys()));
  }

  private static KeyValues defaults(List<KeySpec> keys) {
    Map<String, Object> values = new LinkedHashMap<>();
    keys.forEach(key -> values.put(key.name(), Objects.requireNonNull(key.fallback())));
    return new KeyValues(values);
  }

  private Transform transform(Node node, List<Column> decoded, String eventTime) {
    Map<String, FunctionSpec> known = Functions.all();
    List<Transform.Call> calls = new ArrayList<>();
    List<Column> columns = decoded;
    for (Node item : asSequence(node, "transform").getValue()) {
      Fields entry = fields(item, "an entry of transform");
      if (entry.nodes.size() != 1) {
        throw error(item, "an entry of transform is one function with its keys: - FUNCTION: {…}");
      }
      String name = entry.nodes.keySet().iterator().next();
      FunctionSpec function = known.get(name);
      if (function == null) {
        throw error(
            item,
            "no function is called '"
                + name
                + "'; on the class path "
                + (known.isEmpty() ? "there is none" : "are " + String.join(", ", known.keySet()))
                + ": add the jar that has it, or write another");
      }
      KeyValues keys = keyValues(entry.required(name), name, function.keys());
      try {
        columns = Functions.output(function, columns, keys, eventTime);
      } catch (IllegalArgumentException e) {
        throw error(item, name + " " + e.getMessage());
      }
      calls.add(new Transform.Call(name, keys));
    }
    return calls.isEmpty() ? Transform.NONE : new Transform(calls, columns);
  }

  /** What a section says for declared keys; nothing at all, as in {@code name:}, gives defaults. */
  private KeyValues keyValues(Node node, String what, List<KeySpec> keys) {
    boolean isEmpty = node instanceof ScalarNode scalar && scalar.getValue().isEmpty();
    return keyValues(isEmpty ? new Fields(node, what, Map.of()) : fields(node, what), what, keys);
  }

  private KeyValues keyValues(Fields fields, String what, List<KeySpec> keys) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (KeySpec key : keys) {
      Optional<Node> given = fields.optional(key.name());
      Object fallback = key.fallback();
      if (given.isPresent()) {
        values.put(key.name(), keyValue(given.get(), key));
      } else if (fallback != null) {
        values.put(key.name(), fallback);
      } else {
        throw error(
            fields.at,
            what + " has no '" + key.name() + "': write " + key.name() + ": " + key.example());
      }
    }
    fields.refuseOthers();
    return new KeyValues(values);
  }

  private Object keyValue(Node node, KeySpec key) {
    if (key.type() == KeySpec.Type.TEXTS) {
      return asSequence(node, key.name()).getValue().stream()
          .map(text -> asScalar(text, "an element of " + key.name()).getValue())
          .toList();
    }
    String text = asScalar(node, key.name()).getValue();
    return switch (key.type()) {
      case TEXT, TEXTS -> {
        if (!key.choices().isEmpty() && !key.choices().contains(text)) {
          throw error(
              node,
              key.name()
                  + " is one of "
                  + String.join(", ", key.choices())
                  + ", not '"
                  + text
                  + "'");
        }
        yield text;
      }
      case NUMBER -> {
        if (!text.matches("-?\\d{1,18}")) {
          throw error(node, key.name() + " is a whole number, not '" + text + "'");
        }
        yield Long.parseLong(text);
      }
      case FLAG -> {
        if (!text.equals("true") && !text.equals("false")) {
          throw error(node, key.name() + " is true or false, not '" + text + "'");
        }
        yield Boolean.parseBoolean(text);
      }
    };
  }

  /** The composer calls itself for each level. */
  private void refuseDepth(String yaml) {
    int depth = 0;
    for (Event event : new Parse(LoadSettings.builder().build()).parseString(yaml)) {
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        throw new UserException(
            file + ":" + line + ": nested deeper than " + DEEPEST + ", which no contract is");
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private List<Column> columns(Node node) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<List<String>, String> paths = new HashMap<>();
    Map<List<String>, String> within = new HashMap<>();
    for (Node item : asSequence(node, "columns").getValue()) {
      Column column = column(item);
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw error(
            item, "two columns are named '" + column.name() + "' (query engines ignore case)");
      }
      refuseSameValue(item, column, paths, within);
      lines.put("columns." + column.name(), line(item));
      columns.add(column);
    }
    if (columns.isEmpty()) {
      throw error(node, "columns is empty: a table needs at least its event time");
    }
    return columns;
  }

  /**
   * Refuses a column that reads what another reads, or a part of it.
   *
   * @param paths the columns so far, by their paths
   * @param within one of the columns so far, by each object that its path leads through
   */
  private void refuseSameValue(
      Node item, Column column, Map<List<String>, String> paths, Map<List<String>, String> within) {
    List<String> path = column.path();
    String other = paths.getOrDefault(path, within.get(path));
    for (int length = 1; length < path.size(); length++) {
      List<String> object = path.subList(0, length);
      other = other == null ? paths.get(object) : other;
      within.putIfAbsent(object, column.name());
    }
    if (other != null) {
      throw error(
          item,
          "columns '"
              + other
              + "' and '"
              + column.name()
              + "' read the same value; a value feeds one column");
    }
    paths.put(path, column.name());
  }

  private Column column(Node node) {
    Fields fields = fields(node, "a column");
    String name = fields.matching("name", NAME, "letters, digits and _, a letter first");
    if (name.equalsIgnoreCase("event_date")) {
      throw error(node, "column 'event_date' is made by Sluice from event_time: rename or drop it");
    }
    List<String> path = fields.optional("path").map(text -> path(text, name)).orElse(List.of(name));
    ColumnType type = type(fields.required("type"), 0);
    boolean required = fields.flag("required", false);
    boolean dictionary = fields.flag("dictionary", true);
    boolean bloomFilter = fields.flag("bloom_filter", false);
    if (bloomFilter
        && (type instanceof ColumnType.ListOf
            || type instanceof ColumnType.StructOf
            || type == Scalar.BOOLEAN)) {
      throw error(
          node,
          "bloom_filter serves columns of one value that are not boolean; drop it from '"
              + name
              + "'");
    }
    fields.refuseOthers();
    return new Column(name, path, type, required, dictionary, bloomFilter);
  }

  /** Names with a dot between; or a list, each of whose names stands for itself. */
  private List<String> path(Node node, String column) {
    List<String> path = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(name -> path.add(asScalar(name, "a name in path").getValue()));
    } else {
      ScalarNode text = asScalar(node, "path");
      path.addAll(ContractPath.split(text.getValue()));
      lines.put(pathKey(column), line(node));
    }
    if (path.isEmpty() || path.contains("")) {
      String meant =
          ContractPath.doubt(String.join(".", path))
              .map(ContractPath.Doubt::fix)
              .orElse("path: a.b");
      throw error(
          node,
          "path '"
              + String.join(".", path)
              + "'"
              + " has an empty name: write names with a . between, as "
              + meant);
    }
    return path;
  }

  /** Where a path that is written as one text stands in {@link Located#lines}. */
  static String pathKey(String column) {
    return "columns." + column + ".path";
  }

  private ColumnType type(Node node, int depth) {
    if (++types > MOST_TYPES || depth > DEEPEST_TYPE) {
      // An alias may stand for a node that it is in.
      throw error(
          node,
          "a type is nested deeper than "
              + DEEPEST_TYPE
              + ", or there are more than "
              + MOST_TYPES
              + ": write it without aliases that contain themselves");
    }
    if (node instanceof ScalarNode scalar) {
      return scalarType(scalar);
    }
    Fields fields = fields(node, "a type");
    Optional<Node> list = fields.optional("list");
    if (list.isPresent()) {
      fields.refuseOthers();
      return new ColumnType.ListOf(type(list.get(), depth + 1));
    }
    Node struct = fields.required("struct");
    fields.refuseOthers();
    List<ColumnType.Field> members = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node item : asSequence(struct, "struct").getValue()) {
      Fields field = fields(item, "a field");
      String name = field.matching("name", NAME, "letters, digits and _, a letter first");
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw error(item, "two fields are named '" + name + "' (query engines ignore case)");
      }
      members.add(
          new ColumnType.Field(
              name, type(field.required("type"), depth + 1), field.flag("required", false)));
      field.refuseOthers();
    }
    if (members.isEmpty()) {
      throw error(struct, "a struct needs at least one field");
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
        throw error(node, text + ": precision is 1 to 38 and scale 0 to precision");
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
    throw error(node, "unknown type '" + text + "'; types are " + TYPES);
  }

  private int number(Node node, String digits) {
    if (digits.length() > 9) {
      throw error(node, "'" + digits + "' is too large");
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
    throw error(
        node,
        "unknown "
            + fallback.getDeclaringClass().getSimpleName().toLowerCase(Locale.ROOT)
            + " '"
            + text
            + "': one of "
            + all);
  }

  private ZoneId zone(ScalarNode node) {
    try {
      return ZoneId.of(node.getValue());
    } catch (DateTimeException e) {
      throw error(node, "unknown zone '" + node.getValue() + "': a name as Europe/Berlin, or UTC");
    }
  }

  private Fields fields(Node node, String what) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, what + " must be a mapping of keys to values");
    }
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      ScalarNode key = asScalar(tuple.getKeyNode(), "a key");
      if (nodes.put(key.getValue(), tuple.getValueNode()) != null) {
        throw error(key, "key '" + key.getValue() + "' stands twice");
      }
    }
    return new Fields(node, what, nodes);
  }

  private ScalarNode asScalar(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return scalar;
    }
    throw error(node, what + " must be a single value");
  }

  private SequenceNode asSequence(Node node, String what) {
    if (node instanceof SequenceNode sequence) {
      return sequence;
    }
    throw error(node, what + " must be a list");
  }

  private UserException error(Node node, String message) {
    return new UserException(file + ":" + line(node) + ": " + message);
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The keys of a mapping, which are to be asked for one by one and nothing else. */
  private final class Fields {
    private final Node at;
    private final String what;
    private final Map<String, Node> nodes;
    private final Set<String> known = new HashSet<>();

    Fields(Node at, String what, Map<String, Node> nodes) {
      this.at = at;
      this.what = what;
      this.nodes = nodes;
    }

    Optional<Node> optional(String key) {
      known.add(key);
      return Optional.ofNullable(nodes.get(key));
    }

    Node required(String key) {
      return optional(key).orElseThrow(() -> error(at, what + " has no '" + key + "'"));
    }

    Optional<ScalarNode> scalar(String key) {
      return optional(key).map(node -> asScalar(node, key));
    }

    String matching(String key, Pattern pattern, String rule) {
      ScalarNode node = asScalar(required(key), key);
      if (!pattern.matcher(node.getValue()).matches()) {
        throw error(node, key + " '" + node.getValue() + "' must be " + rule);
      }
      return node.getValue();
    }

    String oneOf(String key, String fallback, Set<String> values) {
      Optional<ScalarNode> node = scalar(key);
      if (node.isPresent() && !values.contains(node.get().getValue())) {
        throw error(
            node.get(),
            key
                + " is one of "
                + String.join(", ", values.stream().sorted().toList())
                + ", not '"
                + node.get().getValue()
                + "'");
      }
      return node.map(ScalarNode::getValue).orElse(fallback);
    }

    boolean flag(String key, boolean fallback) {
      return oneOf(key, String.valueOf(fallback), Set.of("true", "false")).equals("true");
    }

    int integer(String key, int fallback, int greatest) {
      Optional<ScalarNode> node = scalar(key);
      if (node.isEmpty()) {
        return fallback;
      }
      String text = node.get().getValue();
      if (!text.matches("[1-9]\\d{0,8}") || Integer.parseInt(text) > greatest) {
        throw error(
            node.get(), key + " is a whole number from 1 to " + greatest + ", not '" + text + "'");
      }
      return Integer.parseInt(text);
    }

    void refuseOthers() {
      for (Map.Entry<String, Node> entry : nodes.entrySet()) {
        if (!known.contains(entry.getKey())) {
          throw error(
              entry.getValue(),
              "unknown key '"
                  + entry.getKey()
                  + "' in "
                  + what
                  + "; known are "
                  + String.join(", ", known.stream().sorted().toList()));
        }
      }
    }
  }
}
