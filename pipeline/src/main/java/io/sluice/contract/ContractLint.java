package io.sluice.contract;

import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.ColumnType.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is likely to be regretted about a contract that is valid: each with the line and what to do.
 * By names, for there is no data here; so none of it is more than a warning.
 */
public final class ContractLint {

  /**
   * @param line of the file, from 1 on
   * @param rule the rule's name, which does not change
   * @param where {@code column a}, {@code field a.b} or a key of the contract
   * @param fix what to write in its place
   */
  public record Warning(int line, String rule, String where, String message, String fix) {}

  private static final Pattern PLAIN = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern INSTANT =
      last("at|ts|timestamp|datetime|epoch|expires|expiry|since|until");
  private static final Pattern TIME = last("on|time");
  private static final Pattern DAY = last("date|day|birthday|dob");
  private static final Pattern MONEY =
      any(
          "price|amount|cost|fee|tax|vat|total|subtotal|balance|revenue|salary|discount|refund|payment|money");
  private static final Pattern UNIQUE =
      last("id|uuid|guid|key|token|hash|checksum|email|mail|url|uri|ip|session|trace|span");
  private static final Pattern REPEATED =
      last(
          "type|kind|status|state|country|language|locale|platform|currency|category|level|gender|os|browser|region|env|environment|channel|source|method|unit");
  private static final Pattern ARRIVAL =
      any(
          "ingest|ingested|ingestion|receive|received|arrival|arrived|process|processed|processing|insert|inserted|load|loaded|"
              + "etl|collector|kafka|broker|queue|queued|enqueued|publish|indexed|import|imported|sync|synced|"
              + "extracted|stored|persisted|written|update|updated|modified");

  private final ContractParser.Located located;
  private final Contract contract;
  private final List<Warning> warnings = new ArrayList<>();

  private ContractLint(ContractParser.Located located) {
    this.located = located;
    this.contract = located.contract();
  }

  /** Names with one of these words. */
  private static Pattern any(String words) {
    return Pattern.compile("(?:^|.*_)(?:" + words + ")(?:_.*)?$");
  }

  /** Names that end in one of these words, but for a unit or a zone. */
  private static Pattern last(String words) {
    return Pattern.compile(
        "(?:^|.*_)(?:" + words + ")(?:_(?:s|ms|us|ns|sec|seconds|millis|micros|nanos|utc))?$");
  }

  /** The warnings, by line. */
  public static List<Warning> of(ContractParser.Located contract) {
    ContractLint lint = new ContractLint(contract);
    lint.contract();
    lint.warnings.sort(Comparator.comparingInt(Warning::line));
    return lint.warnings;
  }

  /** Whether a name, in snake_case, is one of an amount of money. */
  public static boolean isMoney(String name) {
    return MONEY.matcher(name).matches();
  }

  /**
   * Whether a path is one of when an event came somewhere, or was changed, and not of when it
   * happened.
   */
  public static boolean isArrival(List<String> path) {
    return ARRIVAL.matcher(snakeCase(String.join("_", path))).matches();
  }

  /** Whether a name, in snake_case, is one of an instant. */
  public static boolean isTime(String name) {
    return INSTANT.matcher(name).matches()
        || TIME.matcher(name).matches()
        || DAY.matcher(name).matches();
  }

