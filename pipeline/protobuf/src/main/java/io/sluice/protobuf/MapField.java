package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Converter;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/** A map: an object with a field for each key. */
final class MapField extends FieldPlan {
  /** Makes readers of values. */
  interface Readers {
    ValueReader of(Converter to) throws Rejection;
  }

  private static final int MOST_KEPT = 1000;

  private final MapEntry entry;
  private final Converter to;
  private final Readers readers;
  private final UnknownNames unknown;
  private final IdentityHashMap<Converter, ValueReader> values = new IdentityHashMap<>();
  private Set<String> keys = new HashSet<>();

  MapField(FieldDescriptor field, Converter to, Readers readers, UnknownNames unknown) {
    super(field, null, null);
    this.entry = new MapEntry(field.getMessageType());
    this.to = to;
    this.readers = readers;
    this.unknown = unknown;
  }

  @Override
  void read(Wire in, int first, boolean again) throws Rejection, NotInOnePass {
    if (again) {
      throw NotInOnePass.INSTANCE;
    }
    Fields fields = to.object();
    if (keys.size() > MOST_KEPT) {
      // Clearing costs what it once has held.
      keys = new HashSet<>();
    }
    keys.clear();
    while (true) {
      readEntry(fields, in);
      if (!in.hasMore()) {
        break;
      }
      int before = in.at();
      if (in.tag() != tag) {
        in.at(before);
        break;
      }
    }
    fields.end();
  }

  private void readEntry(Fields fields, Wire in) throws Rejection, NotInOnePass {
    int outer = in.enter(0);
    String key = entry.read(in);
    Field field = fields.field(key);
    if (entry.isInPieces()) {
      throw NotInOnePass.INSTANCE;
    }
    try {
      if (field == null) {
        if (keys.add(key)) {
          unknown.add(fields.pathOf(key));
        }
      } else if (!readValue(field.converter(), in)) {
        unknown.add(fields.pathOf(key));
      } else if (!keys.add(key)) {
        // The value before is to be gone, also what this one does not have.
        throw NotInOnePass.INSTANCE;
      }
    } catch (Rejection e) {
      throw e.within(key);
    }
    in.at(in.end());
    in.leave(0, outer);
  }

  private boolean readValue(Converter converter, Wire in) throws Rejection, NotInOnePass {
    ValueReader value = values.get(converter);
    if (value == null) {
      value = readers.of(converter);
      values.put(converter, value);
    }
    if (entry.valueAt() < 0) {
      value.readDefault();
      return true;
    }
    in.at(entry.valueAt());
    return value.read(in);
  }

  @Override
  boolean isMissed() {
    return true;
  }

  @Override
  void absent() throws Rejection {
    to.object().end();
  }

  @Override
  Normalizer.Kept kept() {
    return new Normalizer.Entries(entry, tag);
  }
}
