package io.sluice.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Events as documents of JSON. */
final class JsonWriter implements EventWriter {
  @Override
  public Written write(Action action) {
    return new Written(utf8(json(action, time(action))), action);
  }

  @Override
  public byte[] cutOff(Action action) {
    return utf8("{\"timestamp\":\"" + Instant.ofEpochMilli(action.time()));
  }

  @Override
  public byte[] misfit(Action action) {
    return utf8(json(action, "soon"));
  }

  /** With a name that the exact decoder alone reads, which is made to fail at it. */
  @Override
  public byte[] unreadable(Action action) {
    String json = json(action, time(action));
    return utf8(json.substring(0, json.length() - 1) + "," + Failpoint.POISON + ":1}");
  }

  private static String time(Action action) {
    return Instant.ofEpochMilli(action.time()).toString();
  }

  private static String json(Action action, String time) {
    return "{\"timestamp\":\""
        + time
        + "\",\"event_name\":"
        + (action.name() == null ? null : "\"" + action.name() + "\"")
        + ",\"n\":"
        + action.n()
        + ",\"user_identifiers\":{\"platform\":\""
        + action.platform()
        + "\",\"id\":\""
        + action.user()
        + "\"}}";
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
