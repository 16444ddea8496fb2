package io.sluice.contract;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Paths from a document's root to a value, as contracts spell them: names with a dot between, or a
 * list of names, each of which is taken as it stands.
 */
public final class ContractPath {

  /**
   * Why a path is likely to match nothing.
   *
   * @param fix what to write in its place
   */
  public record Doubt(String message, String fix) {}

  private ContractPath() {}

  /** The names that dots separate. */
  static List<String> split(String text) {
    return List.of(text.split("\\.", -1));
  }

  /** Whether names with dots between say the path, and nothing else to any reader. */
  public static boolean isPlain(List<String> path) {
    String text = String.join(".", path);
    return split(text).equals(path) && !path.contains("") && doubt(text).isEmpty();
  }

  /** A path as a contract spells it. */
  public static String text(List<String> path) {
    return isPlain(path)
        ? String.join(".", path)
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
                  + "': a path leads through objects, without wildcards, and not into a list",
              into == 0
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
                    + "': a path is names with a . between, without quotes, brackets, a root or escapes",
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
