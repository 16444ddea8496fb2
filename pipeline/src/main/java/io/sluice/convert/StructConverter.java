package io.sluice.convert;

import io.sluice.contract.ColumnType;
import io.sluice.deadletter.Reason;
import io.sluice.record.StructWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** To a struct. */
final class StructConverter extends Converter implements Fields {
  private final Out out;
  private final List<ColumnType.Field> types;
  private final Map<String, Field> fields = new HashMap<>();
  private final StructWriter writer;
  private final String path;

  StructConverter(Out out, ColumnType.StructOf type, Converters converters, String path) {
    super(Reason.WRONG_TYPE, "an object");
    this.out = out;
    this.types = type.fields();
    this.path = path;
    boolean[] required = new boolean[types.size()];
    for (int i = 0; i < required.length; i++) {
      ColumnType.Field field = types.get(i);
      required[i] = field.required();
      Converter converter = converters.of(field.type(), new Member(i), pathOf(field.path()));
      fields.put(field.path(), Field.of(field.path(), converter));
    }
    this.writer = new StructWriter(required);
  }

  private final class Member extends Out {
    private final int field;

    Member(int field) {
      super(StructConverter.this.out.encoded);
      this.field = field;
    }

    @Override
    void begin() {
      writer.beginField(encoded, field);
    }

    @Override
    void end() {
      writer.endField(encoded, field);
    }

    @Override
    void nothing() {}
  }

  @Override
  public void nothing() {
    out.nothing();
  }

  @Override
  public Fields fields() {
    return this;
  }

  @Override
  public void begin() {
    out.begin();
    writer.begin(out.encoded);
  }

  @Override
  public @Nullable Field field(String name) {
    return fields.get(name);
  }

  @Override
  public String pathOf(String name) {
    return path + "." + name;
  }

  @Override
  public void end() throws Rejection {
    int missing = writer.missing();
    if (missing >= 0) {
      throw Converters.missing(types.get(missing).path());
    }
    writer.end(out.encoded);
    out.end();
  }
}
