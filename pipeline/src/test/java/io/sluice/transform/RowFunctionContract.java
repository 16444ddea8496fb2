package io.sluice.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.record.BytesReader;
import io.sluice.record.ColumnValues;
import io.sluice.record.EncodedValues;
import io.sluice.record.RowValues;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RowFunction} has to keep. A function's test extends this and gives the function
 * with some keys, and nothing else but, where it needs special ones, rows of its own.
 */
public abstract class RowFunctionContract {
  /** The event time of all rows' first column. */
  static final Column TIME =
      Column.of(
          "happened",
          new ColumnType.Timestamp(
              ColumnType.Timestamp.Unit.MICROS, ColumnType.Timestamp.Format.ISO8601),
          true);

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final int RANDOM_ROWS = 300;
  private static final long SEED = 14;
  private static final String HUGE = "ü".repeat(1 << 20);

  /** The function that is tested. */
  protected abstract RowFunction function();

  /** What a contract says for its keys; others have their defaults. */
  protected abstract Map<String, Object> keys();

  /** The columns that it gets; the first is the event time. */
  protected List<Column> input() {
    return List.of(
        TIME,
        Column.of("name", Scalar.STRING, true),
        Column.of("text", Scalar.STRING, false),
        Column.of("count", Scalar.INT32, false),
        Column.of("number", Scalar.INT64, false),
        Column.of("ratio", Scalar.DOUBLE, false),
        Column.of("flag", Scalar.BOOLEAN, false),
        Column.of("day", Scalar.DATE, false),
        Column.of("price", new ColumnType.Decimal(12, 2), false),
        Column.of("data", Scalar.BYTES, false),
        Column.of("tags", new ColumnType.ListOf(Scalar.STRING), false));
  }

  /** Rows that matter to it, beside those that all functions get; values by column. */
  protected List<@Nullable Object[]> rows() {
    return List.of();
  }

  /** What became of a row: a text that is equal where all of it is. */
  private record Became(Verdict verdict, @Nullable String row, long eventTime) {}

  private KeyValues values() {
    Map<String, Object> all = new java.util.LinkedHashMap<>();
    for (KeySpec key : function().keys()) {
      Object given = keys().getOrDefault(key.name(), key.fallback());
      assertTrue(given != null, () -> "the key " + key.name() + " is missing");
      all.put(key.name(), given);
    }
    return new KeyValues(all);
  }

  private List<Column> output() {
    return function().output(input(), values());
  }

  private RowStep step() {
    return function().step(input(), output(), values());
  }

  private List<@Nullable Object[]> allRows() {
    Random random = new Random(SEED);
    List<@Nullable Object[]> all = new ArrayList<>(rows());
    all.add(row(column -> null));
    all.add(row(column -> column.type() == Scalar.STRING ? "" : null));
    all.add(row(column -> column.type() == Scalar.BYTES ? new byte[0] : null));
    all.add(row(column -> column.type() == Scalar.STRING ? HUGE : null));
    all.add(row(column -> column.type() == Scalar.BYTES ? new byte[2 << 20] : null));
    all.add(row(column -> column.type() == Scalar.STRING ? "\u0000\ud83d\ude00é\"\n" : null));
    all.add(row(column -> extreme(column, true)));
    all.add(row(column -> extreme(column, false)));
    for (int i = 0; i < RANDOM_ROWS; i++) {
      all.add(row(column -> random.nextInt(4) == 0 ? null : some(column.type(), random)));
    }
    return all;
  }

  private interface Value {
    @Nullable Object of(Column column);
  }

  private @Nullable Object[] row(Value value) {
    @Nullable Object[] row =
        input().stream()
            .map(
                column -> {
                  Object chosen = value.of(column);
                  return chosen != null || !column.required()
                      ? chosen
                      : some(column.type(), new Random(column.name().hashCode()));
                })
            .toArray();
    row[0] = NOON.plusSeconds(Arrays.deepHashCode(row) & 0xFFF);
    return row;
  }

