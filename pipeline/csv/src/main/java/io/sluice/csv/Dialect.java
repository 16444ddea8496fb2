package io.sluice.csv;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How rows are written.
 *
 * @param delimiter what stands between two fields, a character of ASCII
 * @param quote what stands around a field, one too; {@link #NO_QUOTE} where nothing does
 * @param trim whether spaces and tabs around a field do not belong to it
 * @param nullWords what a field without quotes is that stands for no value, in UTF-8
 */
record Dialect(char delimiter, char quote, boolean trim, List<byte[]> nullWords) {
  /** No byte is such a character. */
  static final char NO_QUOTE = '\uFFFF';

  static Dialect of(char delimiter, char quote, boolean trim, List<String> nullWords) {
    return new Dialect(
        delimiter,
        quote,
        trim,
        nullWords.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList());
  }
}
