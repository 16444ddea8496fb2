package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.math.BigDecimal;

/** Takes any value, and does nothing with it. */
class Ignored extends Converter {
  static final Ignored VALUE = new Ignored();

  /** A field that nobody wants and that a contract need not name. */
  static final Field FIELD = new NamedField("", VALUE);

  private final Fields fields =
      new Fields() {
        @Override
        public void begin() {
          taken();
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
      };

  private final Elements elements =
      new Elements() {
        @Override
        public void begin() {
          taken();
        }

        @Override
        public Converter element() {
          return VALUE;
        }

        @Override
        public void end() {}
      };

  Ignored() {
    super(Reason.WRONG_TYPE, "a value");
  }

  /** There was a value that is not null. */
  void taken() {}

  @Override
  public void nothing() throws Rejection {}

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    taken();
  }

  @Override
  public void number(String digits) throws Rejection {
    taken();
  }

  @Override
  public void integer(long value) throws Rejection {
    taken();
  }

  @Override
  public void floating(double value) throws Rejection {
    taken();
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    taken();
  }

  @Override
  public void flag(boolean value) throws Rejection {
    taken();
  }

  @Override
  public void bytes(byte[] array, int start, int length) throws Rejection {
    taken();
  }

  @Override
  public void date(long day) throws Rejection {
    taken();
  }

  @Override
  public void time(long nanosOfDay) throws Rejection {
    taken();
  }

  @Override
  public void instant(long seconds, int nanos) throws Rejection {
    taken();
  }

  @Override
  public Elements elements() {
    return elements;
  }

  @Override
  public Fields fields() {
    return fields;
  }
}
