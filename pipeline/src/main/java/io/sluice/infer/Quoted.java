package io.sluice.infer;

import com.fasterxml.jackson.databind.node.TextNode;

/** Texts of others in YAML and in comments: on one line, and no end of what they stand in. */
final class Quoted {
  private Quoted() {}

  /** As JSON, which is YAML too; what cannot be seen is escaped. */
  static String json(String text) {
    StringBuilder quoted = new StringBuilder();
    TextNode.valueOf(text)
        .toString()
        .codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR
                  || type == Character.SURROGATE
                  || type == Character.UNASSIGNED
                  || type == Character.PRIVATE_USE) {
                for (char unit : Character.toChars(c)) {
                  quoted.append(String.format("\\u%04x", (int) unit));
                }
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.toString();
  }

  /** As it is where YAML's flow style takes it for text, else as {@link #json}. */
  static String yaml(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_.-]*") ? text : json(text);
  }
}
