package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;

/** Takes anything, and makes nothing of it. */
class Ignored extends Converter implements Elements, Fields {
  static final Ignored INSTANCE = new Ignored();

  Ignored() {
    super(Reason.WRONG_TYPE, "anything");
  }

  @Override
  public void nothing() {}

  @Override
  public void text(byte[] utf8, int start, int length) {}

  @Override
  public void number(String digits) {}

  @Override
  public void integer(long value) {}

  @Override
  public void floating(double value) {}

  @Override
  public void decimal(BigDecimal value) {}

  @Override
  public void flag(boolean value) {}

  @Override
  public void bytes(byte[] array, int start, int length) {}

  @Override
  public void date(long day) {}

  @Override
  public void time(long nanosOfDay) {}

  @Override
  public void instant(long seconds, int nanos) {}

  @Override
  public Elements elements() {
    return this;
  }

  @Override
  public Fields fields() {
    return this;
  }

  @Override
  public void begin() {}

  @Override
  public Converter element() {
    return INSTANCE;
  }

  @Override
  public Field field(String name) {
    return new Field.Fixed(name, INSTANCE);
  }

  @Override
  public String pathOf(String name) {
    return name;
  }

  @Override
  public void end() {}
}
