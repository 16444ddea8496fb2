package io.sluice.protobuf;

import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;

/**
 * A text that is empty where it was not set: to protobuf the two are the same. Where an empty text
 * is no value of the column, as of a date, there is none.
 */
final class TextWithoutPresence extends ValueReader {
  private static final byte[] EMPTY = new byte[0];

  private final Converter to;

  /** Whether an empty text was refused, as it then always is. */
  private boolean refusesEmpty;

  TextWithoutPresence(Converter to) {
    this.to = to;
  }

  @Override
  boolean read(Wire in) throws Rejection {
    int length = in.length();
    if (length == 0) {
      readDefault();
    } else {
      int start = in.at();
      in.at(start + length);
      to.text(in.array(), start, length);
    }
    return true;
  }

  @Override
  void readDefault() throws Rejection {
    if (!refusesEmpty) {
      try {
        to.text(EMPTY, 0, 0);
        return;
      } catch (Rejection e) {
        refusesEmpty = true;
      }
    }
    to.nothing();
  }
}
