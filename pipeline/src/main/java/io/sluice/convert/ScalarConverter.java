package io.sluice.convert;

import io.sluice.deadletter.Reason;

/** A converter to a value that has no parts. */
abstract class ScalarConverter extends Converter {
  final Out out;

  ScalarConverter(Out out, Reason wrong, String expected) {
    super(wrong, expected);
    this.out = out;
  }

  @Override
  public final void nothing() {
    out.nothing();
  }
}
