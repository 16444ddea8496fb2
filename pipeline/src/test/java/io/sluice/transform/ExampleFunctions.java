package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.record.ColumnValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Small functions, for tests of what calls them, and as examples. */
public final class ExampleFunctions {
  private static final KeySpec COLUMN =
      KeySpec.required("column", KeySpec.Type.TEXT, "The column that is looked at.", "event_name");
  private static final KeySpec EQUALS =
      KeySpec.required("equals", KeySpec.Type.TEXT, "The value that is meant.", "debug");

  private ExampleFunctions() {}

  private static int text(List<Column> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        if (columns.get(i).type() != Scalar.STRING) {
          throw new IllegalArgumentException("needs a string, which column '" + name + "' is not");
        }
        return i;
      }
    }
    throw new IllegalArgumentException("has no column '" + name + "': name one of the columns");
  }

  private static String value(ColumnValues in, int column) {
    return in.isAbsent(column)
        ? ""
        : new String(in.array(column), in.start(column), in.length(column), UTF_8);
  }

  /** A function that looks at one column and leaves all as they are. */
  private abstract static class Condition implements RowFunction {
    @Override
    public List<KeySpec> keys() {
      return List.of(COLUMN, EQUALS);
    }

    @Override
    public List<Column> output(List<Column> input, KeyValues keys) {
      text(input, keys.text("column"));
      return input;
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      int column = text(input, keys.text("column"));
      String equal = keys.text("equals");
      Verdict verdict = verdict(keys);
      return (in, out) -> value(in, column).equals(equal) ? verdict : Verdict.KEEP;
    }

    abstract Verdict verdict(KeyValues keys);
  }

  /** Skips rows that have a value. */
  public static final class SkipIf extends Condition {
    @Override
    public String name() {
      return "skip_if";
    }

    @Override
    public String words() {
      return "Skips rows whose column has a value.";
    }

    @Override
    Verdict verdict(KeyValues keys) {
      return Verdict.SKIP;
    }
  }

  /** Rejects them. */
  public static final class RejectIf extends Condition {
    @Override
    public String name() {
      return "reject_if";
    }

    @Override
    public String words() {
      return "Makes dead letters of rows whose column has a value.";
    }

    @Override
    Verdict verdict(KeyValues keys) {
      return Verdict.reject(keys.text("column"), "is not wanted");
    }
  }

  /** Breaks its word. */
  public static final class FailIf extends Condition {
    @Override
    public String name() {
      return "fail_if";
    }

    @Override
    public String words() {
      return "Fails at rows whose column has a value.";
    }

    @Override
    Verdict verdict(KeyValues keys) {
      return Verdict.KEEP;
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      int column = text(input, keys.text("column"));
      return (in, out) -> {
        if (value(in, column).equals(keys.text("equals"))) {
          throw new IllegalStateException("it broke");
        }
        return Verdict.KEEP;
      };
    }
  }

  /** Adds a column, or changes one. */
  public static final class UpperCase implements RowFunction {
    @Override
    public String name() {
      return "upper_case";
    }

    @Override
    public String words() {
      return "Writes a text in capitals, into another column or its own.";
    }

    @Override
    public List<KeySpec> keys() {
      return List.of(
          COLUMN,
          KeySpec.optional(
              "into", KeySpec.Type.TEXT, "", "A new column; its own where none is named.", "loud"));
    }

    @Override
    public List<Column> output(List<Column> input, KeyValues keys) {
      Column from = input.get(text(input, keys.text("column")));
      List<Column> output = new ArrayList<>(input);
      if (!keys.text("into").isEmpty()) {
        output.add(Column.of(keys.text("into"), Scalar.STRING, from.required()));
      }
      return output;
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      int from = text(input, keys.text("column"));
      int to = keys.text("into").isEmpty() ? from : input.size();
      return (in, out) -> {
        if (!in.isAbsent(from)) {
          byte[] upper = value(in, from).toUpperCase(Locale.ROOT).getBytes(UTF_8);
          out.setBytes(to, upper, 0, upper.length);
        }
        return Verdict.KEEP;
      };
    }
  }

  /** Removes columns. */
  public static final class Remove implements RowFunction {
    @Override
    public String name() {
      return "remove";
    }

    @Override
    public String words() {
      return "Removes columns.";
    }

    @Override
    public List<KeySpec> keys() {
      return List.of(
          KeySpec.required("columns", KeySpec.Type.TEXTS, "Their names.", "[email, phone]"));
    }

    @Override
    public List<Column> output(List<Column> input, KeyValues keys) {
      return input.stream()
          .filter(column -> !keys.texts("columns").contains(column.name()))
          .toList();
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      return (in, out) -> Verdict.KEEP;
    }
  }
}
