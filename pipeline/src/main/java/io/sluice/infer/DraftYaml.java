package io.sluice.infer;

import io.sluice.contract.ContractFormat;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractPath;
import io.sluice.contract.ReservedWords;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A draft as it is written to a file: a contract with comments on its event time and its columns.
 */
final class DraftYaml {
  /** With what each draft begins, for editors. */
  static final String FIRST_LINE = "# yaml-language-server: $schema=contract.schema.json\n";

  private final String table;
  private final String topic;
  private final String format;
  private final String eventTime;
  private final String reason;

  /**
   * @param table null to take it from the topic's name
   * @param format what stands behind {@code format:}
   * @param eventTime the name of its column, or {@link ColumnNames#RECORD_TIME}
   * @param reason why the event time is this one
   */
  DraftYaml(@Nullable String table, String topic, String format, String eventTime, String reason) {
    this.table = table == null ? table(topic) : table;
    this.topic = topic;
    this.format = format;
    this.eventTime = eventTime;
    this.reason = reason;
  }

  private static String table(String topic) {
    String name = ContractLint.snakeCase(topic);
    String letters = name.matches("[a-z].*") ? name : "t_" + name;
    return ReservedWords.contains(letters) ? letters + "_events" : letters;
  }

  /**
   * The contract.
   *
   * @param leftOut what no column has, and why
   */
  String contract(List<DraftColumn> columns, List<String> leftOut) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("version: 1\n");
    yaml.append("table: ").append(table).append('\n');
    yaml.append("topic: ").append(Quoted.yaml(topic)).append('\n');
    if (!format.equals(ContractFormat.DEFAULT)) {
      yaml.append("format: ").append(format).append('\n');
    }
    yaml.append(comment("", reason + ".")).append("event_time: ").append(eventTime).append('\n');
    yaml.append("unknown_fields: ignore\n");
    yaml.append("columns:\n");
    for (DraftColumn column : columns) {
      if (!column.words().isEmpty()) {
        yaml.append(comment("  ", column.words()));
      }
      yaml.append("  - {").append(keys(column)).append("}\n");
    }
    if (!leftOut.isEmpty()) {
      yaml.append("# Not in it:\n");
      leftOut.forEach(left -> yaml.append(comment("", "  " + left)));
    }
    return yaml.toString();
  }

  /** A line that is a comment, which ends where the line does. */
  static String comment(String indent, String text) {
    return indent + "# " + text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?") + "\n";
  }

  private static String keys(DraftColumn column) {
    StringBuilder keys = new StringBuilder("name: ").append(column.name());
    if (!column.path().equals(List.of(column.name()))) {
      keys.append(", path: ")
          .append(
              ContractPath.isPlain(column.path())
                  ? Quoted.yaml(String.join(".", column.path()))
                  : column.path().stream()
                      .map(Quoted::yaml)
                      .collect(Collectors.joining(", ", "[", "]")));
    }
    keys.append(", type: ").append(ContractJson.quoted(column.type()));
    if (column.required()) {
      keys.append(", required: true");
    }
    if (!column.dictionary()) {
      keys.append(", dictionary: false");
    }
    return keys.toString();
  }
}