  /** Words of a name as {@code userId}, {@code SKU} or {@code user-id}, with _ between. */
  public static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
        .toLowerCase(java.util.Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "_")
        .replaceAll("^_+|_+$", "");
  }

  private void add(String key, String rule, String where, String message, String fix) {
    warnings.add(new Warning(located.line(key), rule, where, message, fix));
  }

  private void contract() {
    if (!located.lines().containsKey("version")) {
      add(
          "version",
          "no-version",
          "version",
          "is not set, and so is 1: the next contract of this table needs another one",
          "version: 1");
    }
    ContractSource.named(contract.source().name())
        .flatMap(ContractSource::limit)
        .filter(limit -> contract.maxBytes() > limit.bytes())
        .ifPresent(
            limit ->
                add(
                    "max_bytes",
                    "max-bytes",
                    "max_bytes",
                    "is above " + limit.whose() + ", " + limit.bytes() + " bytes",
                    limit.fix()));
    if (ReservedWords.contains(contract.table())) {
      add(
          "table",
          "reserved-word",
          "table",
          "'" + contract.table() + "' is a reserved word of Athena, which every query has to quote",
          "table: " + contract.table() + "_events");
    }
    conditions(contract.intake().choice());
    keyFormat();
    for (int i = 0; i < contract.columns().size(); i++) {
      column(contract.columns().get(i), i == contract.eventTime());
    }
    for (Column column : contract.rowColumns()) {
      if (!contract.columns().contains(column)) {
        name("transform", "column " + column.name(), column.name(), "");
      }
    }
  }

  private void conditions(Choice choice) {
    List<Condition> never = Conditions.contradiction(choice.when());
    if (!never.isEmpty()) {
      add(
          "when",
          "when",
          "when",
          "asks for "
              + Condition.text(never)
              + ", which no record can be: the table would stay empty",
          "in: [VALUES] for one of several values");
      return;
    }
    choice.unless().stream()
        .filter(before -> Conditions.follow(before, choice.when()))
        .findFirst()
        .ifPresent(
            before ->
                add(
                    choice.when().isEmpty() ? "table" : "when",
                    "when",
                    "when",
                    "asks for nothing that a contract before it does not take, "
                        + Condition.text(before)
                        + ": the table would stay empty",
                    "put this contract before that one, or ask something else"));
  }

  /** A column of the key that names no path reads the field of its own name. */
  private void keyFormat() {
    if (contract.intake().keyFormat() == null) {
      return;
    }
    List<Column> ofKeys =
        contract.columns().stream().filter(column -> column.reading().isOfKey()).toList();
    if (ofKeys.stream()
        .noneMatch(column -> located.lines().containsKey(ContractParser.pathsKey(column.name())))) {
      add(
          "key_format",
          "key-format",
          "key_format",
          "takes keys for documents, and no column names a path in them: column "
              + ofKeys.get(0).name()
              + " reads the field "
              + ofKeys.get(0).name()
              + " of a key",
          "drop key_format where a key is one text; else write the path");
    }
  }

  private void column(Column column, boolean eventTime) {
    String key = ContractParser.columnKey(column.name());
    String where = "column " + column.name();
    String name = snakeCase(column.name());
    name(key, where, column.name(), "");
    type(key, where, name, column.type());
    path(key, where, column);
    if (eventTime && isArrival(column)) {
      String others =
          contract.columns().stream()
              .filter(other -> other.type() instanceof Timestamp && !isArrival(other))
              .map(Column::name)
              .collect(Collectors.joining(", "));
      add(
          "event_time",
          "event-time",
          "event_time",
          "'"
              + column.name()
              + "' sounds as if something else happened to the event then: a date would be that of its arrival or change"
              + (others.isEmpty() ? "" : ", though the contract has " + others),
          "event_time: "
              + (others.isEmpty() ? "the column of when the event happened" : others)
              + "; it can never be changed later");
    }
    boolean scalarText = column.type() == Scalar.STRING || column.type() == Scalar.BYTES;
    if (scalarText && column.dictionary() && UNIQUE.matcher(name).matches()) {
      add(
          key,
          "dictionary",
          where,
          "sounds as if nearly every value were new: a dictionary would cost time and be thrown away",
          "dictionary: false, unless values repeat");
    }
    if (!column.dictionary()
        && (column.type() == Scalar.BOOLEAN || scalarText && REPEATED.matcher(name).matches())) {
      add(
          key,
          "dictionary",
          where,
          "sounds as if few values repeated, and has no dictionary: the files grow",
          "drop dictionary: false");
    }
    if (column.bloomFilter()
        && (column.type() == Scalar.DATE
            || column.type() == Scalar.FLOAT
            || column.type() == Scalar.DOUBLE
            || column.type() instanceof Timestamp)) {
      add(
          key,
          "bloom-filter",
          where,
          "is asked for by range, and a Bloom filter answers for single values only",
          "drop bloom_filter: the least and greatest value of each page are there anyway");
    }
  }

  private static boolean isArrival(Column column) {
    return isArrival(List.of(column.name())) || isArrival(column.path());
  }

  private void path(String key, String where, Column column) {
    String written = ContractParser.pathKey(column.name());
    if (located.lines().containsKey(written)) {
      ContractPath.doubt(column.pathText())
          .ifPresent(doubt -> add(written, "path", where, doubt.message(), doubt.fix()));
    }
    int depth = column.path().size() + depth(column.type());
    if (depth > contract.maxDepth()) {
      add(
          key,
          "max-depth",
          where,
          "is "
              + depth
              + " levels deep, and max_depth is "
              + contract.maxDepth()
              + ": a document that has it is a dead letter, TOO_DEEP",
          "max_depth: " + depth);
    }
  }

  /** How many levels a value of a type adds to a document. */
  private static int depth(ColumnType type) {
    if (type instanceof ListOf list) {
      return 1 + depth(list.element());
    }
    return type instanceof StructOf struct
        ? 1 + struct.fields().stream().mapToInt(field -> depth(field.type())).max().orElse(0)
        : 0;
  }

  private void type(String key, String where, String name, ColumnType type) {
    boolean day = DAY.matcher(name).matches();
    if (type == Scalar.STRING && isTime(name)) {
      add(
          key,
          "time-as-text",
          where,
          "is text, and sounds like "
              + (day ? "a date" : "a time")
              + ": engines could not compare it",
          day ? "type: date, for YYYY-MM-DD" : "type: timestamp, for ISO-8601 with an offset");
    }
    if ((type == Scalar.INT64 || type == Scalar.INT32 || type == Scalar.DOUBLE)
        && INSTANT.matcher(name).matches()) {
      add(
          key,
          "time-as-number",
          where,
          "is a number, and sounds like a time: engines would not show it as one",
          "type: timestamp(micros, epoch_ms), or epoch_s, epoch_us or epoch_ns as it comes");
    }
    if (type instanceof Timestamp timestamp && timestamp.isMillis()) {
      add(
          key,
          "timestamp-millis",
          where,
          "is kept in milliseconds: Iceberg's readers, Spark's too, filter such files wrongly and say nothing, and Polars"
              + " refuses a filter by a literal",
          "type: timestamp(micros), or timestamp alone; in a table that has files in milliseconds, leave it");
    }
    if (type instanceof Timestamp timestamp && timestamp.isNanos()) {
      add(
          key,
          "timestamp-nanos",
          where,
          "is kept in nanoseconds: Spark 3 and 4 refuse the column, Iceberg has none before format version 3, and Athena"
              + " and DuckDB before 2 show less of it",
          "type: timestamp(micros), unless every reader has them: docs/contract.md says which do");
    }
    if ((type == Scalar.FLOAT || type == Scalar.DOUBLE) && MONEY.matcher(name).matches()) {
      add(
          key,
          "money-as-float",
          where,
          "sounds like money, of which binary fractions lose cents in sums",
          "type: decimal(18,2), with as many digits as come");
    }
    if (type instanceof ListOf list) {
      type(key, where + "[]", name, list.element());
    } else if (type instanceof MapOf map) {
      type(key, where + "{}", name, map.value());
    } else if (type instanceof StructOf struct) {
      String prefix = where.replaceFirst("^(column|field) ", "field ") + ".";
      for (Field field : struct.fields()) {
        name(key, prefix + field.name(), field.name(), ", path: " + field.pathText());
        type(key, prefix + field.name(), snakeCase(field.name()), field.type());
      }
    }
  }

  /**
   * @param path what a name is to have beside it that was the record's too; empty for nothing
   */
  private void name(String key, String where, String name, String path) {
    if (!PLAIN.matcher(name).matches()) {
      add(
          key,
          "plain-name",
          where,
          "Athena and Glue know lower case only, and show it as "
              + name.toLowerCase(java.util.Locale.ROOT),
          "name: " + snakeCase(name) + path);
    }
    if (ReservedWords.contains(name)) {
      add(
          key,
          "reserved-word",
          where,
          "is a reserved word of Athena, which every query has to quote",
          "another name, as " + snakeCase(name) + "_value" + path);
    }
  }
}
