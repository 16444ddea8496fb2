package io.sluice.convert;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value that several converters take, each as if it were alone. */
final class SharedConverter extends Converter {
  private final List<Converter> all;
  private final @Nullable Elements elements;
  private final @Nullable Fields fields;

  /**
   * @param all two at least
   */
  SharedConverter(List<Converter> all) {
    super(all.get(0));
    this.all = List.copyOf(all);
    List<Elements> lists = new ArrayList<>();
    List<Fields> objects = new ArrayList<>();
    for (Converter one : all) {
      if (one.elements() != null) {
        lists.add(one.elements());
      }
      if (one.fields() != null) {
        objects.add(one.fields());
      }
    }
    this.elements = lists.size() == all.size() ? new AllElements(lists) : null;
    this.fields = objects.size() == all.size() ? new AllFields(objects) : null;
  }

  private interface Call {
    void on(Converter one) throws Rejection;
  }

  private void each(Call call) throws Rejection {
    for (Converter one : all) {
      call.on(one);
    }
  }

  @Override
  public void nothing() throws Rejection {
    each(Converter::nothing);
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    each(one -> one.text(utf8, start, length));
  }

  @Override
  public void number(String digits) throws Rejection {
    each(one -> one.number(digits));
  }

  @Override
  public void integer(long value) throws Rejection {
    each(one -> one.integer(value));
  }

  @Override
  public void floating(double value) throws Rejection {
    each(one -> one.floating(value));
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    each(one -> one.decimal(value));
  }

  @Override
  public void flag(boolean value) throws Rejection {
    each(one -> one.flag(value));
  }

  @Override
  public void bytes(byte[] array, int start, int length) throws Rejection {
    each(one -> one.bytes(array, start, length));
  }

  @Override
  public void date(long day) throws Rejection {
    each(one -> one.date(day));
  }

  @Override
  public void time(long nanosOfDay) throws Rejection {
    each(one -> one.time(nanosOfDay));
  }

  @Override
  public void instant(long seconds, int nanos) throws Rejection {
    each(one -> one.instant(seconds, nanos));
  }

  @Override
  public boolean takesAnyText() {
    return all.stream().allMatch(Converter::takesAnyText);
  }

  @Override
  public @Nullable Elements elements() {
    return elements;
  }

  @Override
  public @Nullable Fields fields() {
    return fields;
  }

  @Override
  public Elements list() throws Rejection {
    // One that takes no list says so itself.
    each(Converter::list);
    return Objects.requireNonNull(elements);
  }

  @Override
  public Fields object() throws Rejection {
    each(Converter::object);
    return Objects.requireNonNull(fields);
  }

  static Field field(String name, List<Field> all) {
    return new SharedField(name, all, new Combinations());
  }

  /**
   * One for each combination of converters that is asked for: a schema's reader may be made for a
   * converter, and kept.
   */
  private static final class Combinations {
    private final Map<List<Converter>, Converter> all = new HashMap<>();

    Converter of(List<Converter> some) {
      return some.size() == 1
          ? some.get(0)
          : all.computeIfAbsent(List.copyOf(some), SharedConverter::new);
    }
  }

  private static final class AllElements implements Elements {
    private final List<Elements> all;

    private final Combinations combinations = new Combinations();

    AllElements(List<Elements> all) {
      this.all = all;
    }

    @Override
    public void begin() {
      all.forEach(Elements::begin);
    }

    @Override
    public Converter element() {
      List<Converter> next = new ArrayList<>();
      for (Elements one : all) {
        next.add(one.element());
      }
      return combinations.of(next);
    }

    @Override
    public void none() {
      all.forEach(Elements::none);
    }

    @Override
    public void end() throws Rejection {
      for (Elements one : all) {
        one.end();
      }
    }
  }

  private static final class AllFields implements Fields {
    private final List<Fields> all;
    private final Combinations combinations = new Combinations();
    private final boolean areOfData;

    AllFields(List<Fields> all) {
      this.all = all;
      this.areOfData = all.stream().anyMatch(Fields::areOfData);
    }

    @Override
    public void begin() {
      all.forEach(Fields::begin);
    }

    @Override
    public boolean areOfData() {
      return areOfData;
    }

    @Override
    public @Nullable Field field(String name) {
      List<Field> wanted = new ArrayList<>();
      for (Fields one : all) {
        Field field = one.field(name);
        if (field != null) {
          wanted.add(field);
        }
      }
      return wanted.size() > 1
          ? new SharedField(name, wanted, combinations)
          : wanted.isEmpty() ? null : wanted.get(0);
    }

    @Override
    public String pathOf(String name) {
      return all.get(0).pathOf(name);
    }

    @Override
    public void end() throws Rejection {
      for (Fields one : all) {
        one.end();
      }
    }
  }

  private static final class SharedField extends Field {
    private final List<Field> all;
    private final Combinations combinations;

    SharedField(String name, List<Field> all, Combinations combinations) {
      super(name);
      this.all = all;
      this.combinations = combinations;
    }

    @Override
    public Converter converter() {
      return combinations.of(all.stream().map(Field::converter).toList());
    }

    @Override
    Converter target() {
      return combinations.of(all.stream().map(Field::target).toList());
    }
  }
}
