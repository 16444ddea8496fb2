package io.sluice.convert;

import io.sluice.contract.ColumnType;
import io.sluice.deadletter.Reason;
import io.sluice.record.BytesWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** To a map, whose entries stay in the order in which they come. */
final class MapConverter extends Converter implements Fields {
  private final Out out;
  private final BytesWriter encoded;
  private final Converter value;
  private final String path;

  /** Where each entry ends that was written; the first begins at {@link #base}. */
  private final List<Integer> ends = new ArrayList<>();

  /** Which entry a key has. */
  private final Map<String, Integer> entries = new HashMap<>();

  private boolean hasRepeated;
  private int base;
  private String key = "";

  MapConverter(Out out, ColumnType.MapOf type, Converters converters, String path) {
    super(Reason.WRONG_TYPE, "an object");
    this.out = out;
    this.encoded = out.encoded;
    this.path = path;
    this.value = converters.of(type.value(), new Value(encoded), path + "{}");
  }

  /** A value, behind its key. */
  private final class Value extends Out {
    Value(BytesWriter encoded) {
      super(encoded);
    }

    private void writeKey(int present) {
      Integer before = entries.put(key, ends.size());
      hasRepeated |= before != null;
      encoded.writeBytes(key.getBytes(StandardCharsets.UTF_8));
      encoded.writeByte(present);
    }

    @Override
    void begin() {
      writeKey(1);
    }

    @Override
    void end() {
      ends.add(encoded.size());
    }

    @Override
    void nothing() {
      writeKey(0);
      end();
    }
  }

  private final class Entry extends Field {
    Entry(String name) {
      super(name);
    }

    @Override
    public Converter converter() {
      key = name();
      return value;
    }

    @Override
    Converter target() {
      return value;
    }
  }

  @Override
  public void nothing() throws Rejection {
    out.nothing();
  }

  @Override
  public Fields fields() {
    return this;
  }

  @Override
  public boolean areOfData() {
    return true;
  }

  @Override
  public void begin() {
    out.begin();
    base = encoded.size();
    ends.clear();
    entries.clear();
    hasRepeated = false;
  }

  @Override
  public Field field(String name) {
    return new Entry(name);
  }

  @Override
  public String pathOf(String name) {
    return path + "." + name;
  }

  @Override
  public void end() {
    if (hasRepeated) {
      BitSet last = new BitSet(ends.size());
      entries.values().forEach(last::set);
      int tail = encoded.size();
      for (int i = last.nextSetBit(0); i >= 0; i = last.nextSetBit(i + 1)) {
        int from = i == 0 ? base : ends.get(i - 1);
        encoded.write(encoded.array(), from, ends.get(i) - from);
      }
      encoded.moveTail(tail, base);
    }
    encoded.insertUnsigned(base, entries.size());
    out.end();
  }
}
