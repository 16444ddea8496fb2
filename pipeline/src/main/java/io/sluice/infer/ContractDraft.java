package io.sluice.infer;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractParser;
import io.sluice.contract.ContractPath;
import io.sluice.contract.ReservedWords;
import io.sluice.deadletter.Reason;
import io.sluice.decode.RecordFormat;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A contract drafted from a sample. It accepts what most records of the sample are; {@link #proof}
 * decodes the sample with it, as a run would.
 *
 * @param yaml the contract, with a comment on each column
 * @param documents how many records of the sample are JSON objects, from which it was drafted
 * @param eventTime why the event time is this one
 * @param leftOut what no column has, and why, as {@code "path": reason}
 * @param warnings what is wrong with the draft, as far as the sample shows it
 */
public record ContractDraft(
    String yaml,
    Contract contract,
    int documents,
    String eventTime,
    Decoded proof,
    List<String> leftOut,
    List<String> warnings) {
  /** A dictionary of more values than this share of the rows is thrown away by the writer. */
  private static final double NEARLY_UNIQUE = 0.8;

  private static final int FEWEST_FOR_UNIQUE = 100;
  private static final int MOST_COLUMNS = 1_000;

  /** A draft that rejects more than one of so many documents is not to be used as it is. */
  private static final int FEW = 20;

  /** Names of when the event itself happened, and of nothing else. */
  private static final Pattern EVENT =
      Pattern.compile(
          "(event_|original_|derived_)?(time|timestamp|ts|tstamp|datetime)(_(s|ms|us|utc))?|.*(occurred|happened)(_.*)?");

  /** The defaults of max_bytes and max_depth: a document beyond them is a dead letter. */
  private static final int MOST_BYTES = 1 << 20;

  private static final int DEEPEST = 32;

  /** Requires what no document has, so that one without a fault is a MISSING_FIELD. */
  private static final Contract ANY_DOCUMENT =
      ContractParser.parse(
          """
          {table: t, topic: t, event_time: at,
           columns: [{name: at, path: [no document has this name], type: timestamp, required: true}]}
          """,
          "any document");

  /** A column as it was inferred. */
  private static final class Inferred {
    private final List<String> path;
    private final FieldProfile profile;
    private TypeGuess guess;
    private String name = "";

    Inferred(List<String> path, FieldProfile profile, TypeGuess guess) {
      this.path = path;
      this.profile = profile;
      this.guess = guess;
    }

    @Nullable Timestamp timestamp() {
      return guess.type() instanceof Timestamp timestamp ? timestamp : null;
    }

    long distance() {
      Timestamp timestamp = Objects.requireNonNull(timestamp());
      long distance = profile.medianDistance(timestamp.format());
      return distance < 0 ? Long.MAX_VALUE : distance;
    }
  }

  /**
   * Drafts a contract.
   *
   * @param table the table's name; null to take it from the topic's
   * @throws UserException where the sample is empty, is not JSON, or has no time in it
   */
  public static ContractDraft of(Sample sample, @Nullable String table) {
    FieldProfile root = new FieldProfile();
    for (SourceRecord record : sample.records()) {
      document(record).ifPresent(json -> root.add(json, record.recordTime()));
    }
    refuseWhatIsNotJson(sample, root.seen());
    List<String> leftOut = new ArrayList<>();
    List<Inferred> columns = new ArrayList<>();
    collect(root, List.of(), columns, leftOut);
    Inferred eventTime = eventTime(sample, columns, root);
    name(columns, eventTime);
    String reason = reason(eventTime, columns, root.seen());
    String body;
    Contract contract;
    Decoded proof;
    do {
      body = body(sample, table, root, columns, eventTime, reason, leftOut);
      contract = ContractParser.parse(body, "draft");
      proof = Decoded.of(sample.records(), contract);
    } while (widen(columns, eventTime, proof));
    return new ContractDraft(
        header(sample, proof) + body,
        contract,
        root.seen(),
        reason,
        proof,
        List.copyOf(leftOut),
        warnings(proof, root.seen(), eventTime, columns));
  }

  /**
   * Gives a wider type to columns of which the decoder rejects more than was reckoned with: what is
   * drafted is to accept its sample, whatever was guessed.
   *
   * @return whether there was one
   */
  private static boolean widen(List<Inferred> columns, Inferred eventTime, Decoded proof) {
    boolean widened = false;
    for (Inferred column : columns) {
      int rejected = proof.wrongTypes().getOrDefault(String.join(".", column.path), 0);
      if (column != eventTime && rejected > column.guess.misfits()) {
        TypeGuess wider = column.guess.wider(column.profile);
        if (wider != null) {
          column.guess = wider;
          widened = true;
        }
      }
    }
    return widened;
  }

  private static List<String> warnings(
      Decoded proof, int documents, Inferred eventTime, List<Inferred> columns) {
    List<String> warnings = new ArrayList<>();
    int rejected = documents - proof.accepted();
    if (rejected * FEW > documents) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the draft rejects %,d of the %,d documents that it was drafted from (%s): see the examples, and change the columns that they name",
              rejected,
              documents,
              percent(rejected, documents)));
    }
    List<String> others =
        times(columns).stream()
            .filter(column -> !ContractLint.isArrival(column.path))
            .map(column -> String.join(".", column.path))
            .toList();
    if (ContractLint.isArrival(eventTime.path)) {
      warnings.add(
          "the event time, "
              + String.join(".", eventTime.path)
              + ", sounds like an arrival"
              + (others.isEmpty()
                  ? ", and no other time is there"
                  : ", and too few documents have " + String.join(", ", others))
              + ": it can never be changed later");
    }
    return warnings;
  }

  private static Optional<JsonNode> document(SourceRecord record) {
    byte[] value = record.value();
    if (value == null || value.length > MOST_BYTES) {
      return Optional.empty();
    }
    return RecordFormat.of(ANY_DOCUMENT)
        .document(value, ANY_DOCUMENT)
        .filter(json -> !isDeeper(json, DEEPEST));
  }

  private static boolean isDeeper(JsonNode json, int than) {
    if (than == 0) {
      return json.isContainerNode();
    }
    for (JsonNode child : json) {
      if (isDeeper(child, than - 1)) {
        return true;
      }
    }
    return false;
  }

  private static void refuseWhatIsNotJson(Sample sample, int documents) {
    List<SourceRecord> records = sample.records();
    if (records.isEmpty()) {
      throw new UserException(
          sample.end() == Sample.End.TIME
              ? "topic " + sample.topic() + " gave no record in time: check the broker"
              : "topic " + sample.topic() + " has no records: nothing to draft a contract from");
    }
    if (documents * 2 >= records.size()) {
      return;
    }
    List<SourceRecord> others =
        records.stream().filter(record -> document(record).isEmpty()).toList();
    SourceRecord first = others.get(0);
    Map<String, Integer> reasons = new TreeMap<>(Decoded.of(others, ANY_DOCUMENT).rejected());
    // What the decoder has no fault to find with has an exponent that no draft can be made from.
    reasons.remove(Reason.MISSING_FIELD.name());
    String why = String.join("; ", Decoded.of(List.of(first), ANY_DOCUMENT).examples().values());
    throw new UserException(
        "topic "
            + sample.topic()
            + ": "
            + documents
            + " of "
            + records.size()
            + " sampled values are JSON objects that Sluice accepts; of the others "
            + reasons
            + "; "
            + why
            + "; its value is "
            + describe(first.value())
            + "; "
            + (reasons.containsKey(Reason.TOO_DEEP.name())
                ? "a contract that is written by hand may raise max_depth"
                : "name another topic, or have its producer changed"));
  }

  private static String describe(byte @Nullable [] value) {
    if (value == null) {
      return "null";
    }
    if (value.length > 5 && value[0] == 0 && value[1] == 0) {
      return "of a schema registry's format (Avro or Protobuf), which Sluice does not read";
    }
    int length = Math.min(value.length, 24);
    boolean text = true;
    for (int i = 0; i < length; i++) {
      text &= value[i] >= 0x20 && value[i] < 0x7f;
    }
    return text
        ? Quoted.json(new String(value, 0, length, StandardCharsets.US_ASCII))
            + (value.length > length ? "…" : "")
        : "the bytes " + HexFormat.ofDelimiter(" ").formatHex(value, 0, length);
  }

  private static void collect(
      FieldProfile object, List<String> path, List<Inferred> columns, List<String> leftOut) {
    for (Map.Entry<String, FieldProfile> entry : object.fields().entrySet()) {
      List<String> to = new ArrayList<>(path);
      to.add(entry.getKey());
      FieldProfile field = entry.getValue();
      String shown = Quoted.json(String.join(".", to));
      if (entry.getKey().isEmpty()) {
        leftOut.add(shown + ": a path cannot say a name that is empty");
      } else if (field.kind() == null) {
        leftOut.add(shown + ": null in all of the sample");
      } else if (field.kind() != FieldProfile.Kind.OBJECT) {
        column(to, shown, field, columns, leftOut);
      } else if (field.isMap()) {
        leftOut.add(
            shown
                + ": more than "
                + FieldProfile.MANY_NAMES
                + " names, few of them at once, so a map, for which there is no type");
      } else if (field.fields().isEmpty()) {
        leftOut.add(shown + ": an object without fields");
      } else {
        int others = field.values() - field.count(FieldProfile.Kind.OBJECT);
        if (others > 0) {
          leftOut.add(shown + ": no object in " + others + " records, which are dead letters");
        }
        collect(field, to, columns, leftOut);
      }
    }
    if (path.isEmpty() && object.hasTooManyNames()) {
      leftOut.add(
          "more than "
              + FieldProfile.MOST_NAMES
              + " names at the top of the documents: the others were not looked at");
    }
  }

  private static void column(
      List<String> path,
      String shown,
      FieldProfile field,
      List<Inferred> columns,
      List<String> leftOut) {
    TypeGuess guess = TypeGuess.of(path.get(path.size() - 1), field);
    if (guess == null) {
      leftOut.add(shown + ": no column can hold it");
    } else if (columns.size() == MOST_COLUMNS) {
      leftOut.add(shown + ": beyond " + MOST_COLUMNS + " columns");
    } else {
      columns.add(new Inferred(path, field, guess));
    }
  }

  private static List<Inferred> times(List<Inferred> columns) {
    return columns.stream().filter(column -> column.timestamp() != null).toList();
  }

  private static String snakeCase(List<String> path) {
    return ContractLint.snakeCase(String.join("_", path));
  }

  /**
   * Of the times that nearly all records have, one that is named as the event's own; else the
   * nearest to the records' Kafka timestamps, arrivals last.
   */
  private static Inferred eventTime(Sample sample, List<Inferred> columns, FieldProfile root) {
    return times(columns).stream()
        .filter(column -> fits(column) * 2 >= root.seen())
        .min(
            Comparator.comparing((Inferred column) -> fits(column) < 0.95 * root.seen())
                .thenComparing(column -> ContractLint.isArrival(column.path))
                .thenComparing(column -> !EVENT.matcher(snakeCase(column.path)).matches())
                .thenComparingLong(Inferred::distance))
        .orElseThrow(
            () -> {
              String local =
                  columns.stream()
                      .filter(column -> column.profile.timesWithoutOffset() > 0)
                      .map(column -> String.join(".", column.path))
                      .findFirst()
                      .map(
                          path ->
                              "; " + path + " has times without an offset, which are no instants")
                      .orElse("");
              return new UserException(
                  "topic "
                      + sample.topic()
                      + ": no field is a time in most records (ISO-8601 with an offset or Z, or seconds, milliseconds or microseconds since 1970): Sluice needs one as the event time"
                      + local);
            });
  }

  /** How many records have a value of the column's type. */
  private static int fits(Inferred column) {
    return column.profile.values() - column.guess.misfits();
  }

  private static String reason(Inferred eventTime, List<Inferred> columns, int documents) {
    String others =
        times(columns).stream()
            .filter(column -> column != eventTime)
            .map(column -> String.join(".", column.path) + " (" + distance(column) + ")")
            .collect(Collectors.joining(", "));
    return String.join(".", eventTime.path)
        + " is a time in "
        + percent(fits(eventTime), documents)
        + " of the documents, "
        + distance(eventTime)
        + " from their Kafka timestamps in the median"
        + (others.isEmpty() ? "; there is no other time" : "; other times: " + others);
  }

  private static String distance(Inferred column) {
    long distance = column.distance();
    if (distance == Long.MAX_VALUE) {
      return "unknown";
    }
    Duration duration = Duration.ofMillis(distance);
    return duration.toDays() > 2
        ? duration.toDays() + " days"
        : duration.toHours() > 2
            ? duration.toHours() + " h"
            : duration.toMinutes() > 2
                ? duration.toMinutes() + " min"
                : String.format(Locale.ROOT, "%.1f s", distance / 1e3);
  }

  private static void name(List<Inferred> columns, Inferred eventTime) {
    Set<String> taken = new HashSet<>();
    for (Inferred column : columns) {
      String name =
          column.path.stream()
              .map(ContractLint::snakeCase)
              .filter(part -> !part.isEmpty())
              .collect(Collectors.joining("_"));
      if (!name.matches("[a-z].*")) {
        name = "c_" + name;
      }
      if (ReservedWords.contains(name) || name.equals("event_date")) {
        name = column == eventTime ? "event_time" : name + "_value";
      }
      String free = name;
      for (int i = 2; !taken.add(free); i++) {
        free = name + "_" + i;
      }
      column.name = free;
    }
  }

  private static String header(Sample sample, Decoded proof) {
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

  private static String body(
      Sample sample,
      @Nullable String table,
      FieldProfile root,
      List<Inferred> columns,
      Inferred eventTime,
      String reason,
      List<String> leftOut) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("version: 1\n");
    yaml.append("table: ").append(table == null ? table(sample.topic()) : table).append('\n');
    yaml.append("topic: ").append(Quoted.yaml(sample.topic())).append('\n');
    yaml.append("# ").append(comment(reason)).append(".\n");
    yaml.append("event_time: ").append(eventTime.name).append('\n');
    yaml.append("unknown_fields: ignore\n");
    yaml.append("columns:\n");
    for (Inferred column : columns) {
      yaml.append("  # ").append(comment(about(column, root.seen()))).append('\n');
      yaml.append("  - {").append(keys(column, eventTime, root.seen())).append("}\n");
    }
    if (!leftOut.isEmpty()) {
      yaml.append("# Not in it:\n");
      leftOut.forEach(left -> yaml.append("#   ").append(comment(left)).append('\n'));
    }
    return yaml.toString();
  }

  /** A comment ends where its line does. */
  private static String comment(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }

  private static String table(String topic) {
    String name = ContractLint.snakeCase(topic);
    String letters = name.matches("[a-z].*") ? name : "t_" + name;
    return ReservedWords.contains(letters) ? letters + "_events" : letters;
  }

  private static String about(Inferred column, int documents) {
    FieldProfile profile = column.profile;
    StringBuilder about =
        new StringBuilder(percent(profile.values(), documents))
            .append(", e.g. ")
            .append(profile.example());
    if (column.guess.misfits() > 0) {
      about
          .append("; ")
          .append(column.guess.misfits())
          .append(
              column.guess.misfits() == 1
                  ? " value is of another type, and a dead letter"
                  : " values are of other types, and dead letters");
    }
    column.guess.remarks().forEach(remark -> about.append("; ").append(remark));
    return about.toString();
  }

  private static String keys(Inferred column, Inferred eventTime, int documents) {
    StringBuilder keys = new StringBuilder("name: ").append(column.name);
    if (!column.path.equals(List.of(column.name))) {
      keys.append(", path: ")
          .append(
              ContractPath.isPlain(column.path)
                  ? Quoted.yaml(String.join(".", column.path))
                  : column.path.stream()
                      .map(Quoted::yaml)
                      .collect(Collectors.joining(", ", "[", "]")));
    }
    ColumnType type = column.guess.type();
    keys.append(", type: ").append(ContractJson.quoted(type));
    if (column == eventTime
        || column.profile.values() == documents && column.guess.misfits() == 0) {
      keys.append(", required: true");
    }
    boolean text = type == Scalar.STRING;
    boolean number = type == Scalar.INT64 || type == Scalar.DOUBLE;
    if ((text || number)
        && column.profile.values() >= FEWEST_FOR_UNIQUE
        && column.profile.distinct() > NEARLY_UNIQUE * column.profile.values()) {
      keys.append(", dictionary: false");
    }
    return keys.toString();
  }

  private static String percent(int part, int all) {
    double percent = 100.0 * part / Math.max(1, all);
    // What is not all of them is never shown as 100 %.
    return part == all ? "100 %" : String.format(Locale.ROOT, "%.1f %%", Math.min(99.9, percent));
  }
}
