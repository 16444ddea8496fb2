package io.sluice.contract;

import io.sluice.contract.ColumnType.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A contract's columns, and where each stands. */
final class ColumnParser {
  private final YamlDocument yaml;
  private final Map<String, Integer> lines;
  private final TypeParser types;

  /**
   * @param lines gets those of columns and paths, as {@link ContractParser.Located} has them
   */
  ColumnParser(YamlDocument yaml, Map<String, Integer> lines) {
    this.yaml = yaml;
    this.lines = lines;
    this.types = new TypeParser(yaml);
  }

  List<Column> columns(Node node) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<List<String>, String> paths = new HashMap<>();
    Map<List<String>, String> within = new HashMap<>();
    for (Node item : yaml.asSequence(node, "columns").getValue()) {
      Column column = column(item);
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw yaml.error(
            item, "two columns are named '" + column.name() + "' (query engines ignore case)");
      }
      refuseSameValue(item, column, paths, within);
      lines.put("columns." + column.name(), YamlDocument.line(item));
      columns.add(column);
    }
    if (columns.isEmpty()) {
      throw yaml.error(node, "columns is empty: a table needs at least its event time");
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
      throw yaml.error(
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
    YamlDocument.Fields fields = yaml.fields(node, "a column");
    String name =
        fields.matching("name", ContractParser.NAME, "letters, digits and _, a letter first");
    if (name.equalsIgnoreCase("event_date")) {
      throw yaml.error(
          node, "column 'event_date' is made by Sluice from event_time: rename or drop it");
    }
    List<String> path = fields.optional("path").map(text -> path(text, name)).orElse(List.of(name));
    ColumnType type = types.type(fields.required("type"));
    boolean required = fields.flag("required", false);
    boolean dictionary = fields.flag("dictionary", true);
    boolean bloomFilter = fields.flag("bloom_filter", false);
    if (bloomFilter
        && (type instanceof ColumnType.ListOf
            || type instanceof ColumnType.StructOf
            || type == Scalar.BOOLEAN)) {
      throw yaml.error(
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
      list.getValue().forEach(name -> path.add(yaml.asScalar(name, "a name in path").getValue()));
    } else {
      ScalarNode text = yaml.asScalar(node, "path");
      path.addAll(ContractPath.split(text.getValue()));
      lines.put(ContractParser.pathKey(column), YamlDocument.line(node));
    }
    if (path.isEmpty() || path.contains("")) {
      String meant =
          ContractPath.doubt(String.join(".", path))
              .map(ContractPath.Doubt::fix)
              .orElse("path: a.b");
      throw yaml.error(
          node,
          "path '"
              + String.join(".", path)
              + "'"
              + " has an empty name: write names with a . between, as "
              + meant);
    }
    return path;
  }
}
