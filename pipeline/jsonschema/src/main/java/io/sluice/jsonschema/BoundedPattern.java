package io.sluice.jsonschema;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/** A pattern of a schema, as Java reads it, whose matches end within a {@link Budget}. */
final class BoundedPattern implements RegularExpression {
  private static final int LONGEST_SHOWN = 100;

  private final Pattern pattern;
  private final Budget budget;

  BoundedPattern(String pattern, Budget budget) {
    this.pattern = Pattern.compile(pattern);
    this.budget = budget;
  }

  @Override
  public boolean matches(String value) {
    try {
      return pattern.matcher(new Counted(value, 0, value.length())).find();
    } catch (StackOverflowError e) {
      // Java's matcher calls itself for each repetition of a group.
      throw exhausted();
    }
  }

  private Budget.ExhaustedException exhausted() {
    String text = pattern.pattern();
    return new Budget.ExhaustedException(
        "the pattern "
            + (text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…")
            + " goes back and forth in a value for too long, and is given up");
  }

  /** A text that counts how often it is looked at. */
  private final class Counted implements CharSequence {
    private final String text;
    private final int start;
    private final int end;

    Counted(String text, int start, int end) {
      this.text = text;
      this.start = start;
      this.end = end;
    }

    @Override
    public int length() {
      return end - start;
    }

    @Override
    public char charAt(int index) {
      if (!budget.take()) {
        throw exhausted();
      }
      return text.charAt(start + index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return new Counted(text, start + from, start + to);
    }

    @Override
    public String toString() {
      return text.substring(start, end);
    }
  }
}
