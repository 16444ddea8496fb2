package io.sluice.convert;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words why a document is not JSON, and where: the first fault, by RFC 8259. For
 * messages alone; whether a document is JSON the parser decides.
 */
public final class JsonFault {
  private static final int LONGEST_WORD = 40;
  private static final String NONE = "not JSON";
  private static final String NO_COMMENTS = "a slash (JSON has no comments)";
  private static final String END = "the document ends too early";

  /** What is to come next. */
  private enum Expected {
    VALUE("a value"),
    VALUE_OR_END("a value or ]"),
    NAME("a name in double quotes"),
    NAME_OR_END("a name in double quotes, or }"),
    COLON("a colon"),
    COMMA("a comma, or the end of the list or object");

    private final String text;

    Expected(String text) {
      this.text = text;
    }
  }

  private final byte[] json;
  private final boolean hasLines;
  private int at;

  /** What is open: true for an object. */
  private final BitSet objects = new BitSet();

  private int depth;

  private JsonFault(byte[] json, boolean hasLines) {
    this.json = json;
    this.hasLines = hasLines;
  }

  /**
   * What is wrong with a text that somebody wrote, with line and column, both from 1 on.
   *
   * @param refused what the parser said of it, whose words are taken where it refuses what RFC 8259
   *     allows, or allows comments
   */
  public static String ofText(String text, JsonProcessingException refused) {
    String fault = new JsonFault(text.getBytes(StandardCharsets.UTF_8), true).first();
    if (!fault.equals(NONE) && !fault.contains(NO_COMMENTS)) {
      return fault;
    }
    // The library names the source, which it does not show, within what it says.
    String words =
        String.valueOf(refused.getOriginalMessage())
            .replaceFirst("(?s)\\s*(\\(start marker )?at \\[Source.*", "");
    JsonLocation where = refused.getLocation();
    return where == null
        ? words
        : words + " at line " + where.getLineNr() + ", column " + where.getColumnNr();
  }

  /**
   * What is wrong.
   *
   * @param json UTF-8
   */
  public static String of(byte[] json) {
    return new JsonFault(json, false).first();
  }

  private String first() {
    Expected expected = Expected.VALUE;
    while (true) {
      skipSpace();
      if (at >= json.length) {
        return END;
      }
      byte c = json[at];
      String fault = null;
      switch (expected) {
        case VALUE, VALUE_OR_END -> {
          if (c == '{' || c == '[') {
            objects.set(depth++, c == '{');
            at++;
            expected = c == '{' ? Expected.NAME_OR_END : Expected.VALUE_OR_END;
            continue;
          }
          if (c == ']' && expected == Expected.VALUE_OR_END) {
            close();
          } else {
            fault = c == '"' ? string() : scalar(expected);
          }
          expected = Expected.COMMA;
        }
        case NAME, NAME_OR_END -> {
          if (c == '}' && expected == Expected.NAME_OR_END) {
            close();
            expected = Expected.COMMA;
          } else {
            fault = c == '"' ? string() : unexpected(expected);
            expected = Expected.COLON;
          }
        }
        case COLON -> {
          fault = c == ':' ? null : unexpected(expected);
          at++;
          expected = Expected.VALUE;
        }
        case COMMA -> {
          if (c == ',') {
            at++;
            expected = objects.get(depth - 1) ? Expected.NAME : Expected.VALUE;
          } else if (c == (objects.get(depth - 1) ? '}' : ']')) {
            close();
          } else {
            fault = unexpected(expected);
          }
        }
      }
      if (fault != null) {
        return fault;
      }
      if (depth == 0) {
        skipSpace();
        return at < json.length ? found() + " behind the document" : NONE;
      }
    }
  }

  private void close() {
    at++;
    depth--;
  }

  private void skipSpace() {
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  /** Null where it is one. */
  private @Nullable String string() {
    for (at++; at < json.length && json[at] != '"'; at++) {
      byte c = json[at];
      if (c >= 0 && c < ' ') {
        return String.format(
            "the control character 0x%02x in a string%s: JSON has it as an escape only",
            c, position());
      }
      if (c == '\\') {
        String fault = escape();
        if (fault != null) {
          return fault;
        }
      }
    }
    return at++ < json.length ? null : END + ", in a string";
  }

  private @Nullable String escape() {
    int start = at++;
    if (at >= json.length) {
      return END + ", in a string";
    }
    int length = json[at] == 'u' ? 4 : 0;
    boolean valid = "\"\\/bfnrtu".indexOf(json[at]) >= 0;
    for (int i = 0; valid && i < length; i++) {
      at++;
      if (at >= json.length) {
        return END + ", in a string";
      }
      valid = Character.digit(json[at], 16) >= 0;
    }
    int end = Math.min(json.length, at + 1);
    return valid
        ? null
        : "the escape "
            + new String(json, start, end - start, StandardCharsets.UTF_8)
            + position(start)
            + " is not one of JSON's";
  }

  private @Nullable String scalar(Expected expected) {
    int start = at;
    while (at < json.length && isOfWord(json[at])) {
      at++;
    }
    String word = new String(json, start, at - start, StandardCharsets.US_ASCII);
    int end = at;
    at = start;
    if (word.isEmpty()) {
      return unexpected(expected);
    }
    if (word.equals("true")
        || word.equals("false")
        || word.equals("null")
        || word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      at = end;
      return null;
    }
    if (end == json.length && isBegunWord(word)) {
      return END;
    }
    String quoted = word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) + "…" : word;
    String where = quoted + position();
    if (word.matches("(?i)[+-]?(nan|inf|infinity)")) {
      return where + " is no number in JSON: the producer has to send null, or leave the field out";
    }
    if (word.matches("[+-]?\\.?[0-9].*")) {
      return where
          + " is not how JSON writes a number: no plus sign or zero before it, digits before and"
          + " after a point";
    }
    return where + " is no value: strings stand in double quotes; the words are true, false, null";
  }

  private static boolean isBegunWord(String word) {
    return "true".startsWith(word) || "false".startsWith(word) || "null".startsWith(word);
  }

  private static boolean isOfWord(byte c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '+'
        || c == '-'
        || c == '.';
  }

  private String unexpected(Expected expected) {
    return found() + " where " + expected.text + " is due";
  }

  private String found() {
    byte c = json[at];
    String name =
        c == '\''
            ? "a single quote"
            : c == '/'
                ? NO_COMMENTS
                : c >= ' ' && c < 0x7F
                    ? String.valueOf((char) c)
                    : String.format("the byte 0x%02x", c & 0xFF);
    return "found " + name + position();
  }

  private String position() {
    return position(at);
  }

  private String position(int at) {
    if (!hasLines) {
      return " at byte " + at;
    }
    String before = new String(json, 0, at, StandardCharsets.UTF_8);
    int lineStart = before.lastIndexOf('\n') + 1;
    return " at line "
        + (before.chars().filter(c -> c == '\n').count() + 1)
        + ", column "
        + (before.length() - lineStart + 1);
  }
}
