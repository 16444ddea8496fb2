package io.sluice.chaos;

import static io.sluice.chaos.EventWriter.notUtf8;
import static io.sluice.chaos.EventWriter.utf8;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events as rows of CSV, with quotes around what needs them, and around some that does not. */
final class CsvWriter implements EventWriter {
  /** What the fields of a row are. No contract has a column for the note. */
  static final List<String> NAMES =
      List.of("timestamp", "event_name", "n", "id", "note", "platform");

  @Override
  public Written write(Action action) {
    return new Written(utf8(row(action, action.isoTime())), action);
  }

  @Override
  public byte[] misfit(Action action) {
    return utf8(row(action, JsonWriter.NO_TIME));
  }

  /** Two rows in one record, or what is not UTF-8. */
  @Override
  public byte[] unreadable(Action action) {
    String row = row(action, action.isoTime());
    return action.n() % 2 == 0 ? utf8(row + "\n" + row) : notUtf8(row);
  }

  @Override
  public byte[] ofNumber(String number) {
    return utf8(String.join(",", Collections.nCopies(NAMES.size(), number)));
  }

  /** The quote at the end is what is missing of one that is cut off. */
  private static String row(Action action, String time) {
    return String.join(
        ",",
        time,
        action.name() == null ? "" : action.name(),
        String.valueOf(action.n()),
        action.n() % 2 == 0 ? String.valueOf(action.user()) : quoted(action.user()),
        quoted("a \"note\", and\nanother line"),
        quoted(action.platform()));
  }

  private static String quoted(@Nullable String text) {
    return "\"" + String.valueOf(text).replace("\"", "\"\"") + "\"";
  }
}
