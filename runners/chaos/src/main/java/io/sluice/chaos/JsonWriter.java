package io.sluice.chaos;

import static io.sluice.chaos.EventWriter.utf8;

/** Events as documents of JSON. */
final class JsonWriter implements EventWriter {
  /** No time in any format. */
  static final String NO_TIME = "soon";

  @Override
  public Written write(Action action) {
    return new Written(utf8(json(action)), action);
  }

  @Override
  public byte[] misfit(Action action) {
    return utf8(json(action, NO_TIME, user(action)));
  }

  /** With a name that the exact decoder alone reads, which is made to fail at it. */
  @Override
  public byte[] unreadable(Action action) {
    String json = json(action);
    return utf8(json.substring(0, json.length() - 1) + "," + Failpoint.POISON + ":1}");
  }

  @Override
  public byte[] ofNumber(String number) {
    return utf8(jsonOfNumber(number));
  }

  static String json(Action action) {
    return json(action, action.isoTime(), user(action));
  }

  /** An event with another time, and its user in JSON. */
  static String json(Action action, String time, String user) {
    return "{\"timestamp\":\""
        + time
        + "\",\"event_name\":"
        + (action.name() == null ? null : "\"" + action.name() + "\"")
        + ",\"n\":"
        + action.n()
        + ",\"user_identifiers\":"
        + user
        + "}";
  }

  /** What is known of the user. */
  static String user(Action action) {
    String platform =
        action.platform() == null ? "" : "\"platform\":\"" + action.platform() + "\",";
    return "{" + platform + "\"id\":\"" + action.user() + "\"}";
  }

  /** Whose time, name and number are a number, and something else is, too. */
  static String jsonOfNumber(String number) {
    return "{\"timestamp\":%1$s,\"event_name\":%1$s,\"n\":%1$s,\"unknown\":[%1$s]}"
        .formatted(number);
  }
}
