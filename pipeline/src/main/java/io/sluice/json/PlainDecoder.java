package io.sluice.json;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.convert.Converter;
import io.sluice.convert.Converters;
import io.sluice.convert.RowTree;
import io.sluice.convert.SharedPaths;
import io.sluice.convert.Timestamps;
import io.sluice.json.JsonPlan.Member;
import io.sluice.json.JsonPlan.ObjectPlan;
import io.sluice.json.JsonPlan.ValuePlan;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import io.sluice.record.Utf8;
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
final class PlainDecoder extends JsonValues implements JsonDecoder.Quick {
  private static final int LONGEST_UNKNOWN = 256;
  private static final int MOST_UNKNOWN_PATHS = 1000;

  private final Contract contract;
  private final Names root;
  private final ColumnValues values;
  private final BytesWriter encoded = new BytesWriter();
  private final int required;

  /** Of the columns that read shared values. */
  private final int[] requiredInShared;

  private final boolean supported;
  private final Converters converters;
  private final RowTree tree;

  /**
   * To values of {@link ValuePlan.Kind#OTHER}, by the columns, and behind these to {@link
   * Member#shared} ones; and those within others.
   */
  private final @Nullable Converter[] columnsOfOthers;

  private final IdentityHashMap<ValuePlan, Converter> others = new IdentityHashMap<>();

  private final IdentityHashMap<ObjectPlan, Names> structs = new IdentityHashMap<>();
  private final List<String> unknown = new ArrayList<>();
  private final Map<Name, String> unknownPaths = new HashMap<>();
  private int requiredSeen;

  PlainDecoder(Contract contract, ObjectPlan plan) {
    super(contract.maxDepth());
    this.contract = contract;
    this.converters = Converters.of(contract);
    this.values = new ColumnValues(contract.columns());
    this.supported = hasPlainNames(plan);
    this.root = new Names(plan);
    List<Column> columns = contract.columns();
    SharedPaths shared = new SharedPaths(contract);
    List<Integer> requiredInShared = new ArrayList<>();
    int required = 0;
    this.tree = new RowTree(contract, values, encoded, converters, false, shared::has);
    this.columnsOfOthers = new Converter[columns.size() + sharedMembers(plan).size()];
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      boolean isRequired = column.required() && !contract.isOfElement(column);
      if (isRequired) {
        required++;
      }
      if (shared.has(column)) {
        if (isRequired) {
          requiredInShared.add(i);
        }
      } else if (column.reading().hasRules()
          || ValuePlan.of(column.type(), "").kind == ValuePlan.Kind.OTHER) {
        columnsOfOthers[i] = converters.toColumn(values, i, encoded, false);
      }
    }
    this.required = required - requiredInShared.size();
    this.requiredInShared = requiredInShared.stream().mapToInt(i -> i).toArray();
    for (Member member : sharedMembers(plan)) {
      columnsOfOthers[member.slot] = tree.converter(member.shared);
    }
  }

  private static List<Member> sharedMembers(ObjectPlan object) {
    List<Member> all = new ArrayList<>();
    for (Member member : object.members) {
      if (member.inner != null) {
        all.addAll(sharedMembers(member.inner));
      } else if (!member.shared.isEmpty()) {
        all.add(member);
      }
    }
    return all;
  }

  private static boolean hasPlainNames(ObjectPlan object) {
    return object.members.stream()
        .allMatch(
            member ->
                member.hasPlainName()
                    && (member.inner != null
                        ? hasPlainNames(member.inner)
                        : !member.shared.isEmpty() || hasPlainNames(member.value())));
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
    tree.begin();
    unknown.clear();
    requiredSeen = 0;
    try {
      skipSpace();
      readObject(root, 1);
      skipSpace();
      return at == end
          && requiredSeen == required
          && hasRequiredInShared()
          && Utf8.isValid(in, begin, end);
    } catch (NotPlain e) {
      return false;
    }
  }

  private boolean hasRequiredInShared() {
    for (int column : requiredInShared) {
      if (values.isAbsent(column)) {
        return false;
      }
    }
    return true;
  }

  private void readObject(Names names, int depth) throws NotPlain {
    require(in[at++] == '{' && depth <= maxDepth);
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
    Converter other = columnsOfOthers[column];
    if (other != null) {
      readTo(other, depth);
      require(!member.required || !values.isAbsent(column));
      if (member.required) {
        requiredSeen++;
      }
      return;
    }
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
      require(type.format() != Timestamp.Format.EPOCH_NS);
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
      case OTHER ->
          readTo(
              others.computeIfAbsent(
                  type, other -> converters.toEncoded(other.type(), encoded, "")),
              depth);
    }
  }

  private void readList(ValuePlan element, int depth) throws NotPlain {
    require(in[at++] == '[' && depth <= maxDepth);
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
    names.struct.begin(encoded);
    readObject(names, depth);
    require(names.struct.missing() < 0);
    names.struct.end(encoded);
  }

  private void readField(Names names, Member member, int depth) throws NotPlain {
    if (in[at] == 'n') {
      literal("null");
      return;
    }
    names.struct.beginField(encoded, member.slot);
    readEncoded(member.value(), depth);
    names.struct.endField(encoded, member.slot);
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
