package io.sluice.contract;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The functions of rows that are on the class path. */
public final class Functions {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private Functions() {}

  /**
   * All of them, by name.
   *
   * @throws IllegalStateException where two have the same name, or one has none that a contract can
   *     write
   */
  public static TreeMap<String, FunctionSpec> all() {
    TreeMap<String, FunctionSpec> functions = new TreeMap<>();
    for (FunctionSpec function : ServiceLoader.load(FunctionSpec.class)) {
      if (!NAME.matcher(function.name()).matches()) {
        throw new IllegalStateException(
            function.getClass().getName()
                + " calls itself '"
                + function.name()
                + "': a function's name is lower-case letters, digits and _, a letter first");
      }
      FunctionSpec other = functions.put(function.name(), function);
      if (other != null) {
        throw new IllegalStateException(
            "two functions are called '"
                + function.name()
                + "': "
                + other.getClass().getName()
                + " and "
                + function.getClass().getName());
      }
    }
    return functions;
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
