package io.sluice.contract;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a column's value comes from, and what is done to it on the way.
 *
 * @param name of a header, or a constant; empty else
 * @param fallback what a record without a value has, as the type's text; null for none
 * @param nullValues texts and numbers, as they are written, that say that there is no value
 * @param coerces whether a value of another kind is taken that says the same: a text that is a
 *     number, a number for a text, 1 and 0 for true and false
 * @param mask what is written in place of the value; null for the value
 */
public record Reading(
    From from,
    String name,
    @Nullable String fallback,
    List<String> nullValues,
    boolean coerces,
    @Nullable Mask mask)
    implements Serializable {
  /** As most columns are: what the record's value has at the column's path. */
  public static final Reading PLAIN = new Reading(From.VALUE, "", null, List.of(), false, null);

  /** From nothing that there is. */
  static final Reading NOWHERE = of(From.CONSTANT, "");

  /** What a column is read from. */
  public enum From {
    /** The record's value, at the column's path. */
    VALUE,
    KEY,
    /** The last header of a name. */
    HEADER,
    /** The name of the topic. */
    TOPIC,
    PARTITION,
    OFFSET,
    /** The record's own time, as Kafka's timestamp. */
    RECORD_TIME,
    /** The number, from 0 on, of the element of a list that the row is. */
    ORDINAL,
    /** Nothing: it is the same for all records. */
    CONSTANT
  }

  public Reading {
    nullValues = List.copyOf(nullValues);
  }

  /** One without further rules. */
  static Reading of(From from, String name) {
    return new Reading(from, name, null, List.of(), false, null);
  }

  /** Where it comes from, as messages have it. */
  String text() {
    return switch (from) {
      case HEADER -> "headers." + name;
      case CONSTANT -> "constant " + name;
      default -> from.name().toLowerCase(Locale.ROOT);
    };
  }

  /** Whether the record's key has it. */
  public boolean isOfKey() {
    return from == From.KEY;
  }

  /** Whether it is a place in a document. */
  boolean hasPath(boolean keysHaveFormat) {
    return isOfValue() || isOfKey() && keysHaveFormat;
  }

  Reading asOfValue() {
    return new Reading(From.VALUE, name, fallback, nullValues, coerces, mask);
  }

  Reading masked(Mask other) {
    return new Reading(from, name, fallback, nullValues, coerces, other);
  }

  /** Whether the record's value has it, so that a format reads it. */
  public boolean isOfValue() {
    return from == From.VALUE;
  }

  /** Whether a text is taken that is a number: keys and headers have nothing but texts. */
  public boolean takesTexts() {
    return coerces || from == From.KEY || from == From.HEADER;
  }

  /** Whether a value is to be looked at before it is converted. */
  public boolean isLenient() {
    return takesTexts() || !nullValues.isEmpty();
  }

  /** Whether more is done to a value than that it is converted. */
  public boolean hasRules() {
    return isLenient() || mask != null;
  }
}
