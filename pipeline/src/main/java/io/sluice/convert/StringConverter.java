package io.sluice.convert;

import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;

/** To {@code string}. */
final class StringConverter extends ScalarConverter {
  StringConverter(Out out) {
    super(out, Reason.WRONG_TYPE, "a string");
  }

  @Override
  public boolean takesAnyText() {
    return true;
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    if (!Utf8.isValid(utf8, start, start + length)) {
      throw new Rejection(Reason.NOT_UTF8, "", "the string is not UTF-8");
    }
    out.bytes(utf8, start, length);
  }
}
