package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A field whose value several want, all of which take no lists and objects. */
final class SeveralFields extends Field {
  private final List<Field> wanted;

  SeveralFields(String name, List<Field> wanted) {
    super(name);
    this.wanted = wanted;
  }

  @Override
  public Converter converter() {
    Converter all = wanted.get(0).converter();
    for (Field another : wanted.subList(1, wanted.size())) {
      all = new Both(all, another.converter());
    }
    return all;
  }

  private static final class Both extends Forwarding {
    private final Converter other;

    Both(Converter to, Converter other) {
      super(to);
      this.other = other;
    }

    @Override
    public void nothing() throws Rejection {
      to.nothing();
      other.nothing();
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      to.text(utf8, start, length);
      other.text(utf8, start, length);
    }

    @Override
    public void number(String digits) throws Rejection {
      to.number(digits);
      other.number(digits);
    }

    @Override
    public void integer(long value) throws Rejection {
      to.integer(value);
      other.integer(value);
    }

    @Override
    public void floating(double value) throws Rejection {
      to.floating(value);
      other.floating(value);
    }

    @Override
    public void flag(boolean value) throws Rejection {
      to.flag(value);
      other.flag(value);
    }

    @Override
    public void bytes(byte[] array, int start, int length) throws Rejection {
      to.bytes(array, start, length);
      other.bytes(array, start, length);
    }

    @Override
    public @Nullable Elements elements() {
      return null;
    }

    @Override
    public @Nullable Fields fields() {
      return null;
    }
  }
}
