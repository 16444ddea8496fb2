package io.sluice.glue;

import io.sluice.glue.HiveType.ArrayOf;
import io.sluice.glue.HiveType.Field;
import io.sluice.glue.HiveType.MapOf;
import io.sluice.glue.HiveType.Primitive;
import io.sluice.glue.HiveType.StructOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one type as Hive spells it, in lower case and without spaces. */
final class HiveTypeParser {
  /** Deeper than any contract, and shallow enough for any stack. */
  private static final int DEEPEST = 200;

  private final String text;
  private int at;
  private int depth;

  HiveTypeParser(String text) {
    this.text = text;
  }

  /** The type that the whole text is; empty where it is no type. */
  Optional<HiveType> whole() {
    Optional<HiveType> type = type();
    return at == text.length() ? type : Optional.empty();
  }

  private Optional<HiveType> type() {
    if (depth++ > DEEPEST) {
      return Optional.empty();
    }
    Optional<HiveType> type =
        take("array<")
            ? type().filter(element -> take(">")).map(ArrayOf::new)
            : take("map<") ? map() : take("struct<") ? struct() : primitive();
    depth--;
    return type;
  }

  private boolean take(String expected) {
    if (!text.startsWith(expected, at)) {
      return false;
    }
    at += expected.length();
    return true;
  }

  private Optional<HiveType> map() {
    Optional<HiveType> key = type();
    if (key.isEmpty() || !take(",")) {
      return Optional.empty();
    }
    return type().filter(value -> take(">")).map(value -> new MapOf(key.get(), value));
  }

  private Optional<HiveType> struct() {
    List<Field> fields = new ArrayList<>();
    do {
      int colon = text.indexOf(':', at);
      if (colon <= at) {
        return Optional.empty();
      }
      String name = text.substring(at, colon);
      at = colon + 1;
      Optional<HiveType> type = type();
      if (type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(new Field(name, type.get()));
    } while (take(","));
    return take(">") ? Optional.of(new StructOf(fields)) : Optional.empty();
  }

  private Optional<HiveType> primitive() {
    int from = at;
    boolean isWithin = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '(') {
        isWithin = true;
      } else if (c == ')') {
        isWithin = false;
      } else if (c == '<' || c == '>' || c == ':' || c == ',' && !isWithin) {
        break;
      }
      at++;
    }
    return at == from ? Optional.empty() : Optional.of(new Primitive(text.substring(from, at)));
  }
}
