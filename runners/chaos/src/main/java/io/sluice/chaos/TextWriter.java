package io.sluice.chaos;

import static io.sluice.chaos.EventWriter.notUtf8;
import static io.sluice.chaos.EventWriter.utf8;

/**
 * Events as texts that are nothing but their time. Their number is in a header, as that of each
 * event is, their name is in the contract, and there is no user.
 */
final class TextWriter implements EventWriter {
  /** The name of all of them. */
  static final String NAME = "view";

  @Override
  public Written write(Action action) {
    return new Written(
        utf8(action.isoTime()), new Action(action.n(), action.time(), NAME, null, null));
  }

  @Override
  public byte[] misfit(Action action) {
    return utf8(JsonWriter.NO_TIME);
  }

  @Override
  public byte[] unreadable(Action action) {
    return notUtf8(action.isoTime());
  }

  @Override
  public byte[] ofNumber(String number) {
    return utf8(number);
  }
}
