package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;

/** To {@code float} and {@code double}, rounded to the nearest one. */
final class FloatingConverter extends ScalarConverter {
  private final boolean isFloat;

  FloatingConverter(Out out, boolean isFloat) {
    super(out, Reason.WRONG_TYPE, "a number");
    this.isFloat = isFloat;
  }

  @Override
  public void integer(long value) {
    write(value, value);
  }

  @Override
  public void number(String digits) throws Rejection {
    if (isFloat) {
      finite(Float.parseFloat(digits), 0, digits);
    } else {
      finite(0, Double.parseDouble(digits), digits);
    }
  }

  /** What is not finite stays so, but nothing finite becomes so. */
  @Override
  public void floating(double value) throws Rejection {
    float single = (float) value;
    if (isFloat && Double.isFinite(value) && !Float.isFinite(single)) {
      throw tooLarge(String.valueOf(value));
    }
    write(single, value);
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    finite(value.floatValue(), value.doubleValue(), value.toString());
  }

  private void finite(float single, double value, String found) throws Rejection {
    if (isFloat ? !Float.isFinite(single) : !Double.isFinite(value)) {
      throw tooLarge(found);
    }
    write(single, value);
  }

  private Rejection tooLarge(String found) {
    return wrong(
        "a number that a " + (isFloat ? "float" : "double") + " can hold", Found.shortened(found));
  }

  private void write(float single, double value) {
    out.begin();
    if (isFloat) {
      out.encoded.writeFixed(Float.floatToRawIntBits(single), Float.BYTES);
    } else {
      out.encoded.writeFixed(Double.doubleToRawLongBits(value), Double.BYTES);
    }
    out.end();
  }
}
