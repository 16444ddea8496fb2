package io.sluice.convert;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Before another converter: gives it each value as it comes. */
public abstract class Forwarding extends Converter {
  protected final Converter to;

  protected Forwarding(Converter to) {
    super(to);
    this.to = to;
  }

  @Override
  public void nothing() throws Rejection {
    to.nothing();
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    to.text(utf8, start, length);
  }

  @Override
  public void number(String digits) throws Rejection {
    to.number(digits);
  }

  @Override
  public void integer(long value) throws Rejection {
    to.integer(value);
  }

  @Override
  public void floating(double value) throws Rejection {
    to.floating(value);
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    to.decimal(value);
  }

  @Override
  public void flag(boolean value) throws Rejection {
    to.flag(value);
  }

  @Override
  public void bytes(byte[] array, int start, int length) throws Rejection {
    to.bytes(array, start, length);
  }

  @Override
  public void date(long day) throws Rejection {
    to.date(day);
  }

  @Override
  public void time(long nanosOfDay) throws Rejection {
    to.time(nanosOfDay);
  }

  @Override
  public void instant(long seconds, int nanos) throws Rejection {
    to.instant(seconds, nanos);
  }

  @Override
  public boolean takesWholeNumbers() {
    return to.takesWholeNumbers();
  }

  @Override
  public @Nullable Elements elements() {
    return to.elements();
  }

  @Override
  public @Nullable Fields fields() {
    return to.fields();
  }
}
