package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;

/** To {@code int32} and {@code int64}: 1.0 and 1e3 are whole, too. */
final class WholeConverter extends ScalarConverter {
  private final int bits;
  private final String fitting;

  WholeConverter(Out out, int bits) {
    super(out, Reason.WRONG_TYPE, "a whole number");
    this.bits = bits;
    this.fitting = "a whole number of " + bits + " bits";
  }

  @Override
  public boolean takesWholeNumbers() {
    return true;
  }

  @Override
  public void integer(long value) throws Rejection {
    if (bits == Integer.SIZE && value != (int) value) {
      throw wrong(fitting, String.valueOf(value));
    }
    out.integer(value);
  }

  @Override
  public void number(String digits) throws Rejection {
    BigDecimal value = Numbers.decimal(digits);
    if (value == null) {
      throw wrong(fitting, Found.shortened(digits));
    }
    whole(value, digits);
  }

  @Override
  public void floating(double value) throws Rejection {
    String found = String.valueOf(value);
    if (!Double.isFinite(value)) {
      throw wrong(found);
    }
    whole(new BigDecimal(value), found);
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    whole(value, value.toString());
  }

  private void whole(BigDecimal value, String found) throws Rejection {
    if (value.stripTrailingZeros().scale() > 0) {
      throw wrong(Found.shortened(found));
    }
    if (!Numbers.isModest(value) || value.toBigInteger().bitLength() >= bits) {
      throw wrong(fitting, Found.shortened(found));
    }
    out.integer(value.longValue());
  }
}
