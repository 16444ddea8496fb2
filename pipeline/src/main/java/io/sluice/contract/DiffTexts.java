package io.sluice.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a {@link ContractDiff} shows of the two sides of a change. */
final class DiffTexts {
  private DiffTexts() {}

  /** From what to what. */
  static String change(Object older, Object newer) {
    return lower(older) + " -> " + lower(newer);
  }

  static String lower(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  static String unless(Choice choice) {
    return choice.unless().isEmpty()
        ? "none"
        : choice.unless().stream().map(Condition::text).collect(Collectors.joining("; "));
  }

  static String name(@Nullable Plugged keys) {
    return keys == null ? "none" : keys.name();
  }

  static String calls(Contract contract) {
    return contract.transform().isNone()
        ? "none"
        : contract.transform().calls().stream()
            .map(call -> call.function() + " " + call.keys().byName())
            .collect(Collectors.joining(", "));
  }

  static String columns(List<Column> before, List<Column> after) {
    List<String> older = before.stream().map(Column::name).toList();
    List<String> newer = after.stream().map(Column::name).toList();
    return older.equals(newer) ? newer + " are read in another way" : change(older, newer);
  }

  /** What is different of where a column's values come from, and what is done to them. */
  static String readings(Reading before, Reading after) {
    List<String> changes = new ArrayList<>();
    reading(changes, "from", before.text(), after.text());
    reading(changes, "default", text(before.fallback()), text(after.fallback()));
    reading(changes, "null_values", before.nullValues(), after.nullValues());
    reading(changes, "coerce", before.coerces(), after.coerces());
    reading(changes, "mask", text(before.mask()), text(after.mask()));
    return String.join(", ", changes);
  }

  private static void reading(List<String> changes, String key, Object before, Object after) {
    if (!before.equals(after)) {
      changes.add(key + " " + change(before, after));
    }
  }

  private static String text(@Nullable Object value) {
    return value == null ? "none" : value instanceof Mask mask ? mask.text() : value.toString();
  }
}
