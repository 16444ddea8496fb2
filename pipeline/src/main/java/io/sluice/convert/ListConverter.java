package io.sluice.convert;

import io.sluice.deadletter.Reason;
import io.sluice.record.BytesWriter;
import java.util.function.Function;

/** To a list; elements may be null. */
final class ListConverter extends Converter implements Elements {
  private final Out out;
  private final Converter element;
  private int start;
  private int count;

  /**
   * @param element makes what takes an element of where it goes
   */
  ListConverter(Out out, Function<Out, Converter> element) {
    super(Reason.WRONG_TYPE, "a list");
    this.out = out;
    this.element = element.apply(new Element(out.encoded));
  }

  private final class Element extends Out {
    Element(BytesWriter encoded) {
      super(encoded);
    }

    @Override
    void begin() {
      count++;
      encoded.writeByte(1);
    }

    @Override
    void end() {}

    @Override
    void nothing() {
      count++;
      encoded.writeByte(0);
    }
  }

  @Override
  public void nothing() {
    out.nothing();
  }

  @Override
  public Elements elements() {
    return this;
  }

  @Override
  public void begin() {
    out.begin();
    start = out.encoded.size();
    count = 0;
  }

  @Override
  public Converter element() {
    return element;
  }

  @Override
  public void end() {
    out.encoded.insertUnsigned(start, count);
    out.end();
  }
}
