package io.sluice.chaos;

import static io.sluice.chaos.EventWriter.utf8;

import io.sluice.chaos.Ledger.Place;

/**
 * Events as the rows of a table that were inserted, updated, deleted or found by a snapshot:
 * Debezium's envelopes in JSON, without a schema. A tombstone is no dead letter to the format.
 */
final class DebeziumWriter implements EventWriter {
  private static final String NULL = "null";

  @Override
  public Written write(Action action) {
    return new Written(utf8(change(action, row(action, action.isoTime()))), action);
  }

  @Override
  public byte[] misfit(Action action) {
    return utf8(change(action, row(action, JsonWriter.NO_TIME)));
  }

  /** An operation that there is not, or a row that is missing. */
  @Override
  public byte[] unreadable(Action action) {
    return utf8(
        action.n() % 2 == 0
            ? envelope("x", NULL, row(action, action.isoTime()), String.valueOf(action.time()))
            : change(action, NULL));
  }

  @Override
  public byte[] ofNumber(String number) {
    return utf8(envelope("c", NULL, JsonWriter.jsonOfNumber(number), number));
  }

  @Override
  public Place withoutValue() {
    return Place.SKIPPED;
  }

  /** A document within a row is a text to Debezium. */
  private static String row(Action action, String time) {
    String user = "\"" + JsonWriter.user(action).replace("\"", "\\\"") + "\"";
    return JsonWriter.json(action, time, user);
  }

  private static String change(Action action, String row) {
    String time = String.valueOf(action.time());
    Action old = new Action(action.n(), action.time() - 1, "old", "user_0", "app");
    return switch ((int) (action.n() % 4)) {
      case 0 -> envelope("c", NULL, row, time);
      case 1 -> envelope("u", row(old, old.isoTime()), row, time);
      case 2 -> envelope("d", row, NULL, time);
      default -> envelope("r", NULL, row, time);
    };
  }

  private static String envelope(String op, String before, String after, String time) {
    return """
        {"before":%s,"after":%s,"source":{"connector":"postgresql","table":"actions","ts_ms":%s,"lsn":26},"op":"%s","ts_ms":%s}"""
        .formatted(before, after, time, op, time);
  }
}
