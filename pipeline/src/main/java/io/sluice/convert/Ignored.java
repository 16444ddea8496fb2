package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;

/** Takes anything, and makes nothing of it. */
public class Ignored extends Converter implements Elements, Fields {
  public static final Ignored INSTANCE = new Ignored();

  /** A field that nobody wants and that a contract need not name. */
  public static final Field FIELD = Field.of("", INSTANCE);

  protected Ignored() {
    super(Reason.WRONG_TYPE, "anything");
  }

  /** There was a value that is not null. */
  protected void taken() {}

  @Override
  public void nothing() {}

  @Override
  public void text(byte[] utf8, int start, int length) {
    taken();
  }

  @Override
  public void number(String digits) {
    taken();
  }

  @Override
  public void integer(long value) {
    taken();
  }

  @Override
  public void floating(double value) {
    taken();
  }

  @Override
  public void decimal(BigDecimal value) {
    taken();
  }

  @Override
  public void flag(boolean value) {
    taken();
  }

  @Override
  public void bytes(byte[] array, int start, int length) {
    taken();
  }

  @Override
  public void date(long day) {
    taken();
  }

  @Override
  public void time(long nanosOfDay) {
    taken();
  }

  @Override
  public void instant(long seconds, int nanos) {
    taken();
  }

  @Override
  public Elements elements() {
    return this;
  }

  @Override
  public Fields fields() {
    return this;
  }

  @Override
  public void begin() {
    taken();
  }

  @Override
  public Converter element() {
    return INSTANCE;
  }

  @Override
  public Field field(String name) {
    return FIELD;
  }

  @Override
  public String pathOf(String name) {
    return name;
  }

  @Override
  public void end() {}
}
