package io.sluice.json;

import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.decode.Timestamps;
import io.sluice.json.JsonPlan.Member;
import io.sluice.json.JsonPlan.ObjectPlan;
import io.sluice.json.JsonPlan.ValuePlan;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents that nearly all are: accepted, without anything that is rare in JSON. What it
 * takes it reads as {@link ExactDecoder} does, bytes where they stand; for all else it says no, and
 * {@code ExactDecoder} decides: it never rejects. That both agree is held by a differential test.
 *
 * <p>Not safe for use by several threads.
 */
final class PlainDecoder extends JsonBytes implements JsonDecoder.Quick {
  /** Names of one object that the contract does not know: beyond so many it is not plain. */
  private static final int MOST_UNKNOWN = 32;

  private static final int LONGEST_UNKNOWN = 256;
  private static final int MOST_UNKNOWN_PATHS = 1000;

  private final Contract contract;
  private final Names root;
  private final ColumnValues values;
  private final BytesWriter encoded = new BytesWriter();
  private final int required;
  private final boolean supported;
  private final IdentityHashMap<ObjectPlan, Names> structs = new IdentityHashMap<>();
  private final List<String> unknown = new ArrayList<>();
  private final Map<Name, String> unknownPaths = new HashMap<>();
  private int requiredSeen;

  PlainDecoder(Contract contract, ObjectPlan plan) {
    this.contract = contract;
    this.values = new ColumnValues(contract.columns());
    this.required = (int) contract.columns().stream().filter(column -> column.required()).count();
    this.supported = hasPlainNames(plan);
    this.root = new Names(plan);
  }

  private static boolean hasPlainNames(ObjectPlan object) {
    return object.members.stream()
        .allMatch(
            member ->
                member.hasPlainName()
                    && (member.inner == null
                        ? hasPlainNames(member.value())
                        : hasPlainNames(member.inner)));
  }

  private static boolean hasPlainNames(ValuePlan value) {
    return switch (value.kind) {
      case LIST -> hasPlainNames(value.element());
      case STRUCT -> hasPlainNames(value.fields());
      default -> true;
    };
  }

  /** The values of the record that was last decoded. */
  @Override
  public ColumnValues values() {
    return values;
  }

  /** The paths of its fields that the contract does not name. */
  @Override
  public List<String> unknownFields() {
    return unknown;
  }

  /**
   * Decodes a document into {@link #values}; false where it is not plain.
   *
   * @param array has a byte of zero behind the document
   */
  @Override
  public boolean decode(byte[] array, int start, int length) {
    if (!supported) {
      return false;
    }
    begin(array, start, length);
    values.clear();
    encoded.clear();
    unknown.clear();
    requiredSeen = 0;
    try {
      skipSpace();
      readObject(root, 1);
      skipSpace();
      return at == end && requiredSeen == required && Utf8.isValid(in, begin, end);
    } catch (NotPlain e) {
      return false;
    }
  }

  private void readObject(Names names, int depth) throws NotPlain {
    require(in[at++] == '{' && depth <= contract.maxDepth());
    skipSpace();
    if (in[at] == '}') {
      at++;
      return;
    }
    names.begin();
    UnknownNames others = null;
    while (true) {
      require(in[at++] == '"');
      int start = at;
      Member member = names.expected(in, start);
      if (member != null) {
        at += member.utf8.length + 1;
      } else {
        int length = skipName();
        member = names.find(in, start, length);
        if (member == null) {
          others = others == null ? new UnknownNames() : others;
          require(others.add(in, start, length));
          unknownField(names.plan, start, length, depth);
        }
      }
      if (member != null) {
        readMember(names, member, depth);
      }
      skipSpace();
      byte next = in[at++];
      if (next == '}') {
        return;
      }
      require(next == ',');
      skipSpace();
    }
  }

  private void readMember(Names names, Member member, int depth) throws NotPlain {
    require(names.isFirst(member));
    skipColon();
    if (names.plan.schema != null) {
      readField(names, member, depth);
    } else {
      readColumn(names, member, depth);
    }
  }

