package io.sluice.contract;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Paths from a document's root to a value, as contracts spell them: names with a dot between, or a
 * list of names, each of which is taken as it stands. {@code [2]} behind a name, or as an item of
 * the list, is the third element of a list.
 */
public final class ContractPath {
  /** Nobody asks for an element that is further behind. */
  private static final Pattern INDEX = Pattern.compile("\\[(\\d{1,6})]");

  private static final Pattern INDEXED = Pattern.compile("([^\\[\\]]+)((?:\\[\\d{1,6}])+)");

  /**
   * Why a path is likely to match nothing.
   *
   * @param fix what to write in its place
   */
  public record Doubt(String message, String fix) {}

  private ContractPath() {}

  /** The names that dots separate, and the indexes behind them. */
  static List<String> split(String text) {
    List<String> steps = new ArrayList<>();
    for (String name : text.split("\\.", -1)) {
      Matcher indexed = INDEXED.matcher(name);
      if (indexed.matches()) {
        steps.add(indexed.group(1));
        INDEX.matcher(indexed.group(2)).results().forEach(index -> steps.add(index.group()));
      } else {
        steps.add(name);
      }
    }
    return steps;
  }

  /** The index that a step of a path is, as {@code [2]}; -1 where it is a name. */
  public static int index(String step) {
    Matcher index = INDEX.matcher(step);
    return index.matches() ? Integer.parseInt(index.group(1)) : -1;
  }

  /** A path as messages have it: {@code items[2].price}. */
  public static String joined(List<String> path) {
    StringBuilder text = new StringBuilder();
    for (String step : path) {
      text.append(text.length() == 0 || index(step) >= 0 ? "" : ".").append(step);
    }
    return text.toString();
  }

  /** Whether names with dots between say the path, and nothing else to any reader. */
  public static boolean isPlain(List<String> path) {
    String text = joined(path);
    return split(text).equals(path) && !path.contains("") && doubt(text).isEmpty();
  }

  /** A path as a contract spells it. */
  public static String text(List<String> path) {
    return isPlain(path)
        ? joined(path)
        : path.stream()
            .map(name -> name.matches("[A-Za-z_$][\\w.$@-]*") ? name : quoted(name))
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String name) {
    return TextNode.valueOf(name).toString();
  }

  /**
   * Whether a text is a path of another language: JSONPath, a JSON Pointer, SQL. Such a one is
   * valid here, and names fields that hardly any document has.
   */
  public static Optional<Doubt> doubt(String text) {
    List<String> written = split(text);
    List<String> meant = meant(text);
    int into = intoList(meant);
    if (into >= 0) {
      return Optional.of(
          new Doubt(
              "path '"
                  + text
                  + "' looks for a field named '"
                  + meant.get(into)
                  + "': a path leads through objects, and into a list by an index in brackets, without wildcards",
              meant.get(into).matches("\\d+")
                  ? "path: "
                      + joined(
                          meant.stream()
                              .map(name -> name.matches("\\d+") ? "[" + name + "]" : name)
                              .toList())
                  : into == 0
                      ? "a column for each field"
                      : "path: "
                          + text(meant.subList(0, into))
                          + ", with type: "
                          + listType(meant.subList(into + 1, meant.size()))));
    }
    if (!meant.isEmpty() && meant.get(0).startsWith("$") && meant.equals(written)) {
      return Optional.of(
          new Doubt(
              "path '"
                  + text
                  + "' looks for a field named '"
                  + meant.get(0)
                  + "' in the document: what a record has beside its value has no path",
              "position_columns: true for partition, offset and timestamp; where the document has such a field, path: "
                  + list(written)));
    }
    return meant.equals(written)
        ? Optional.empty()
        : Optional.of(
            new Doubt(
                "path '"
                    + text
                    + "' looks for a field named '"
                    + written.stream()
                        .filter(name -> !meant.contains(name))
                        .findFirst()
                        .orElse(text)
                    + "': a path is names with a . between, and indexes in brackets, without quotes, a root or escapes",
                "path: " + (meant.isEmpty() ? "the field's name" : text(meant))));
  }

  private static String list(List<String> path) {
    return path.stream().collect(Collectors.joining(", ", "[", "]"));
  }

  private static String listType(List<String> below) {
    return below.isEmpty()
        ? "{list: TYPE}"
        : "{list: {struct: [{name: " + below.get(0) + ", type: TYPE}]}}";
  }

  /** The first name that is a wildcard, or an index behind a name; -1 where there is none. */
  private static int intoList(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).matches("\\*+") || i > 0 && names.get(i).matches("\\d+|\\d*:\\d*")) {
        return i;
      }
    }
    return -1;
  }

  /** The names that a text has in whatever language it may be. */
  private static List<String> meant(String text) {
    String dotted = text.strip().replace("[]", "[*]").replaceAll("->>?", ".");
    if (dotted.startsWith("/")) {
      dotted = dotted.substring(1).replace('/', '.');
    }
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < dotted.length(); i++) {
      char c = dotted.charAt(i);
      Matcher index = INDEX.matcher(dotted).region(i, dotted.length());
      if (index.lookingAt() && (name.length() > 0 || !names.isEmpty())) {
        addTo(names, name);
        names.add(index.group());
        i = index.end() - 1;
        continue;
      }
      int close = c == '\'' || c == '"' || c == '`' ? dotted.indexOf(c, i + 1) : -1;
      if (close > i) {
        name.append(dotted, i + 1, close);
        i = close;
      } else if (c == '\\' && i + 1 < dotted.length()) {
        name.append(dotted.charAt(++i));
      } else if (c == '.' || c == '[' || c == ']') {
        addTo(names, name);
      } else {
        name.append(c);
      }
    }
    addTo(names, name);
    if (names.size() > 1 && names.get(0).equals("$")) {
      names.remove(0);
    }
    return names;
  }

  private static void addTo(List<String> names, StringBuilder name) {
    String stripped = name.toString().strip();
    if (!stripped.isEmpty()) {
      names.add(stripped);
    }
    name.setLength(0);
  }
}
