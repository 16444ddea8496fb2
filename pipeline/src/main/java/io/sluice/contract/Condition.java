package io.sluice.contract;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Something that a record is asked, by which its table is chosen.
 *
 * @param from what is asked: the value at {@code path}, the key, a header or the topic
 * @param name of a header; empty else
 * @param path of the value; empty else
 * @param values what it is compared with, as texts; none where the test needs none
 */
public record Condition(
    Reading.From from, String name, List<String> path, Test test, List<String> values)
    implements Serializable {
  /** How it is asked. */
  public enum Test {
    /** Whether it is one of the values: {@code is}, {@code in}. */
    IN,
    /** Whether it is none of them, or there is none. */
    NOT_IN,
    /** Whether a text begins with one of them. */
    STARTS_WITH,
    /** Whether there is one that is not null: {@code exists: true}. */
    EXISTS,
    /** Whether there is none: {@code exists: false}. */
    ABSENT
  }

  public Condition {
    path = List.copyOf(path);
    values = List.copyOf(values);
  }

  /** As messages have it: {@code type is refund}. */
  public String text() {
    String asked =
        switch (from) {
          case VALUE -> ContractPath.text(path);
          case HEADER -> "headers." + name;
          default -> from.name().toLowerCase(Locale.ROOT);
        };
    return asked
        + switch (test) {
          case IN -> values.size() == 1 ? " is " + values.get(0) : " in " + values;
          case NOT_IN -> " not_in " + values;
          case STARTS_WITH -> " starts_with " + values.get(0);
          case EXISTS -> " exists";
          case ABSENT -> " does not exist";
        };
  }

  /** Several of them, all of which have to hold. */
  public static String text(List<Condition> all) {
    return all.isEmpty()
        ? "all records"
        : all.stream().map(Condition::text).collect(Collectors.joining(" and "));
  }

  /** Whether the record's value has to be read for it. */
  public boolean isOfValue() {
    return from == Reading.From.VALUE;
  }
}