  private static @Nullable Object extreme(Column column, boolean least) {
    ColumnType type = column.type();
    if (type == Scalar.INT32) {
      return least ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }
    if (type == Scalar.INT64) {
      return least ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    if (type == Scalar.DOUBLE) {
      return least ? Double.NEGATIVE_INFINITY : Double.NaN;
    }
    return null;
  }

  private static Object some(ColumnType type, Random random) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING -> "v" + random.nextInt(20);
        case BOOLEAN -> random.nextBoolean();
        case INT32 -> random.nextInt();
        case INT64 -> random.nextLong();
        case FLOAT -> random.nextFloat();
        case DOUBLE -> random.nextDouble();
        case DATE -> LocalDate.ofEpochDay(random.nextInt(20_000));
        case BYTES -> new byte[random.nextInt(20)];
        case TIME -> LocalTime.ofSecondOfDay(random.nextInt(86_400));
        case UUID -> new UUID(random.nextLong(), random.nextLong());
        case JSON -> "{\"n\":" + random.nextInt(20) + "}";
      };
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return BigDecimal.valueOf(random.nextInt(100), decimal.scale());
    }
    if (type instanceof ColumnType.ListOf list) {
      return List.of(some(list.element(), random), some(list.element(), random));
    }
    if (type instanceof ColumnType.MapOf map) {
      return Map.of("k" + random.nextInt(20), some(map.value(), random));
    }
    return NOON.plusSeconds(random.nextInt(1000));
  }

  /** Applies the function as a decoder does, and looks at all that a reader would see. */
  private Became apply(RowStep step, @Nullable Object[] row) {
    List<Column> output = output();
    ColumnValues in = new RowValues(input()).of(row);
    ColumnValues before = copy(in, input());
    ColumnValues out = new ColumnValues(output);
    for (int i = 0; i < output.size(); i++) {
      int from = input().indexOf(output.get(i));
      if (from >= 0) {
        out.set(i, in, from);
      }
    }
    Verdict verdict;
    try {
      verdict = step.apply(in, out);
    } catch (Exception | StackOverflowError | AssertionError e) {
      return fail("never throws for what a row holds: " + e, e);
    }
    assertSame(before, in);
    assertNotNull(verdict, "says of each row what becomes of it");
    if (!(verdict instanceof Verdict.Keep)) {
      return new Became(verdict, null, 0);
    }
    for (int i = 0; i < output.size(); i++) {
      assertFits(output.get(i), out, i);
    }
    int time = output.indexOf(TIME);
    Row made = new RowValues(output).row(out, "source", 0, 0, 0);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < output.size(); i++) {
      Object value = made.getValue(i);
      text.append(value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value))
          .append('|');
    }
    return new Became(verdict, text.toString(), out.micros(time));
  }

  private static ColumnValues copy(ColumnValues of, List<Column> columns) {
    ColumnValues copy = new ColumnValues(columns);
    for (int i = 0; i < columns.size(); i++) {
      copy.set(i, of, i);
      if (!of.isAbsent(i) && ColumnKind.of(columns.get(i)) != ColumnKind.INTEGER) {
        byte[] array = of.array(i).clone();
        copy.setBytes(i, array, of.start(i), of.length(i));
      }
    }
    return copy;
  }

  private void assertSame(ColumnValues before, ColumnValues after) {
    for (int i = 0; i < input().size(); i++) {
      String message = "changes nothing that it is given: " + input().get(i).name();
      assertEquals(before.isAbsent(i), after.isAbsent(i), message);
      if (before.isAbsent(i)) {
        continue;
      }
      if (ColumnKind.of(input().get(i)) == ColumnKind.INTEGER) {
        assertEquals(before.integer(i), after.integer(i), message);
      } else {
        assertArrayEquals(
            Arrays.copyOfRange(
                before.array(i), before.start(i), before.start(i) + before.length(i)),
            Arrays.copyOfRange(after.array(i), after.start(i), after.start(i) + after.length(i)),
            message);
      }
    }
  }

  private static void assertFits(Column column, ColumnValues out, int index) {
    String message = "what it sets is of its column's type: " + column.name();
    if (out.isAbsent(index)) {
      assertFalse(column.required(), "required columns are set: " + column.name());
      return;
    }
    switch (ColumnKind.of(column)) {
      case BYTES -> {
        if (column.type() == Scalar.STRING) {
          try {
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(out.array(index), out.start(index), out.length(index)));
          } catch (CharacterCodingException e) {
            fail(message + ": not UTF-8");
          }
        }
      }
      case INTEGER -> {
        long value = out.integer(index);
        if (column.type() == Scalar.INT32) {
          assertEquals((int) value, value, message);
        } else if (column.type() instanceof ColumnType.Decimal decimal) {
          assertTrue(
              BigDecimal.valueOf(value, decimal.scale()).precision() <= decimal.precision(),
              message);
        }
      }
      case ENCODED -> {
        BytesReader in = new BytesReader(out.array(index), out.start(index));
        Map<ColumnType, Schema> schemas = new IdentityHashMap<>();
        EncodedValues.read(in, column.type(), schemas);
        assertEquals(out.start(index) + out.length(index), in.bytesAt(), message);
      }
    }
  }

  @Test
  final void itMakesTheSameOfARowWheneverAndInWhateverOrderItComes() {
    List<@Nullable Object[]> rows = allRows();
    RowStep step = step();
    List<Became> first = rows.stream().map(row -> apply(step, row)).toList();
    assertEquals(first, rows.stream().map(row -> apply(step, row)).toList(), "again");
    assertEquals(first, rows.stream().map(row -> apply(step(), row)).toList(), "each alone");
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(SEED));
    RowStep other = step();
    for (int i : order) {
      assertEquals(first.get(i), apply(other, rows.get(i)), "in another order: row " + i);
    }
  }

  @Test
  final void eventTimesAreOutOfItsReach() {
    assertTrue(output().contains(TIME), "the event time is among its columns, as it came");
    RowStep step = step();
    for (@Nullable Object[] row : allRows()) {
      Became became = apply(step, row);
      if (became.row() != null) {
        assertEquals(EncodedValues.micros((Instant) row[0]), became.eventTime(), "the event time");
      }
    }
  }

  @Test
  final void itsColumnsDependOnInputAndKeysAlone() {
    assertEquals(output(), output());
    List<String> names =
        output().stream().map(column -> column.name().toLowerCase(java.util.Locale.ROOT)).toList();
    assertEquals(names.size(), names.stream().distinct().count(), names.toString());
  }

  @Test
  final void itSaysWhatItDoesAndWhatItsKeysMean() {
    assertTrue(function().name().matches("[a-z][a-z0-9_]*"), function().name());
    assertFalse(function().words().isBlank(), "words");
    for (KeySpec key : function().keys()) {
      assertFalse(key.words().isBlank(), key.name());
      assertFalse(key.example().isBlank(), key.name());
    }
  }
}
