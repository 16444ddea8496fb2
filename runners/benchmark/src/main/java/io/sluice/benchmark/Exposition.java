package io.sluice.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What a process says of itself in Prometheus' text format. */
record Exposition(List<Line> lines) {
  /** One time series at this moment. */
  record Line(String name, Map<String, String> labels, double value) {}

  /**
   * Reads the format.
   *
   * @throws IllegalArgumentException where it is not of that format
   */
  static Exposition parse(String text) {
    List<Line> lines = new ArrayList<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> lines.add(new Reader(line).read()));
    return new Exposition(List.copyOf(lines));
  }

  /** The sum of a name over the labels that are not given; empty where there is none of it. */
  OptionalDouble sum(String name, Map<String, String> labels) {
    double[] values =
        lines.stream()
            .filter(line -> line.name().equals(name))
            .filter(line -> line.labels().entrySet().containsAll(labels.entrySet()))
            .mapToDouble(Line::value)
            .toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(java.util.Arrays.stream(values).sum());
  }

  /** Reads {@code name{label="value",…} number [time]}. */
  private static final class Reader {
    private final String line;
    private int at;

    Reader(String line) {
      this.line = line;
    }

    Line read() {
      String name = until("{ \t");
      blanks();
      Map<String, String> labels = new HashMap<>();
      if (peek() == '{') {
        at++;
        blanks();
        while (peek() != '}') {
          String label = until("=").strip();
          expect('=');
          blanks();
          expect('"');
          labels.put(label, quoted());
          blanks();
          if (peek() == ',') {
            at++;
            blanks();
          }
        }
        at++;
      }
      String number = line.substring(at).strip().split("\\s+")[0];
      return new Line(name, Map.copyOf(labels), number(number));
    }

    private char peek() {
      if (at >= line.length()) {
        throw malformed();
      }
      return line.charAt(at);
    }

    private void blanks() {
      while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
        at++;
      }
    }

    private void expect(char c) {
      if (peek() != c) {
        throw malformed();
      }
      at++;
    }

    private String until(String ends) {
      int from = at;
      while (ends.indexOf(peek()) < 0) {
        at++;
      }
      return line.substring(from, at);
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      while (peek() != '"') {
        char c = line.charAt(at++);
        if (c == '\\') {
          c = peek();
          at++;
          c = c == 'n' ? '\n' : c;
        }
        value.append(c);
      }
      at++;
      return value.toString();
    }

    private double number(String text) {
      try {
        return switch (text) {
          case "+Inf" -> Double.POSITIVE_INFINITY;
          case "-Inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.parseDouble(text);
        };
      } catch (NumberFormatException e) {
        throw malformed();
      }
    }

    private IllegalArgumentException malformed() {
      return new IllegalArgumentException("not a line of metrics: " + line);
    }
  }
}
