package io.sluice.contract;

import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractDiff.Change;
import io.sluice.contract.ContractDiff.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares types, down to the fields of structs: what columns have and fields alike. */
final class TypeComparison {
  private static final String NEW_COLUMN = "; add a column of another name and leave this one";

  private final List<Change> changes;

  /**
   * @param changes to which what differs is added
   */
  TypeComparison(List<Change> changes) {
    this.changes = changes;
  }

  private void add(String what, String change, Verdict verdict, String why) {
    changes.add(new Change(what, change, verdict, why));
  }

  void types(String what, ColumnType before, ColumnType after, boolean eventTime) {
    if (before instanceof StructOf older && after instanceof StructOf newer) {
      structs(what, older, newer);
    } else if (before instanceof ListOf older && after instanceof ListOf newer) {
      types(what + "[]", older.element(), newer.element(), false);
    } else if (before instanceof MapOf older && after instanceof MapOf newer) {
      types(what + "{}", older.value(), newer.value(), false);
    } else if (before instanceof Timestamp older
        && after instanceof Timestamp newer
        && isKeptAlike(older, newer)) {
      if (older.unit() != newer.unit()) {
        add(
            what,
            ContractJson.text(before) + " -> " + ContractJson.text(after),
            Verdict.NOTE,
            "timestamp alone is what the table was begun with, microseconds in new ones and milliseconds in those of"
                + " version 0.1: the other unit is refused when a job starts");
      }
      if (!isWrittenAlike(older, newer) && !eventTime) {
        add(
            what,
            DiffTexts.change(written(older), written(newer)),
            Verdict.NOTE,
            "the files are the same; a value in the format of before is a dead letter, or another time, from now on");
      }
    } else if (before instanceof Decimal older
        && after instanceof Decimal newer
        && older.precision() == newer.precision()
        && older.scale() == newer.scale()) {
      if (older.written() != newer.written()) {
        add(
            what,
            DiffTexts.change(older.written(), newer.written()),
            Verdict.NOTE,
            "the files are the same; a value that is written as before is a dead letter, or another number, from now on");
      }
    } else if (!before.equals(after)) {
      add(
          what,
          ContractJson.text(before) + " -> " + ContractJson.text(after),
          Verdict.INCOMPATIBLE,
          whyNotBoth(before, after) + NEW_COLUMN);
    }
  }

  static boolean isWrittenAlike(Timestamp one, Timestamp other) {
    return one.format() == other.format() && one.formats().equals(other.formats());
  }

  static String written(Timestamp type) {
    return type.format() == Timestamp.Format.LISTED
        ? type.formats().stream().map(TimeFormat::text).collect(Collectors.joining(", "))
        : TimeFormat.of(type.format()).text();
  }

  /** Whether the files may have both in one unit. */
  private static boolean isKeptAlike(Timestamp one, Timestamp other) {
    return one.unit() == other.unit()
        || !one.isNanos() && !other.isNanos() && (isDefault(one) || isDefault(other));
  }

  private static boolean isDefault(Timestamp type) {
    return type.unit() == Timestamp.Unit.DEFAULT;
  }

  private static String whyNotBoth(ColumnType before, ColumnType after) {
    if (before instanceof Decimal && after instanceof Decimal) {
      return "Spark 3 does not read files of another scale, or of more digits, under one type";
    }
    if (before instanceof Timestamp && after instanceof Timestamp) {
      return "Arrow (pandas, Polars) gives a data set the unit of its first file, and fails at values that are finer"
          + (((Timestamp) before).isNanos() || ((Timestamp) after).isNanos()
              ? ", and DuckDB rounds them"
              : "");
    }
    if (isNumber(before) && isNumber(after)) {
      return "Spark 3 stops at the first file of the other type (Parquet column cannot be converted), though DuckDB widens";
    }
    return "no type reads both: DuckDB makes text of it or fails, Spark and Athena fail";
  }

  private static boolean isNumber(ColumnType type) {
    return type == Scalar.INT32
        || type == Scalar.INT64
        || type == Scalar.FLOAT
        || type == Scalar.DOUBLE
        || type instanceof Decimal;
  }

  private void structs(String what, StructOf older, StructOf newer) {
    Map<String, Field> before = new LinkedHashMap<>();
    older.fields().forEach(field -> before.put(field.name(), field));
    Map<String, Field> after = new LinkedHashMap<>();
    newer.fields().forEach(field -> after.put(field.name(), field));
    String prefix = what.replaceFirst("^(column|field) ", "field ") + ".";
    if (before.keySet().stream().noneMatch(after::containsKey)) {
      add(
          what,
          "no field is left",
          Verdict.INCOMPATIBLE,
          "Spark 3 takes a struct none of whose fields is in a file for null" + NEW_COLUMN);
    }
    after.forEach(
        (name, field) -> {
          Field was = before.get(name);
          if (was != null) {
            types(prefix + name, was.type(), field.type(), false);
            required(prefix + name, was.required(), field.required());
          } else if (!renamed(prefix, name, before.keySet().stream().toList())) {
            added(prefix + name, field.required(), null);
          }
        });
    before
        .keySet()
        .forEach(
            name -> {
              if (!after.containsKey(name) && sameButForCase(name, after.keySet()).isEmpty()) {
                dropped(prefix + name);
              }
            });
  }

  void required(String what, boolean before, boolean after) {
    if (before != after) {
      add(
          what,
          after ? "nullable -> required" : "required -> nullable",
          after ? Verdict.NOTE : Verdict.COMPATIBLE,
          after
              ? "records without it are dead letters from now on; old files keep their nulls"
              : "readers take it for nullable in all files");
    }
  }

  void added(String what, boolean required, @Nullable String from) {
    String rename =
        from == null
            ? ""
            : "; it reads what column "
                + from
                + " read: for a rename, query coalesce("
                + what.replaceFirst("^column ", "")
                + ", "
                + from
                + ")";
    add(
        what,
        required ? "added, required" : "added",
        required || from != null ? Verdict.NOTE : Verdict.COMPATIBLE,
        (required
                ? "null in the files of before all the same; records without it are dead letters from now on"
                : "null in the files of before")
            + rename);
  }

  void dropped(String what) {
    add(what, "dropped", Verdict.NOTE, "the files of before keep it; null in those to come");
  }

  /** Engines that ignore case take both for one column, the others for two. */
  boolean renamed(String prefix, String name, List<String> before) {
    Optional<String> was = sameButForCase(name, before);
    was.ifPresent(
        older ->
            add(
                prefix + older,
                "renamed to " + name,
                Verdict.INCOMPATIBLE,
                "Athena and DuckDB ignore case and take both for one, Arrow takes them for two; keep the name, or choose one that differs in more"));
    return was.isPresent();
  }

  static Optional<String> sameButForCase(String name, Iterable<String> others) {
    for (String other : others) {
      if (other.equalsIgnoreCase(name) && !other.equals(name)) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }
}
