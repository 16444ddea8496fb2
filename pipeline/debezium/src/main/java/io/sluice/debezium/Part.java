package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Forwarding;
import io.sluice.convert.Ignored;
import io.sluice.convert.Rejection;
import org.jspecify.annotations.Nullable;

/** Before an object of which a contract may want a part, and need not name the others. */
final class Part extends Forwarding {
  private final @Nullable Fields fields;

  /**
   * @param seen remembers that there was one
   */
  Part(Converter to, Change.Seen seen) {
    super(to);
    Fields wanted = to.fields();
    this.fields = wanted == null ? null : new Wanted(wanted, seen);
  }

  @Override
  public @Nullable Fields fields() {
    return fields;
  }

  private record Wanted(Fields to, Change.Seen seen) implements Fields {
    @Override
    public void begin() {
      seen.taken();
      to.begin();
    }

    @Override
    public boolean areOfData() {
      return to.areOfData();
    }

    @Override
    public Field field(String name) {
      Field field = to.field(name);
      return field == null ? Ignored.FIELD : field;
    }

    @Override
    public String pathOf(String name) {
      return to.pathOf(name);
    }

    @Override
    public void end() throws Rejection {
      to.end();
    }
  }
}
