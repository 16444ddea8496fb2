package io.sluice.contract;

import io.sluice.UserException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key of a contract that something plugged in declares: parser, JSON Schema, diff and errors all
 * read it from here. Values are texts until they are asked for.
 *
 * @param choices the values that it may have; empty for any of its kind
 * @param fallback what it is where the contract does not say; null where it has to say
 * @param words what it means, in a sentence
 * @param example a value that it may have
 */
public record KeySpec(
    String name,
    Kind kind,
    List<String> choices,
    @Nullable String fallback,
    String words,
    String example) {

  /** What a value is. */
  public enum Kind {
    TEXT,
    /** A whole number of at most nine digits. */
    INTEGER,
    FLAG
  }

  public KeySpec {
    choices = List.copyOf(choices);
  }

  /** A text. */
  public static KeySpec text(String name, @Nullable String fallback, String words, String example) {
    return new KeySpec(name, Kind.TEXT, List.of(), fallback, words, example);
  }

  /** One of some texts. */
  public static KeySpec choice(
      String name, List<String> choices, @Nullable String fallback, String words) {
    return new KeySpec(name, Kind.TEXT, choices, fallback, words, choices.get(0));
  }

  /** A whole number. */
  public static KeySpec integer(
      String name, @Nullable String fallback, String words, String example) {
    return new KeySpec(name, Kind.INTEGER, List.of(), fallback, words, example);
  }

  /** True or false. */
  public static KeySpec flag(String name, boolean fallback, String words) {
    return new KeySpec(name, Kind.FLAG, List.of(), String.valueOf(fallback), words, "true");
  }

  /**
   * Makes sure that a value is one of the key's.
   *
   * @throws UserException where it is not, with what it may be
   */
  void require(String value) {
    boolean right =
        switch (kind) {
          case TEXT -> choices.isEmpty() || choices.contains(value);
          case INTEGER -> value.matches("-?\\d{1,9}");
          case FLAG -> value.equals("true") || value.equals("false");
        };
    if (!right) {
      String may =
          switch (kind) {
            case TEXT -> "one of " + String.join(", ", choices);
            case INTEGER -> "a whole number";
            case FLAG -> "true or false";
          };
      throw new UserException(name + " is " + may + ", not '" + value + "'");
    }
  }
}
