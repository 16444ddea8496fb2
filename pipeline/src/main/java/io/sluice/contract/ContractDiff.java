package io.sluice.contract;

import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.ColumnType.Timestamp;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two contracts of a table, and whether both can write to it: readers
 * that match columns by name, as DuckDB, Spark and Athena do, are to read the files of both
 * together, and a position is to have the same date under both. The rules are conservative: one
 * engine in wide use that fails is enough. Which of the two is older does not change the verdict.
 *
 * @param changes in the order of the contract's keys, then of its columns
 */
public record ContractDiff(Contract older, Contract newer, List<Change> changes) {

  /** What a change means for whoever reads old and new files together. */
  public enum Verdict {
    COMPATIBLE,
    /** Compatible, with something to know. */
    NOTE,
    INCOMPATIBLE
  }

  /**
   * @param what {@code column a}, {@code field a.b} of a struct, or a key of the contract
   * @param change {@code added}, {@code dropped}, or old and new
   * @param why what follows from it, and what to do where it is incompatible
   */
  public record Change(String what, String change, Verdict verdict, String why) {}

  private static final String NEW_COLUMN = "; add a column of another name and leave this one";
  private static final String NEW_TABLE =
      "a position that is read again could get another date, and so a second row: begin a new table";
  private static final String OTHER_TABLE = "records go to another table from now on";
  private static final String MOVES =
      "from now on records go to the other side: accepted, or dead letters";

  public ContractDiff {
    changes = List.copyOf(changes);
  }

  /** Whether both contracts can write to the table. */
  public boolean isCompatible() {
    return incompatible().isEmpty();
  }

  /** The changes that speak against it. */
  public List<Change> incompatible() {
    return changes.stream().filter(c -> c.verdict() == Verdict.INCOMPATIBLE).toList();
  }

  /** Compares two contracts. */
  public static ContractDiff of(Contract older, Contract newer) {
    Comparison comparison = new Comparison();
    comparison.contracts(older, newer);
    return new ContractDiff(older, newer, comparison.changes);
  }

  /**
   * Whether two contracts accept the same records and make the same columns of them: they may
   * differ in the source, the order of columns, and how values are stored.
   */
  public static boolean sameMeaning(Contract a, Contract b) {
    return Meaning.of(a).equals(Meaning.of(b));
  }

  private record Meaning(Contract contract, Column eventTime) {
    private static final Plugged NOWHERE = new Plugged("", new KeyValues(Map.of()));

    static Meaning of(Contract contract) {
      List<Column> columns =
          contract.columns().stream()
              .map(
                  c ->
                      new Column(
                          c.name(), c.path(), c.type(), c.required(), true, false, c.reading()))
              .sorted(Comparator.comparing(Column::name))
              .toList();
      return new Meaning(
          new Contract(
              contract.version(),
              contract.table(),
              NOWHERE,
              contract.format(),
              columns,
              0,
              contract.zone().normalized(),
              contract.unknownFields(),
              contract.maxBytes(),
              contract.maxDepth(),
              contract.positionColumns(),
              new Transform(contract.transform().calls(), List.of()),
              // Which contract says what becomes of records that none takes changes with the
              // others.
              contract
                  .intake()
                  .with(
                      contract
                          .intake()
                          .choice()
                          .among(contract.intake().choice().unless(), Choice.Unrouted.OTHERS))),
          eventTime(contract));
    }

    private static Column eventTime(Contract contract) {
      Column column = contract.columns().get(contract.eventTime());
      return new Column(
          column.name(), column.path(), column.type(), true, true, false, column.reading());
    }
  }

  private static final class Comparison {
    private final List<Change> changes = new ArrayList<>();

    private void add(String what, String change, Verdict verdict, String why) {
      changes.add(new Change(what, change, verdict, why));
    }

    private void key(String key, Object older, Object newer, Verdict verdict, String why) {
      if (!older.equals(newer)) {
        add(key, DiffTexts.change(older, newer), verdict, why);
      }
    }

