package io.sluice.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key of a contract's section that a plugged-in module declares: parser, JSON Schema and
 * documentation all read it from here.
 *
 * @param choices the texts that it may be; empty for any
 * @param fallback what holds where the key is not given, of the type's Java class; null where it
 *     has to be given
 * @param words what it means, in a sentence
 * @param example a value as it stands in a contract
 * @param form of a text; null for any
 */
public record KeySpec(
    String name,
    Type type,
    List<String> choices,
    @Nullable Object fallback,
    String words,
    String example,
    @Nullable Form form) {
  /** Of bytes in a file that a key of the type {@link Type#CONTENT} names. */
  public static final int MOST_CONTENT = 1 << 20;

  /**
   * What a text has to look like.
   *
   * @param pattern a regular expression, as JSON Schema and Java both take it, for the whole text
   * @param words the same, in words that go on from "must be"
   */
  public record Form(String pattern, String words) {}

  /** What a value is, in a contract and in Java. */
  public enum Type {
    /** A String. */
    TEXT,
    /** A whole number: a Long. */
    NUMBER,
    /** true or false: a Boolean. */
    FLAG,
    /** A list of texts: a {@code List<String>}. */
    TEXTS,
    /**
     * A text, or {@code {file: PATH}} for what is in a file: a String, which is the content. What
     * is not UTF-8 is {@code base64:} and its bytes in base64. So a contract that is read has all
     * that it needs, whatever becomes of the file.
     */
    CONTENT
  }

  public KeySpec {
    choices = List.copyOf(choices);
    boolean fits =
        fallback == null
            || switch (type) {
              case TEXT, CONTENT ->
                  fallback instanceof String text && (choices.isEmpty() || choices.contains(text));
              case NUMBER -> fallback instanceof Long;
              case FLAG -> fallback instanceof Boolean;
              case TEXTS -> fallback instanceof List<?>;
            };
    if (!fits) {
      throw new IllegalArgumentException("key " + name + ": its default is not of type " + type);
    }
  }

  /** A key that may be left out. */
  public static KeySpec optional(
      String name, Type type, Object fallback, String words, String example) {
    return new KeySpec(name, type, List.of(), fallback, words, example, null);
  }

  /** A key that has to be given. */
  public static KeySpec required(String name, Type type, String words, String example) {
    return new KeySpec(name, type, List.of(), null, words, example, null);
  }

  /** One of some texts, of which the first holds where the key is not given. */
  public static KeySpec choice(String name, List<String> choices, String words) {
    return new KeySpec(name, Type.TEXT, choices, choices.get(0), words, choices.get(0), null);
  }

  /** The same key for texts of a form. */
  public KeySpec matching(Form texts) {
    return new KeySpec(name, type, choices, fallback, words, example, texts);
  }
}
