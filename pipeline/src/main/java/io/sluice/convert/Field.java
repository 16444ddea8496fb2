package io.sluice.convert;

import java.util.List;

/** A field of an object. */
public abstract class Field {
  private final String name;

  protected Field(String name) {
    this.name = name;
  }

  public final String name() {
    return name;
  }

  /** Where its value goes, which is to come next; see {@link Fields#areOfData} for when to ask. */
  public abstract Converter converter();

  /**
   * The same, of a value that may not come: what {@link #converter} gives, each time the same for
   * fields of one name.
   */
  Converter target() {
    return converter();
  }

  /** A field that has a converter of its own. */
  public static Field of(String name, Converter converter) {
    return new Fixed(name, converter);
  }

  /**
   * A field whose value each of several takes, as if it were alone.
   *
   * @param all one at least
   */
  public static Field several(String name, List<Field> all) {
    return SharedConverter.field(name, all);
  }

  private static final class Fixed extends Field {
    private final Converter converter;

    Fixed(String name, Converter converter) {
      super(name);
      this.converter = converter;
    }

    @Override
    public Converter converter() {
      return converter;
    }
  }
}
