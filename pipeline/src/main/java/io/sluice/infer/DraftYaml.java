package io.sluice.infer;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ContractFormat;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractPath;
import io.sluice.contract.ReservedWords;
import io.sluice.source.Sample;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A draft as it is written to a file: a contract with a comment on each column. */
final class DraftYaml {
  /** A dictionary of more values than this share of the rows is thrown away by the writer. */
  private static final double NEARLY_UNIQUE = 0.8;

  private static final int FEWEST_FOR_UNIQUE = 100;

  private final Sample sample;
  private final String table;
  private final String format;
  private final InferredColumns columns;
  private final InferredColumn eventTime;
  private final String reason;
  private final int documents;

  /**
   * @param table null to take it from the topic's name
   * @param format what stands behind {@code format:}
   * @param reason why the event time is this one
   * @param documents from how many the columns were inferred
   */
  DraftYaml(
      Sample sample,
      @Nullable String table,
      String format,
      InferredColumns columns,
      InferredColumn eventTime,
      String reason,
      int documents) {
    this.sample = sample;
    this.table = table == null ? table(sample.topic()) : table;
    this.format = format;
    this.columns = columns;
    this.eventTime = eventTime;
    this.reason = reason;
    this.documents = documents;
  }

  private static String table(String topic) {
    String name = ContractLint.snakeCase(topic);
    String letters = name.matches("[a-z].*") ? name : "t_" + name;
    return ReservedWords.contains(letters) ? letters + "_events" : letters;
  }

  /**
   * What stands before the contract.
   *
   * @param proof what becomes of the sample under it
   */
  String header(Decoded proof) {
    return "# yaml-language-server: $schema=contract.schema.json\n"
        + String.format(
            Locale.ROOT,
            "# Drafted from %,d of %,d offsets of topic %s: read it before you use it. Examples are real values.%n",
            sample.records().size(),
            sample.offsets(),
            sample.topic())
        + "# The sample under this contract: "
        + proof.line()
        + "\n";
  }

  /** The contract, with the types that its columns have now. */
  String contract() {
    StringBuilder yaml = new StringBuilder();
    yaml.append("version: 1\n");
    yaml.append("table: ").append(table).append('\n');
    yaml.append("topic: ").append(Quoted.yaml(sample.topic())).append('\n');
    if (!format.equals(ContractFormat.DEFAULT)) {
      yaml.append("format: ").append(format).append('\n');
    }
    yaml.append("# ").append(comment(reason)).append(".\n");
    yaml.append("event_time: ").append(eventTime.name()).append('\n');
    yaml.append("unknown_fields: ignore\n");
    yaml.append("columns:\n");
    for (InferredColumn column : columns.all()) {
      yaml.append("  # ").append(comment(about(column))).append('\n');
      yaml.append("  - {").append(keys(column)).append("}\n");
    }
    if (!columns.leftOut().isEmpty()) {
      yaml.append("# Not in it:\n");
      columns.leftOut().forEach(left -> yaml.append("#   ").append(comment(left)).append('\n'));
    }
    return yaml.toString();
  }

  /** A comment ends where its line does. */
  private static String comment(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }

  private String about(InferredColumn column) {
    FieldProfile profile = column.profile();
    TypeGuess guess = column.guess();
    StringBuilder about =
        new StringBuilder(Percent.of(profile.values(), documents))
            .append(", e.g. ")
            .append(profile.example());
    if (guess.misfits() > 0) {
      about
          .append("; ")
          .append(guess.misfits())
          .append(
              guess.misfits() == 1
                  ? " value is of another type, and a dead letter"
                  : " values are of other types, and dead letters");
    }
    guess.remarks().forEach(remark -> about.append("; ").append(remark));
    return about.toString();
  }

  private String keys(InferredColumn column) {
    StringBuilder keys = new StringBuilder("name: ").append(column.name());
    if (!column.path().equals(List.of(column.name()))) {
      keys.append(", path: ")
          .append(
              ContractPath.isPlain(column.path())
                  ? Quoted.yaml(column.dotted())
                  : column.path().stream()
                      .map(Quoted::yaml)
                      .collect(Collectors.joining(", ", "[", "]")));
    }
    ColumnType type = column.guess().type();
    keys.append(", type: ").append(ContractJson.quoted(type));
    FieldProfile profile = column.profile();
    if (column == eventTime || profile.values() == documents && column.guess().misfits() == 0) {
      keys.append(", required: true");
    }
    boolean text = type == Scalar.STRING || type == Scalar.UUID;
    boolean number = type == Scalar.INT64 || type == Scalar.DOUBLE;
    if ((text || number)
        && profile.values() >= FEWEST_FOR_UNIQUE
        && profile.distinct() > NEARLY_UNIQUE * profile.values()) {
      keys.append(", dictionary: false");
    }
    return keys.toString();
  }
}
