package io.sluice.infer;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractPath;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns that a schema's fields come to: of an object one for each field in it, by path; of
 * what is in a list or a map a struct. A type that contains itself has an end where it comes again.
 */
final class SchemaColumns {
  private static final int MOST_COLUMNS = 1_000;

  /** Of fields that are looked at: those of which no column is made may be without number. */
  private static final int MOST_LOOKED_AT = 20_000;

  /** Of objects within one another, by path and in structs. */
  private static final int DEEPEST = 12;

  /**
   * Of fields of structs in all columns: what repeats itself in many places grows without bound.
   */
  private static final int MOST_FIELDS = 2_000;

  private static final int LONGEST_WORDS = 120;

  private final List<Found> columns = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private int lookedAt;
  private boolean isFull;
  private int fieldsOfStructs;

  /**
   * A column without its name.
   *
   * @param isRequired whether each record has a value there
   */
  record Found(List<String> path, ColumnType type, boolean isRequired, String words) {
    String dotted() {
      return String.join(".", path);
    }

    boolean isTime() {
      return type instanceof Timestamp;
    }
  }

  SchemaColumns(SchemaType.ObjectOf record) {
    collect(record.fields().get(), record.others(), List.of(), true, Set.of(record.name()));
  }

  List<Found> all() {
    return columns;
  }

  /** What no column has, and why, as {@code "path": reason}. */
  List<String> leftOut() {
    return leftOut;
  }

  private void collect(
      List<SchemaField> fields,
      String others,
      List<String> path,
      boolean isRequired,
      Set<String> within) {
    for (SchemaField field : fields) {
      if (isFull) {
        return;
      }
      List<String> to = with(path, field.name());
      String shown = Quoted.json(String.join(".", to));
      boolean requires = isRequired && field.required();
      lookedAt++;
      if (columns.size() == MOST_COLUMNS || lookedAt > MOST_LOOKED_AT) {
        isFull = true;
        leftOut.add(
            shown
                + " and all behind it: beyond "
                + (columns.size() == MOST_COLUMNS
                    ? MOST_COLUMNS + " columns"
                    : MOST_LOOKED_AT + " fields"));
      } else if (isUnspeakable(field.name())) {
        leftOut.add(shown + ": a path cannot say a name that is empty or an index");
      } else if (field.type() instanceof SchemaType.Nothing nothing) {
        leftOut.add(shown + ": " + nothing.why());
      } else if (field.type() instanceof SchemaType.ObjectOf object
          && !within.contains(object.name())
          && to.size() < DEEPEST) {
        List<SchemaField> inner = object.fields().get();
        if (inner.isEmpty()) {
          leftOut.add(shown + ": an object without fields");
        } else {
          collect(inner, object.others(), to, requires, with(within, object.name()));
        }
      } else {
        Set<String> remarks = new LinkedHashSet<>();
        ColumnType type = type(field.type(), within, to.size(), remarks);
        columns.add(new Found(to, type, requires, words(field, type, remarks)));
      }
    }
    if (!isFull && !others.isEmpty()) {
      leftOut.add(Quoted.json(String.join(".", with(path, "*"))) + ": " + others);
    }
  }

  private static boolean isUnspeakable(String name) {
    return name.isEmpty() || ContractPath.index(name) >= 0;
  }

  private static List<String> with(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  private static Set<String> with(Set<String> within, String name) {
    Set<String> more = new HashSet<>(within);
    more.add(name);
    return more;
  }

  private ColumnType type(SchemaType type, Set<String> within, int depth, Set<String> remarks) {
    if (type instanceof SchemaType.Value value) {
      remarks.addAll(value.remarks());
      return value.type();
    }
    if (type instanceof SchemaType.Nothing nothing) {
      remarks.add(nothing.why());
      return Scalar.JSON;
    }
    if (depth >= DEEPEST) {
      remarks.add("deeper than " + DEEPEST + " levels: the JSON text of what is there");
      return Scalar.JSON;
    }
    if (type instanceof SchemaType.ListOf list) {
      return new ColumnType.ListOf(type(list.element(), within, depth + 1, remarks));
    }
    if (type instanceof SchemaType.MapOf map) {
      return new ColumnType.MapOf(type(map.value(), within, depth + 1, remarks));
    }
    return struct((SchemaType.ObjectOf) type, within, depth, remarks);
  }

  private ColumnType struct(
      SchemaType.ObjectOf object, Set<String> within, int depth, Set<String> remarks) {
    if (within.contains(object.name())) {
      remarks.add("contains itself: the JSON text of it");
      return Scalar.JSON;
    }
    Set<String> inner = with(within, object.name());
    List<Field> fields = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (SchemaField field : object.fields().get()) {
      if (isUnspeakable(field.name()) || field.type() instanceof SchemaType.Nothing) {
        remarks.add("without its field " + Quoted.json(field.name()));
      } else if (++fieldsOfStructs > MOST_FIELDS) {
        remarks.add("of more fields than a draft has: the JSON text of it");
        return Scalar.JSON;
      } else {
        fields.add(
            new Field(
                ColumnNames.ofField(field.name(), taken),
                type(field.type(), inner, depth + 1, remarks),
                field.required(),
                field.name()));
      }
    }
    if (!object.others().isEmpty()) {
      remarks.add("without " + object.others());
    }
    if (fields.isEmpty()) {
      remarks.add("an object without fields: the JSON text of it");
      return Scalar.JSON;
    }
    return new StructOf(fields);
  }

  private static String words(SchemaField field, ColumnType type, Set<String> remarks) {
    List<String> words = new ArrayList<>();
    String said = field.words().strip().replaceAll("\\s+", " ");
    if (!said.isEmpty()) {
      words.add(
          said.codePointCount(0, said.length()) > LONGEST_WORDS
              ? said.substring(0, said.offsetByCodePoints(0, LONGEST_WORDS)) + "…"
              : said);
    }
    words.addAll(remarks);
    String name = ContractLint.snakeCase(field.name());
    if (ContractLint.isTime(name) && type == Scalar.INT64) {
      words.add("if it is a time, type: \"timestamp(micros, " + unit(name) + ")\"");
    } else if (ContractLint.isTime(name) && type == Scalar.STRING && remarks.isEmpty()) {
      words.add("if it is a time with an offset, type: timestamp");
    }
    return String.join("; ", words);
  }

  private static String unit(String name) {
    String last = name.substring(name.lastIndexOf('_') + 1);
    return switch (last) {
      case "ns", "nanos" -> "epoch_ns";
      case "us", "micros" -> "epoch_us";
      case "s", "sec", "seconds" -> "epoch_s";
      default -> "epoch_ms";
    };
  }
}
