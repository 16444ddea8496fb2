package io.sluice.protobuf;

import io.sluice.convert.Rejection;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a message anew, so that one pass can read it, and as protobuf means it: of a value that
 * comes several times the last; of a oneof the last member; the pieces of a sub-message as one,
 * since protobuf defines that to be their merger; the elements of a list and the entries of a map
 * behind one another, and of each key the last. What it writes is never longer than what it reads.
 */
final class Normalizer {
  private Normalizer() {}

  /** The message that is all that there is up to the end, which is then read. */
  static byte[] normal(MessagePlan plan, Wire in) throws Rejection {
    Map<FieldPlan, Kept> fields = new LinkedHashMap<>();
    Map<OneofState, FieldPlan> members = new LinkedHashMap<>();
    ByteArrayOutputStream unknown = new ByteArrayOutputStream();
    int size = in.end() - in.at();
    while (in.hasMore()) {
      int start = in.at();
      int tag = in.tag();
      FieldPlan field = plan.field(tag >>> 3);
      if (field == null || !field.isBegunBy(tag)) {
        in.skip(tag);
        unknown.write(in.array(), start, in.at() - start);
        continue;
      }
      try {
        if (!field.isValue(in)) {
          in.skip(tag);
          unknown.write(in.array(), start, in.at() - start);
          continue;
        }
        if (field.oneof != null) {
          FieldPlan before = members.put(field.oneof, field);
          if (before != null && before != field) {
            fields.remove(before);
          }
        }
        fields.computeIfAbsent(field, FieldPlan::kept).add(in, start, tag);
      } catch (Rejection e) {
        throw e.within(field.name);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    for (Kept kept : fields.values()) {
      kept.write(in.array(), out);
    }
    out.writeBytes(unknown.toByteArray());
    return out.toByteArray();
  }

  private record Slice(int start, int end) {
    void write(byte[] array, ByteArrayOutputStream out) {
      out.write(array, start, end - start);
    }
  }

  private static void writeVarint(int value, ByteArrayOutputStream out) {
    int left = value;
    while ((left & ~0x7F) != 0) {
      out.write(left | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  private static void writeWithLength(ByteArrayOutputStream bytes, ByteArrayOutputStream out) {
    writeVarint(bytes.size(), out);
    out.writeBytes(bytes.toByteArray());
  }

  /** What has come of a field. */
  abstract static class Kept {
    /**
     * Passes what follows a tag, and keeps of it what has to be.
     *
     * @param start where the tag stands
     */
    abstract void add(Wire in, int start, int tag) throws Rejection;

    abstract void write(byte[] array, ByteArrayOutputStream out);
  }

  /** Of a value without parts: the last. */
  static final class Last extends Kept {
    private Slice last = new Slice(0, 0);

    @Override
    void add(Wire in, int start, int tag) throws Rejection {
      in.skip(tag);
      last = new Slice(start, in.at());
    }

    @Override
    void write(byte[] array, ByteArrayOutputStream out) {
      last.write(array, out);
    }
  }

  /** Of elements: all. */
  static final class All extends Kept {
    private final List<Slice> slices = new ArrayList<>();

    @Override
    void add(Wire in, int start, int tag) throws Rejection {
      in.skip(tag);
      int last = slices.size() - 1;
      if (last >= 0 && slices.get(last).end() == start) {
        slices.set(last, new Slice(slices.get(last).start(), in.at()));
      } else {
        slices.add(new Slice(start, in.at()));
      }
    }

    @Override
    void write(byte[] array, ByteArrayOutputStream out) {
      slices.forEach(slice -> slice.write(array, out));
    }
  }

  /** Of a message: all its pieces, as one. */
  static final class Merged extends Kept {
    private final int tag;
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();

    Merged(int tag) {
      this.tag = tag;
    }

    private boolean isGroup() {
      return (tag & 7) == Wire.START_GROUP;
    }

    @Override
    void add(Wire in, int start, int tag) throws Rejection {
      int group = isGroup() ? tag >>> 3 : 0;
      int outer = in.enter(group);
      pieces.write(in.array(), in.at(), in.end() - in.at());
      in.leave(group, outer);
    }

    @Override
    void write(byte[] array, ByteArrayOutputStream out) {
      writeVarint(tag, out);
      if (isGroup()) {
        out.writeBytes(pieces.toByteArray());
        writeVarint(Wire.tag(tag >>> 3, Wire.END_GROUP), out);
      } else {
        writeWithLength(pieces, out);
      }
    }
  }

  /** Of entries: of each key the last, and those that are none, to be called unknown. */
  static final class Entries extends Kept {
    private final MapEntry entry;
    private final int tag;
    private final Map<String, byte[]> byKey = new LinkedHashMap<>();
    private final List<byte[]> unknown = new ArrayList<>();

    Entries(MapEntry entry, int tag) {
      this.entry = entry;
      this.tag = tag;
    }

    @Override
    void add(Wire in, int start, int tag) throws Rejection {
      int outer = in.enter(0);
      int from = in.at();
      String key = entry.read(in);
      byte[] normal = normal(in, from);
      if (entry.isUnknown(in)) {
        unknown.add(normal);
      } else {
        byKey.put(key, normal);
      }
      in.leave(0, outer);
    }

    /** The entry with one key and one value at most. */
    private byte[] normal(Wire in, int from) throws Rejection {
      int end = in.end();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (entry.keyAt() >= 0) {
        writeVarint(entry.keyTag(), out);
        write(in, entry.keyAt(), entry.keyTag(), out);
      }
      if (entry.valueAt() >= 0 && !entry.isMessage()) {
        writeVarint(entry.valueTag(), out);
        write(in, entry.valueAt(), entry.valueTag(), out);
      } else if (entry.valueAt() >= 0) {
        Merged value = new Merged(entry.valueTag());
        in.at(from);
        while (in.hasMore()) {
          int start = in.at();
          int next = in.tag();
          if (next == entry.valueTag()) {
            value.add(in, start, next);
          } else {
            in.skip(next);
          }
        }
        value.write(in.array(), out);
      }
      in.at(end);
      return out.toByteArray();
    }

    private static void write(Wire in, int at, int tag, ByteArrayOutputStream out)
        throws Rejection {
      in.at(at);
      in.skip(tag);
      out.write(in.array(), at, in.at() - at);
    }

    @Override
    void write(byte[] array, ByteArrayOutputStream out) {
      byKey.values().forEach(bytes -> writeEntry(bytes, out));
      unknown.forEach(bytes -> writeEntry(bytes, out));
    }

    private void writeEntry(byte[] bytes, ByteArrayOutputStream out) {
      writeVarint(tag, out);
      writeVarint(bytes.length, out);
      out.writeBytes(bytes);
    }
  }
}
