package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Field;

/** A field that has a converter of its own. */
final class NamedField extends Field {
  private final Converter converter;

  NamedField(String name, Converter converter) {
    super(name);
    this.converter = converter;
  }

  @Override
  public Converter converter() {
    return converter;
  }
}
