package io.sluice.contract;

import io.sluice.FileFaults;
import io.sluice.UserException;
import io.sluice.contract.ColumnType.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads a {@link Contract} from YAML 1.2. What is wrong is refused with a {@link UserException}
 * that names file, line and error.
 */
public final class ContractParser {
  static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern ANY_TABLE =
      Pattern.compile(TABLE.pattern() + "|" + Family.TABLE.pattern());
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final List<String> KEYS =
      List.of(
          "version",
          "table",
          "source",
          "format",
          "event_time",
          "zone",
          "unknown_fields",
          "max_bytes",
          "max_depth",
          "when",
          "skip",
          "explode",
          "key_format",
          "dead_letters",
          "position_columns",
          "columns",
          "transform");

  /** What a run records beside them, and nobody writes by hand. */
  private static final Set<String> RECORDED_KEYS = Set.of("unless", "unrouted", "hides_others");

  /** Of a contract's file. */
  public static final int MOST_BYTES = 1 << 20;

  private static final int DEFAULT_MAX_BYTES = 1 << 20;
  private static final int DEFAULT_MAX_DEPTH = 32;
  private static final int GREATEST_MAX_BYTES = 1 << 28;

  /**
   * A contract and where it stands.
   *
   * @param file what errors call the text
   * @param lines the lines, from 1 on, of the contract's keys, as {@code columns.NAME} of its
   *     columns, as {@code columns.NAME.paths} of their paths, and as {@code columns.NAME.path} of
   *     paths that are one text
   */
  public record Located(Contract contract, String file, Map<String, Integer> lines) {
    public Located {
      lines = Map.copyOf(lines);
    }

    /** The line of a key or a column; the first where it is not there. */
    public int line(String key) {
      return lines.getOrDefault(key, 1);
    }

    /** The same file's contract as it is used, such as beside others of its topic. */
    public Located with(Contract other) {
      return new Located(other, file, lines);
    }

    /** What is refused of it, with the file in front, and with the line where that is known. */
    public UserException refusal(UserException e) {
      Integer line = e instanceof ContractException refused ? lines.get(refused.key()) : null;
      return new UserException(file + (line == null ? "" : ":" + line) + ": " + e.getMessage(), e);
    }
  }

  private final YamlDocument document;
  private final Map<String, Integer> lines = new HashMap<>();

  private ContractParser(String file) {
    this.document = new YamlDocument(file);
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
    return new Located(parser.whole(yaml), file, parser.lines);
  }

  /** All that can be refused at once is, and not the first of it alone. */
  private Contract whole(String yaml) {
    Contract contract;
    try {
      contract = contract(yaml);
    } catch (UserException e) {
      throw document.refused().orElse(e);
    }
    Optional<UserException> refused = document.refused();
    if (refused.isPresent()) {
      throw refused.get();
    }
    return contract;
  }

  private Contract contract(String yaml) {
    YamlDocument.Fields fields =
        document
            .fields(document.root(yaml), "the contract")
            .only(PlugInParser.beside(KEYS), RECORDED_KEYS);
    fields.nodes.forEach((key, node) -> lines.put(key, YamlDocument.line(node)));
    String version =
        fields.optional("version").isEmpty()
            ? "1"
            : fields.matching(
                "version", VERSION, "at most 64 letters, digits, ., _ and -: it names an object");
    String table =
        fields.matching("table", ANY_TABLE, "lower-case letters, digits and _, a letter first");
    PlugInParser plugIns = new PlugInParser(document);
    Plugged source = plugIns.source(fields);
    requirePlace(fields, source, table);
    Plugged format = plugIns.format(fields);
    ZoneId zone = fields.scalar("zone").map(document::zone).orElse(ZoneOffset.UTC);
    Contract.UnknownFields unknown =
        fields.oneOf("unknown_fields", "ignore", Set.of("ignore", "dead_letter")).equals("ignore")
            ? Contract.UnknownFields.IGNORE
            : Contract.UnknownFields.DEAD_LETTER;
    int maxBytes = fields.integer("max_bytes", DEFAULT_MAX_BYTES, GREATEST_MAX_BYTES);
    int maxDepth = fields.integer("max_depth", DEFAULT_MAX_DEPTH, Contract.GREATEST_MAX_DEPTH);
    boolean positionColumns = fields.flag("position_columns", false);
    boolean keysHaveFormat = fields.optional("key_format").isPresent();
    List<Column> columns =
        new ColumnParser(document, keysHaveFormat, lines)
            .columns(fields.required("columns"), IntakeParser.explode(document, fields));
    addRecordTime(fields, columns);
    int eventTime = eventTime(fields, columns);
    Optional<Node> functions = fields.optional("transform");
    Transform transform =
        functions.isPresent()
            ? plugIns.transform(functions.get(), columns, columns.get(eventTime).name())
            : Transform.NONE;
    Intake intake = new IntakeParser(document, plugIns).intake(fields, columns);
    fields.refuseOthers();
    Contract contract =
        new Contract(
            version,
            table,
            source,
            format,
            columns,
            eventTime,
            zone,
            unknown,
            maxBytes,
            maxDepth,
            positionColumns,
            transform,
            intake);
    requireRows(fields, contract);
    return contract;
  }