  private void readColumn(Names names, Member member, int depth) throws NotPlain {
    if (in[at] == 'n') {
      literal("null");
      return;
    }
    if (member.inner != null) {
      readObject(names.inner(member), depth + 1);
      return;
    }
    int column = member.slot;
    ValuePlan value = member.value();
    if (member.kind == ColumnKind.INTEGER) {
      values.setInteger(column, readWhole(value));
    } else if (member.kind == ColumnKind.BYTES) {
      if (value.kind == ValuePlan.Kind.STRING) {
        readText();
      } else {
        readBase64();
      }
      values.setBytes(column, text, textStart, textLength);
    } else {
      int start = encoded.size();
      readEncoded(value, depth);
      values.setBytes(column, encoded.array(), start, encoded.size() - start);
    }
    if (member.required) {
      requiredSeen++;
    }
  }

  /** A value that is a whole number: of an integer, in days, microseconds or without its point. */
  private long readWhole(ValuePlan type) throws NotPlain {
    switch (type.kind) {
      case INT64 -> {
        return readInteger();
      }
      case INT32 -> {
        long value = readInteger();
        require(value == (int) value);
        return value;
      }
      case DATE -> {
        return readDate();
      }
      case TIMESTAMP -> {
        return readTimestamp(type.timestamp());
      }
      case DECIMAL -> {
        return readDecimal(type.decimal());
      }
      default -> throw new IllegalStateException(type.kind + " is no whole number");
    }
  }

  private long readTimestamp(Timestamp type) throws NotPlain {
    long micros;
    if (type.format() == Timestamp.Format.ISO8601) {
      readText();
      micros = Timestamps.common(text, textStart, textLength);
    } else {
      micros = readUnits(1_000_000L / type.format().perSecond());
    }
    require(Timestamps.isInRange(micros));
    long unit = type.unit() == Timestamp.Unit.MILLIS ? 1000 : 1;
    return micros - Math.floorMod(micros, unit);
  }

  /** Any value, as {@link io.sluice.record.EncodedValues} writes it. */
  private void readEncoded(ValuePlan type, int depth) throws NotPlain {
    switch (type.kind) {
      case STRING -> {
        readText();
        encoded.writeBytes(text, textStart, textLength);
      }
      case BYTES -> {
        readBase64();
        encoded.writeBytes(text, textStart, textLength);
      }
      case BOOLEAN -> {
        boolean value = in[at] == 't';
        literal(value ? "true" : "false");
        encoded.writeByte(value ? 1 : 0);
      }
      case INT32, INT64, DATE, TIMESTAMP -> encoded.writeSigned(readWhole(type));
      case FLOAT -> encoded.writeFixed(Float.floatToRawIntBits(readFloat()), Float.BYTES);
      case DOUBLE -> encoded.writeFixed(Double.doubleToRawLongBits(readDouble()), Double.BYTES);
      case DECIMAL -> encoded.writeBytes(readLargeDecimal(type.decimal()).toByteArray());
      case LIST -> readList(type.element(), depth + 1);
      case STRUCT -> readStruct(type.fields(), depth + 1);
    }
  }

  private void readList(ValuePlan element, int depth) throws NotPlain {
    require(in[at++] == '[' && depth <= contract.maxDepth());
    skipSpace();
    int start = encoded.size();
    int count = 0;
    if (in[at] == ']') {
      at++;
    } else {
      while (true) {
        count++;
        if (in[at] == 'n') {
          literal("null");
          encoded.writeByte(0);
        } else {
          encoded.writeByte(1);
          readEncoded(element, depth);
        }
        skipSpace();
        byte next = in[at++];
        if (next == ']') {
          break;
        }
        require(next == ',');
        skipSpace();
      }
    }
    encoded.insertUnsigned(start, count);
  }

