package io.sluice.contract;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The functions of rows that are on the class path. */
public final class Functions {
  private Functions() {}

  /** All of them, by name. */
  public static TreeMap<String, FunctionSpec> all() {
    return PlugIn.all(FunctionSpec.class);
  }

  public static Optional<FunctionSpec> find(String name) {
    return Optional.ofNullable(all().get(name));
  }

  /**
   * The columns that a function makes.
   *
   * @param eventTime the name of the event time's column
   * @throws IllegalArgumentException where the keys do not go with the input, or what it makes is
   *     no table with that event time
   */
  static List<Column> output(
      FunctionSpec function, List<Column> input, KeyValues keys, String eventTime) {
    List<Column> output = function.output(input, keys);
    Set<String> names = new LinkedHashSet<>();
    for (Column column : output) {
      String name = column.name();
      if (!ContractParser.NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "would make a column '" + name + "': names are letters, digits and _, a letter first");
      }
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "would make a second column '" + name + "' (query engines ignore case)");
      }
      if (name.equalsIgnoreCase(Contract.DATE_COLUMN)) {
        throw new IllegalArgumentException(
            "would make a column '" + name + "', which Sluice makes from event_time");
      }
    }
    if (input.stream().noneMatch(c -> c.name().equals(eventTime) && output.contains(c))) {
      throw new IllegalArgumentException(
          "would remove or change the event time, '"
              + eventTime
              + "', which is out of reach for functions: name another column");
    }
    return output;
  }
}
