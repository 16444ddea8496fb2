package io.sluice.convert;

/** Takes lists and objects where another one does, and anything else without a word. */
final class LooseConverter extends Ignored {
  private final Converter to;

  LooseConverter(Converter to) {
    this.to = to;
  }

  @Override
  public Elements elements() {
    Elements elements = to.elements();
    return elements == null ? this : elements;
  }

  @Override
  public Fields fields() {
    Fields fields = to.fields();
    return fields == null ? this : fields;
  }
}