    void contracts(Contract older, Contract newer) {
      if (!older.table().equals(newer.table())) {
        add(
            "table",
            DiffTexts.change(older.table(), newer.table()),
            Verdict.NOTE,
            "the files of the two are never read together: nothing else is compared");
        return;
      }
      if (older.version().equals(newer.version()) && !sameMeaning(older, newer)) {
        add(
            "version",
            older.version() + " twice",
            Verdict.INCOMPATIBLE,
            "two contracts of one version cannot be told apart in files and dead letters: give the newer one another version");
      }
      plugged(
          "source",
          ContractSource.isDefault(older.source()) ? "" : "source.",
          older.source(),
          newer.source(),
          "its records have other positions: they are added to the table, though they may be the same events");
      eventTimes(older, newer);
      key("zone", zone(older), zone(newer), Verdict.INCOMPATIBLE, NEW_TABLE);
      plugged("format", "format.", older.format(), newer.format(), MOVES);
      key("unknown_fields", older.unknownFields(), newer.unknownFields(), Verdict.NOTE, MOVES);
      key("max_bytes", older.maxBytes(), newer.maxBytes(), Verdict.NOTE, MOVES);
      key("max_depth", older.maxDepth(), newer.maxDepth(), Verdict.NOTE, MOVES);
      key(
          "position_columns",
          older.positionColumns(),
          newer.positionColumns(),
          Verdict.NOTE,
          "_source, _partition, _offset and _record_time are null in the files without them");
      key("skip", skips(older), skips(newer), Verdict.NOTE, MOVES);
      key(
          "dead_letters",
          older.intake().letters(),
          newer.intake().letters(),
          Verdict.NOTE,
          "dead letters of before keep what they have");
      Choice before = older.intake().choice();
      Choice after = newer.intake().choice();
      key(
          "when",
          Condition.text(before.when()),
          Condition.text(after.when()),
          Verdict.NOTE,
          OTHER_TABLE);
      key("unless", DiffTexts.unless(before), DiffTexts.unless(after), Verdict.NOTE, OTHER_TABLE);
      key(
          "explode",
          ContractPath.text(older.intake().explode()),
          ContractPath.text(newer.intake().explode()),
          Verdict.NOTE,
          "a record may be other rows from now on");
      keyFormats(older.intake().keyFormat(), newer.intake().keyFormat());
      transforms(older, newer);
      columns(older, newer);
    }

    private void keyFormats(@Nullable Plugged older, @Nullable Plugged newer) {
      if (older != null && newer != null) {
        plugged("key_format", "key_format.", older, newer, MOVES);
      } else {
        key("key_format", DiffTexts.name(older), DiffTexts.name(newer), Verdict.NOTE, MOVES);
      }
    }

    private static List<String> skips(Contract contract) {
      return contract.intake().skips().stream().map(DiffTexts::lower).toList();
    }

    /**
     * @param prefix of the keys, as a contract has them
     */
    private void plugged(String section, String prefix, Plugged older, Plugged newer, String why) {
      key(section, older.name(), newer.name(), Verdict.NOTE, why);
      Map<String, Object> after = newer.keys().byName();
      older
          .keys()
          .byName()
          .forEach(
              (key, value) -> {
                if (after.containsKey(key)) {
                  key(prefix + key, value, after.get(key), Verdict.NOTE, why);
                }
              });
    }

    private void transforms(Contract older, Contract newer) {
      if (!older.transform().calls().equals(newer.transform().calls())) {
        add(
            "transform",
            DiffTexts.change(DiffTexts.calls(older), DiffTexts.calls(newer)),
            Verdict.NOTE,
            "rows of before stay as they are; a record may have another row from now on, be skipped or be a dead letter");
      }
      List<Column> before = onlyRead(older);
      List<Column> after = onlyRead(newer);
      if (!before.equals(after)) {
        add(
            "columns that transform removes",
            DiffTexts.columns(before, after),
            Verdict.NOTE,
            MOVES);
      }
    }

    /** What is decoded and is no column of the table. */
    private static List<Column> onlyRead(Contract contract) {
      return contract.columns().stream()
          .filter(column -> !contract.rowColumns().contains(column))
          .toList();
    }

