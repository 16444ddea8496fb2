package io.sluice.contract;

import io.sluice.contract.ColumnType.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A contract's columns, and where each stands. */
final class ColumnParser {
  private static final List<String> KEYS =
      List.of(
          "name",
          "path",
          "type",
          "required",
          "dictionary",
          "bloom_filter",
          "from",
          "default",
          "null_values",
          "coerce",
          "mask");

  private final YamlDocument yaml;
  private final Map<String, Integer> lines;
  private final TypeParser types;
  private final boolean keysHaveFormat;

  /**
   * @param keysHaveFormat whether columns read parts of keys
   * @param lines gets those of columns and paths, as {@link ContractParser.Located} has them
   */
  ColumnParser(YamlDocument yaml, boolean keysHaveFormat, Map<String, Integer> lines) {
    this.yaml = yaml;
    this.keysHaveFormat = keysHaveFormat;
    this.lines = lines;
    this.types = new TypeParser(yaml);
  }

  /**
   * @param explode the path of the list of which each element is a row; empty where a record is one
   */
  List<Column> columns(Node node, List<String> explode) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<Node> items = yaml.asSequence(node, "columns").getValue();
    for (Node item : items) {
      Optional<Column> read = yaml.beside(() -> column(item));
      if (read.isEmpty()) {
        continue;
      }
      Column column = read.get();
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        yaml.refuse(
            item, "two columns are named '" + column.name() + "' (query engines ignore case)");
        continue;
      }
      lines.put(ContractParser.columnKey(column.name()), YamlDocument.line(item));
      columns.add(column);
    }
    if (columns.size() < items.size()) {
      // What is said of columns together holds of all of them.
      throw yaml.refused().orElseThrow();
    }
    for (Column column : columns) {
      refusePartsOf(column, columns, items);
    }
    refuseListsThatAreObjects(columns, items, explode);
    if (columns.isEmpty()) {
      throw yaml.error(node, "columns is empty: a table needs at least its event time");
    }
    return columns;
  }

  /** Refuses a column that reads a part of what another takes for a value without parts. */
  private void refusePartsOf(Column whole, List<Column> columns, List<Node> items) {
    List<String> path = whole.path();
    for (int i = 0; i < columns.size(); i++) {
      Column part = columns.get(i);
      boolean isPart =
          whole.reading().hasPath(keysHaveFormat)
              && part.reading().from() == whole.reading().from()
              && part.path().size() > path.size()
              && part.path().subList(0, path.size()).equals(path);
      if (!isPart) {
        continue;
      }
      if (part.reading().mask() != null) {
        throw yaml.error(
            items.get(i),
            "column '"
                + part.name()
                + "' is masked, and column '"
                + whole.name()
                + "' has its value in the clear: drop one of them");
      }
      if (whole.type() == Scalar.JSON) {
        continue;
      }
      boolean hasThem =
          ContractPath.index(part.path().get(path.size())) >= 0
              ? whole.type() instanceof ColumnType.ListOf
              : whole.type() instanceof ColumnType.MapOf
                  || whole.type() instanceof ColumnType.StructOf;
      if (!hasThem) {
        throw yaml.error(
            items.get(i),
            "column '"
                + part.name()
                + "' reads a part of the value of column '"
                + whole.name()
                + "', whose type has no such part: no record could have both");
      }
    }
  }

  /** Refuses two columns of which one needs a list where the other needs an object. */
  private void refuseListsThatAreObjects(
      List<Column> columns, List<Node> items, List<String> explode) {
    Map<List<String>, Column> lists = new HashMap<>();
    Map<List<String>, Column> objects = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (!column.reading().isOfValue()) {
        continue;
      }
      for (int length = 1; length < column.path().size(); length++) {
        List<String> container = column.path().subList(0, length);
        boolean isList = ContractPath.index(column.path().get(length)) >= 0;
        Column other = (isList ? objects : lists).get(container);
        if (other != null && container.equals(explode)) {
          Column byIndex = isList ? column : other;
          List<String> inElement = new ArrayList<>(byIndex.path());
          inElement.remove(container.size());
          throw yaml.error(
              items.get(isList ? i : columns.indexOf(other)),
              "column '"
                  + byIndex.name()
                  + "' has an index into '"
                  + ContractPath.joined(container)
                  + "', the list that explode makes rows of: in such a contract a path leads into the"
                  + " row's own element, so that no index of the list is to be had. Write '"
                  + ContractPath.joined(inElement)
                  + "' with a column from: ordinal, by which a query takes the element; or drop"
                  + " explode");
        }
        if (other != null) {
          throw yaml.error(
              items.get(i),
              "columns '"
                  + other.name()
                  + "' and '"
                  + column.name()
                  + "' need an object and a list at '"
                  + ContractPath.joined(container)
                  + "': no record could have both");
        }
        (isList ? lists : objects).put(container, column);
      }
    }
  }

  private Column column(Node node) {
    YamlDocument.Fields fields = yaml.fields(node, "a column").only(KEYS);
    String name =
        fields.matching("name", ContractParser.NAME, "letters, digits and _, a letter first");
    if (name.equalsIgnoreCase("event_date")) {
      throw yaml.error(
          node, "column 'event_date' is made by Sluice from event_time: rename or drop it");
    }
    ReadingParser readings = new ReadingParser(yaml, keysHaveFormat);
    Optional<Node> given = fields.optional("path");
    List<String> path = given.map(text -> path(text, name)).orElse(List.of(name));
    ColumnType type = types.type(fields.required("type"));
    Reading reading = readings.reading(fields, name, type);
    if (given.isPresent() && !reading.isOfValue() && !(reading.isOfKey() && keysHaveFormat)) {
      throw yaml.error(
          given.get(), "column '" + name + "' is not read from the value: drop path, or drop from");
    }
    boolean required = fields.flag("required", false);
    boolean dictionary = fields.flag("dictionary", true);
    boolean bloomFilter = fields.flag("bloom_filter", false);
    if (bloomFilter
        && (type instanceof ColumnType.ListOf
            || type instanceof ColumnType.StructOf
            || type instanceof ColumnType.MapOf
            || type == Scalar.BOOLEAN)) {
      throw yaml.error(
          node,
          "bloom_filter serves columns of one value that are not boolean; drop it from '"
              + name
              + "'");
    }
    fields.refuseOthers();
    return new Column(name, path, type, required, dictionary, bloomFilter, reading);
  }

  private List<String> path(Node node, String column) {
    lines.put(ContractParser.pathsKey(column), YamlDocument.line(node));
    if (node instanceof ScalarNode) {
      lines.put(ContractParser.pathKey(column), YamlDocument.line(node));
    }
    return new PathParser(yaml).path(node, "column '" + column + "'");
  }
}
