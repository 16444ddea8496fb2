package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of which columns are parts: the document, and what their paths lead through. */
final class DocumentConverter extends Converter implements Fields {
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final String path;

  /**
   * @param path where it stands in the document, empty for the document
   */
  DocumentConverter(String path, Map<String, Converter> fields) {
    super(Reason.WRONG_TYPE, "an object");
    this.path = path;
    fields.forEach((name, to) -> this.fields.put(name, Field.of(name, to)));
  }

  @Override
  public void nothing() {}

  @Override
  public Fields fields() {
    return this;
  }

  @Override
  public void begin() {}

  @Override
  public @Nullable Field field(String name) {
    return fields.get(name);
  }

  @Override
  public String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  @Override
  public void end() {}
}