    /** UTC has several names. */
    private static String zone(Contract contract) {
      ZoneId zone = contract.zone().normalized();
      return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }

    private void eventTimes(Contract older, Contract newer) {
      Column before = older.columns().get(older.eventTime());
      Column after = newer.columns().get(newer.eventTime());
      if (!before.path().equals(after.path())) {
        add(
            "event_time",
            DiffTexts.change(path(before), path(after)),
            Verdict.INCOMPATIBLE,
            NEW_TABLE);
      } else if (!isWrittenAlike((Timestamp) before.type(), (Timestamp) after.type())) {
        add(
            "event_time",
            DiffTexts.change(written((Timestamp) before.type()), written((Timestamp) after.type())),
            Verdict.INCOMPATIBLE,
            NEW_TABLE);
      }
    }

    private static String path(Column column) {
      String text = ContractPath.text(column.path());
      return text.startsWith("[") ? "$" + text : "$." + text;
    }

    private void columns(Contract older, Contract newer) {
      Map<String, Column> before = new LinkedHashMap<>();
      older.rowColumns().forEach(column -> before.put(column.name(), column));
      Map<String, Column> after = new LinkedHashMap<>();
      newer.rowColumns().forEach(column -> after.put(column.name(), column));
      String eventTime = newer.columns().get(newer.eventTime()).name();
      after.forEach(
          (name, column) -> {
            Column was = before.get(name);
            if (was != null) {
              column(was, column, name.equals(eventTime));
            } else if (!renamed("column ", name, before.keySet().stream().toList())) {
              added("column " + name, column.required(), renamedFrom(column, before, after));
            }
          });
      before
          .keySet()
          .forEach(
              name -> {
                if (!after.containsKey(name) && sameButForCase(name, after.keySet()).isEmpty()) {
                  dropped("column " + name);
                }
              });
    }

    private void column(Column before, Column after, boolean eventTime) {
      String what = "column " + after.name();
      if (!before.reading().equals(after.reading())) {
        add(
            what,
            DiffTexts.readings(before.reading(), after.reading()),
            eventTime ? Verdict.INCOMPATIBLE : Verdict.NOTE,
            eventTime
                ? NEW_TABLE
                : "a record may have another value, or be a dead letter, from now on");
      }
      if (!before.path().equals(after.path())) {
        add(
            what,
            DiffTexts.change(path(before), path(after)),
            Verdict.NOTE,
            "its values come from another place from now on");
      }
      types(what, before.type(), after.type(), eventTime);
      required(what, before.required(), after.required());
      if (before.dictionary() != after.dictionary()
          || before.bloomFilter() != after.bloomFilter()) {
        add(what, "dictionary or bloom_filter", Verdict.COMPATIBLE, "readers see the same values");
      }
    }

    private void types(String what, ColumnType before, ColumnType after, boolean eventTime) {
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

    private static boolean isWrittenAlike(Timestamp one, Timestamp other) {
      return one.format() == other.format() && one.formats().equals(other.formats());
    }

    private static String written(Timestamp type) {
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

    private void required(String what, boolean before, boolean after) {
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

    private void added(String what, boolean required, @Nullable String from) {
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

    private void dropped(String what) {
      add(what, "dropped", Verdict.NOTE, "the files of before keep it; null in those to come");
    }

    /** Engines that ignore case take both for one column, the others for two. */
    private boolean renamed(String prefix, String name, List<String> before) {
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

    private static Optional<String> sameButForCase(String name, Iterable<String> others) {
      for (String other : others) {
        if (other.equalsIgnoreCase(name) && !other.equals(name)) {
          return Optional.of(other);
        }
      }
      return Optional.empty();
    }

    private static @Nullable String renamedFrom(
        Column column, Map<String, Column> before, Map<String, Column> after) {
      return before.values().stream()
          .filter(was -> was.path().equals(column.path()) && !after.containsKey(was.name()))
          .map(Column::name)
          .findFirst()
          .orElse(null);
    }
  }
}
