package io.sluice.convert;

import io.sluice.deadletter.Reason;

/** To {@code boolean}. */
final class BooleanConverter extends ScalarConverter {
  BooleanConverter(Out out) {
    super(out, Reason.WRONG_TYPE, "true or false");
  }

  @Override
  public void flag(boolean value) {
    out.begin();
    out.encoded.writeByte(value ? 1 : 0);
    out.end();
  }
}
