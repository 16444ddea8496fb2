package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A list of which some elements are wanted, by their indexes; the others may be anything. What it
 * gives for an element is the same for each, so that a schema's reader may ask for it once.
 */
final class ElementsConverter extends Converter implements Elements {
  private final Converter element;
  private int index;

  ElementsConverter(SortedMap<Integer, Converter> wanted) {
    super(Reason.WRONG_TYPE, "a list");
    List<Converter> all = new ArrayList<>();
    wanted.forEach((at, to) -> all.add(new Gate(at, to)));
    this.element = all.size() == 1 ? all.get(0) : new SharedConverter(all);
  }

  @Override
  public void nothing() {}

  @Override
  public Elements elements() {
    return this;
  }

  @Override
  public void begin() {
    index = -1;
  }

  @Override
  public Converter element() {
    index++;
    return element;
  }

  @Override
  public void none() {
    index--;
  }

  @Override
  public void end() {}

  /** Lets the values of one element pass, and drops those of the others. */
  private final class Gate extends Converter {
    private final int wanted;
    private final Converter to;
    private final Elements elements;
    private final Fields fields;

    Gate(int wanted, Converter to) {
      super(to);
      this.wanted = wanted;
      this.to = to;
      this.elements = new GatedElements(wanted, to.elements());
      this.fields = new GatedFields(wanted, to.fields());
    }

    private boolean isOpen() {
      return index == wanted;
    }

    @Override
    public void nothing() throws Rejection {
      if (isOpen()) {
        to.nothing();
      }
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      if (isOpen()) {
        to.text(utf8, start, length);
      }
    }

    @Override
    public void number(String digits) throws Rejection {
      if (isOpen()) {
        to.number(digits);
      }
    }

    @Override
    public void integer(long value) throws Rejection {
      if (isOpen()) {
        to.integer(value);
      }
    }

    @Override
    public void floating(double value) throws Rejection {
      if (isOpen()) {
        to.floating(value);
      }
    }

    @Override
    public void decimal(BigDecimal value) throws Rejection {
      if (isOpen()) {
        to.decimal(value);
      }
    }

    @Override
    public void flag(boolean value) throws Rejection {
      if (isOpen()) {
        to.flag(value);
      }
    }

    @Override
    public void bytes(byte[] array, int start, int length) throws Rejection {
      if (isOpen()) {
        to.bytes(array, start, length);
      }
    }

    @Override
    public void date(long day) throws Rejection {
      if (isOpen()) {
        to.date(day);
      }
    }

    @Override
    public void time(long nanosOfDay) throws Rejection {
      if (isOpen()) {
        to.time(nanosOfDay);
      }
    }

    @Override
    public void instant(long seconds, int nanos) throws Rejection {
      if (isOpen()) {
        to.instant(seconds, nanos);
      }
    }

    @Override
    public boolean takesAnyText() {
      return to.takesAnyText();
    }

    @Override
    public Elements elements() {
      return elements;
    }

    @Override
    public Fields fields() {
      return fields;
    }

    @Override
    public Elements list() throws Rejection {
      if (isOpen()) {
        to.list();
      }
      return elements;
    }

    @Override
    public Fields object() throws Rejection {
      if (isOpen()) {
        to.object();
      }
      return fields;
    }
  }

  /** Those of a list within an element. */
  private final class GatedElements implements Elements {
    private final int wanted;
    private final @Nullable Elements to;
    private final Map<Converter, Gate> gates = new HashMap<>();
    private @Nullable Gate gate;

    GatedElements(int wanted, @Nullable Elements to) {
      this.wanted = wanted;
      this.to = to;
    }

    /** {@link Gate#list} has begun it. */
    @Override
    public void begin() {}

    @Override
    public Converter element() {
      if (to == null) {
        return Ignored.INSTANCE;
      }
      if (gate == null || index == wanted) {
        gate = gates.computeIfAbsent(to.element(), one -> new Gate(wanted, one));
      }
      return gate;
    }

    @Override
    public void none() {
      if (to != null && index == wanted) {
        to.none();
      }
    }

    @Override
    public void end() throws Rejection {
      if (to != null && index == wanted) {
        to.end();
      }
    }
  }

  /** Those of an object within an element. */
  private final class GatedFields implements Fields {
    private final int wanted;
    private final @Nullable Fields to;

    /** One for each place where values go, for a schema's reader may be made for it. */
    private final Map<Converter, Gate> gates = new HashMap<>();

    GatedFields(int wanted, @Nullable Fields to) {
      this.wanted = wanted;
      this.to = to;
    }

    /** {@link Gate#object} has begun it. */
    @Override
    public void begin() {}

    @Override
    public boolean areOfData() {
      return to != null && to.areOfData();
    }

    @Override
    public @Nullable Field field(String name) {
      if (to == null) {
        return Field.of(name, Ignored.INSTANCE);
      }
      Field field = to.field(name);
      return field == null ? null : new GatedField(field);
    }

    @Override
    public String pathOf(String name) {
      return to == null ? name : to.pathOf(name);
    }

    @Override
    public void end() throws Rejection {
      if (to != null && index == wanted) {
        to.end();
      }
    }

    private final class GatedField extends Field {
      private final Field field;

      GatedField(Field field) {
        super(field.name());
        this.field = field;
      }

      @Override
      public Converter converter() {
        if (index == wanted) {
          // Asking is what makes a map's entry.
          field.converter();
        }
        return target();
      }

      @Override
      Converter target() {
        return gates.computeIfAbsent(field.target(), to -> new Gate(wanted, to));
      }
    }
  }
}
