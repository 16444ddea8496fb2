package io.sluice.plan;

import java.util.ArrayList;
import java.util.List;

/** Texts that are too long for a line, in several: nothing of them is left out. */
final class Wrapping {
  /** Broken in the middle of a word where it has none so near. */
  private static final int LEAST = 20;

  private Wrapping() {}

  /**
   * Lines of at most some characters.
   *
   * @param indent spaces before each line but the first
   */
  static List<String> lines(String text, int width, int indent) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int start = lines.isEmpty() ? 0 : indent;
      int space = rest.lastIndexOf(' ', width);
      boolean isWord = space >= start + LEAST;
      lines.add(rest.substring(0, isWord ? space : width).stripTrailing());
      rest = " ".repeat(indent) + rest.substring(isWord ? space + 1 : width).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