  /** Documents mostly have the fields in the struct's order, in which they are written. */
  private void readStruct(ObjectPlan plan, int depth) throws NotPlain {
    Names names = structs.get(plan);
    if (names == null) {
      names = new Names(plan);
      structs.put(plan, names);
    }
    int base = encoded.size();
    names.beginStruct();
    readObject(names, depth);
    names.endStruct(encoded, base);
  }

  private void readField(Names names, Member member, int depth) throws NotPlain {
    if (in[at] == 'n') {
      literal("null");
      return;
    }
    int start = names.beginField(encoded, member.slot);
    readEncoded(member.value(), depth);
    names.endField(encoded, member.slot, start);
  }

  /** A field that the contract does not name. */
  private void unknownField(ObjectPlan object, int start, int length, int depth) throws NotPlain {
    require(contract.unknownFields() != UnknownFields.DEAD_LETTER);
    unknown.add(unknownPath(object, start, length));
    skipColon();
    skipValue(depth);
  }

  private String unknownPath(ObjectPlan object, int start, int length) throws NotPlain {
    // Kept for ever, so neither long ones nor many.
    require(length <= LONGEST_UNKNOWN);
    Name key = new Name(object, in, start, length);
    String path = unknownPaths.get(key);
    if (path == null) {
      // Names that are data, as ids, are never the same.
      require(unknownPaths.size() < MOST_UNKNOWN_PATHS && Utf8.isValid(in, begin, end));
      path = object.pathOf(new String(in, start, length, StandardCharsets.UTF_8));
      unknownPaths.put(
          new Name(object, Arrays.copyOfRange(in, start, start + length), 0, length), path);
    }
    return path;
  }

  private void skipValue(int depth) throws NotPlain {
    switch (in[at]) {
      case '"' -> readText();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      case '[' -> {
        require(depth < contract.maxDepth());
        at++;
        skipSpace();
        if (in[at] == ']') {
          at++;
          return;
        }
        while (true) {
          skipValue(depth + 1);
          skipSpace();
          if (in[at] == ']') {
            at++;
            return;
          }
          require(in[at++] == ',');
          skipSpace();
        }
      }
      case '{' -> skipObject(depth + 1);
      default -> skipNumber();
    }
  }

  /** An object that nobody asked for: its names must be told apart all the same. */
  private void skipObject(int depth) throws NotPlain {
    require(depth <= contract.maxDepth());
    at++;
    skipSpace();
    if (in[at] == '}') {
      at++;
      return;
    }
    UnknownNames names = new UnknownNames();
    while (true) {
      require(in[at++] == '"');
      int start = at;
      require(names.add(in, start, skipName()));
      skipColon();
      skipValue(depth);
      skipSpace();
      byte next = in[at++];
      if (next == '}') {
        return;
      }
      require(next == ',');
      skipSpace();
    }
  }

  /** The names of one object that the contract does not have: each may be there once. */
  private static final class UnknownNames {
    private int[] starts = new int[4];
    private int[] lengths = new int[4];
    private int count;

    /** Whether it is another than those before, and one of few. */
    boolean add(byte[] in, int start, int length) {
      for (int i = 0; i < count; i++) {
        if (lengths[i] == length
            && Arrays.equals(in, start, start + length, in, starts[i], starts[i] + length)) {
          return false;
        }
      }
      if (count == MOST_UNKNOWN) {
        return false;
      }
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      starts[count] = start;
      lengths[count] = length;
      count++;
      return true;
    }
  }

  /** A name as a key: bytes in an object. */
  private static final class Name {
    private final ObjectPlan object;
    private final byte[] bytes;
    private final int start;
    private final int length;

    Name(ObjectPlan object, byte[] bytes, int start, int length) {
      this.object = object;
      this.bytes = bytes;
      this.start = start;
      this.length = length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Name name
          && object == name.object
          && Arrays.equals(
              bytes, start, start + length, name.bytes, name.start, name.start + name.length);
    }

    @Override
    public int hashCode() {
      int hash = System.identityHashCode(object);
      for (int i = start; i < start + length; i++) {
        hash = 31 * hash + bytes[i];
      }
      return hash;
    }
  }
}