  /** Where the source is a rule for names, the table has a place for what each is called. */
  private void requirePlace(YamlDocument.Fields fields, Plugged source, String table) {
    Optional<Family> family;
    try {
      family = Family.of(source);
    } catch (IllegalArgumentException e) {
      throw document.error(PlugInParser.sourceAt(fields), String.valueOf(e.getMessage()));
    }
    boolean hasPlace = Family.TABLE.matcher(table).matches();
    if (family.isPresent() && !hasPlace) {
      throw document.error(
          fields.required("table"),
          "table '"
              + table
              + "' is of each that fits "
              + family.get().rule()
              + ", and each has a table of its own: write {topic} in it where the name is to stand,"
              + " as in "
              + table
              + "_{topic}");
    }
    if (family.isEmpty() && hasPlace) {
      throw document.error(
          fields.required("table"),
          "table '" + table + "' has {topic} in it, and the contract is for one: write its name");
    }
  }

  /** Rows of one record are of one date, and what numbers them is there where they are several. */
  private void requireRows(YamlDocument.Fields fields, Contract contract) {
    Optional<Node> explode = fields.optional("explode");
    Column eventTime = contract.columns().get(contract.eventTime());
    if (explode.isPresent() && contract.isOfElement(eventTime)) {
      throw document.error(
          explode.get(),
          "the event time '"
              + eventTime.name()
              + "' is of an element of the list that explode names: rows of one record are of one date, so it has to be of the record, or event_time: record_time");
    }
    for (Column column : contract.columns()) {
      if (explode.isEmpty() && column.reading().from() == Reading.From.ORDINAL) {
        throw document.error(
            fields.at,
            "column '" + column.name() + "' is from ordinal, and the contract has no explode");
      }
    }
  }

  /**
   * {@code event_time: record_time} without a column of that name is for records that have no time
   * of their own.
   */
  private void addRecordTime(YamlDocument.Fields fields, List<Column> columns) {
    String name = document.asScalar(fields.required("event_time"), "event_time").getValue();
    if (name.equals(RECORD_TIME)
        && columns.stream().noneMatch(column -> column.name().equalsIgnoreCase(name))) {
      columns.add(
          new Column(
              name,
              List.of(name),
              new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601),
              true,
              true,
              false,
              Reading.of(Reading.From.RECORD_TIME, "")));
    }
  }

  /** The index of the column that is the event time. */
  private int eventTime(YamlDocument.Fields fields, List<Column> columns) {
    ScalarNode eventTime = document.asScalar(fields.required("event_time"), "event_time");
    int index = columns.stream().map(Column::name).toList().indexOf(eventTime.getValue());
    if (index < 0) {
      throw document.error(
          eventTime,
          "event_time names '"
              + eventTime.getValue()
              + "', which is not a column: name one of the columns");
    }
    Column column = columns.get(index);
    if (!(column.type() instanceof Timestamp) || !column.required()) {
      throw document.error(
          eventTime,
          "event_time must be a column of type timestamp with required: true, '"
              + column.name()
              + "' is not");
    }
    return index;
  }

  private static final String RECORD_TIME = "record_time";

  /** Where a column stands in {@link Located#lines}. */
  static String columnKey(String column) {
    return "columns." + column;
  }

  /** Where a path that is written as one text stands in {@link Located#lines}. */
  static String pathKey(String column) {
    return columnKey(column) + ".path";
  }

  /** Where a path stands there, however it is written. */
  static String pathsKey(String column) {
    return columnKey(column) + ".paths";
  }
}
