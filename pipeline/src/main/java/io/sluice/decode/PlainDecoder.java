package io.sluice.decode;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents that nearly all are: accepted, without anything that is rare in JSON. What it
 * takes it reads as {@link Decoder} does, bytes where they stand; for all else it says no, and
 * {@code Decoder} decides: it never rejects. That both agree is held by a differential test.
 *
 * <p>Not safe for use by several threads.
 */
final class PlainDecoder implements RecordDecoder.Quick {
  /** A number of so many digits fits a long. */
  private static final int LONG_DIGITS = 18;

  /** Names of one object that the contract does not know: beyond so many it is not plain. */
  private static final int MOST_UNKNOWN = 32;

  private static final int LONGEST_UNKNOWN = 256;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** What is not plain; thrown often, so it has no stack. */
  private static final class NotPlain extends Exception {
    private static final long serialVersionUID = 1L;
    static final NotPlain INSTANCE = new NotPlain();

    private NotPlain() {
      super(null, null, false, false);
    }
  }

  private final Contract contract;
  private final Node root;
  private final PlainRow row;
  private final long required;
  private final boolean supported;
  private final List<String> unknown = new ArrayList<>();
  private final Map<Name, String> unknownPaths = new HashMap<>();
  private byte[] in = new byte[0];
  private int begin;
  private int end;
  private int at;
  private byte[] scratch = new byte[256];
  private int scratchSize;
  private long seenColumns;

  PlainDecoder(Contract contract) {
    this.contract = contract;
    this.root = new Node("");
    this.row = new PlainRow(contract.columns().size());
    List<Column> columns = contract.columns();
    long required = 1L << contract.eventTime();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Node node = root;
      for (String name : column.path().subList(0, column.path().size() - 1)) {
        node = node.inner(name);
      }
      node.leaf(column, i);
      if (column.required()) {
        required |= 1L << i;
      }
    }
    this.required = required;
    // Columns are told apart by the bits of a long.
    this.supported =
        columns.size() <= Long.SIZE
            && root.isSmall()
            && columns.stream()
                .flatMap(column -> column.path().stream())
                .allMatch(PlainDecoder::isPlainName);
  }

  /** Whether a name stands in JSON as it is, and has bytes of its own. */
  private static boolean isPlainName(String name) {
    return name.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\')
        && new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(name);
  }

  /** The values of the record that was last decoded. */
  @Override
  public PlainRow row() {
    return row;
  }

  /** The paths of its fields that the contract does not name. */
  @Override
  public List<String> unknownFields() {
    return unknown;
  }

  /**
   * Decodes a document into {@link #row}; false where it is not plain.
   *
   * @param array has a byte of zero behind the document, which no plain document holds: so what
   *     runs on is stopped there, and need not look for the end at each byte
   */
  @Override
  public boolean decode(byte[] array, int start, int length) {
    if (!supported || length > contract.maxBytes()) {
      return false;
    }
    in = array;
    begin = start;
    end = start + length;
    at = start;
    scratchSize = 0;
    seenColumns = 0;
    row.clear();
    unknown.clear();
    try {
      skipSpace();
      readObject(root, 1);
      skipSpace();
      return at == end && (seenColumns & required) == required && Utf8.isValid(in, begin, end);
    } catch (NotPlain e) {
      return false;
    }
  }

  private void readObject(Node node, int depth) throws NotPlain {
    require(in[at++] == '{' && depth <= contract.maxDepth());
    skipSpace();
    if (in[at] == '}') {
      at++;
      return;
    }
    long seen = 0;
    int unknownHere = unknown.size();
    while (true) {
      require(in[at++] == '"');
      int start = at;
      Member member = node.expected(in, at);
      int length;
      if (member != null) {
        length = member.name.length;
        at += length + 1;
      } else {
        length = skipName();
        member = node.find(in, start, length);
      }
      skipSpace();
      require(in[at++] == ':');
      skipSpace();
      if (member == null) {
        unknownField(node, start, length, unknownHere, depth);
      } else {
        require((seen & member.bit) == 0);
        seen |= member.bit;
        readMember(member, depth);
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

  private void readMember(Member member, int depth) throws NotPlain {
    if (in[at] == 'n') {
      literal("null");
    } else if (member.inner != null) {
      readObject(member.inner, depth + 1);
    } else {
      readColumn(member);
      seenColumns |= 1L << member.column;
    }
  }

  private void readColumn(Member member) throws NotPlain {
    int column = member.column;
    if (member.type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING -> readString(column, member.kind);
        case INT64 -> setWhole(member, readInteger());
        case INT32 -> {
          long value = readInteger();
          require(value == (int) value);
          setWhole(member, value);
        }
        case BOOLEAN -> {
          boolean value = in[at] == 't';
          literal(value ? "true" : "false");
          row.setObject(column, value);
        }
        case DOUBLE -> row.setObject(column, readDouble());
        case DATE, FLOAT, BYTES -> throw NotPlain.INSTANCE;
      }
    } else if (member.type instanceof Timestamp timestamp && member.kind == ColumnKind.INTEGER) {
      long micros;
      if (timestamp.format() == Timestamp.Format.ISO8601) {
        require(in[at++] == '"');
        int start = at;
        int length = skipName();
        micros = Timestamps.common(in, start, length);
      } else {
        long perSecond = timestamp.format().perSecond();
        micros = Timestamps.epoch(readInteger(), perSecond).orElse(Timestamps.NONE);
      }
      require(
          column == contract.eventTime()
              ? Timestamps.isInRangeAnywhere(micros)
              : Timestamps.isInRange(micros));
      long unit = timestamp.unit() == Timestamp.Unit.MILLIS ? 1000 : 1;
      row.setInteger(column, micros - Math.floorMod(micros, unit));
    } else if (member.type instanceof ColumnType.Decimal decimal
        && member.kind == ColumnKind.INTEGER) {
      row.setInteger(column, readDecimal(decimal));
    } else {
      throw NotPlain.INSTANCE;
    }
  }

  private void setWhole(Member member, long value) {
    if (member.kind == ColumnKind.INTEGER) {
      row.setInteger(member.column, value);
    } else if (member.type == Scalar.INT32) {
      row.setObject(member.column, (int) value);
    } else {
      row.setObject(member.column, value);
    }
  }

  private void readString(int column, ColumnKind kind) throws NotPlain {
    require(in[at++] == '"');
    int start = at;
    byte b = in[at];
    while (b != '"' && b != '\\') {
      require(b >= ' ' || b < 0);
      b = in[++at];
    }
    byte[] array = in;
    int length = at - start;
    if (b == '\\') {
      int from = scratchSize;
      unescape(start);
      array = scratch;
      start = from;
      length = scratchSize - from;
    }
    at++;
    if (kind == ColumnKind.BYTES) {
      row.setBytes(column, array, start, length);
    } else {
      row.setObject(column, new String(array, start, length, StandardCharsets.UTF_8));
    }
  }

  /** Copies a string from its start on, with the escapes of one letter resolved. */
  private void unescape(int start) throws NotPlain {
    // What was unescaped before keeps its array: rows refer to it.
    if (scratch.length - scratchSize < end - start) {
      scratch = new byte[Math.max(scratch.length * 2, end - begin)];
      scratchSize = 0;
      throw NotPlain.INSTANCE;
    }
    System.arraycopy(in, start, scratch, scratchSize, at - start);
    scratchSize += at - start;
    for (byte b = in[at]; b != '"'; b = in[++at]) {
      require(b >= ' ' || b < 0);
      if (b == '\\') {
        b =
            switch (in[++at]) {
              case '"' -> '"';
              case '\\' -> '\\';
              case '/' -> '/';
              case 'b' -> '\b';
              case 'f' -> '\f';
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> throw NotPlain.INSTANCE;
            };
      }
      scratch[scratchSize++] = b;
    }
  }

  private long readInteger() throws NotPlain {
    boolean negative = in[at] == '-';
    if (negative) {
      at++;
    }
    int start = at;
    long value = 0;
    for (int digit = in[at] - '0'; digit >= 0 && digit <= 9; digit = in[++at] - '0') {
      value = value * 10 + digit;
    }
    int digits = at - start;
    require(digits > 0 && digits <= LONG_DIGITS && (in[start] != '0' || digits == 1 && !negative));
    require(endsValue(in[at]));
    return negative ? -value : value;
  }

  /** The unscaled value of a number that needs no rounding. */
  private long readDecimal(ColumnType.Decimal type) throws NotPlain {
    boolean negative = in[at] == '-';
    int start = negative ? at + 1 : at;
    skipNumber();
    long unscaled = 0;
    int whole = 0;
    int scale = -1;
    for (int i = start; i < at; i++) {
      if (in[i] == '.') {
        scale = 0;
        continue;
      }
      require(in[i] >= '0' && in[i] <= '9' && whole + Math.max(scale, 0) < LONG_DIGITS);
      unscaled = unscaled * 10 + (in[i] - '0');
      if (scale < 0) {
        whole++;
      } else {
        scale++;
      }
    }
    require(whole <= type.precision() - type.scale() && scale <= type.scale());
    for (int i = Math.max(scale, 0); i < type.scale(); i++) {
      unscaled *= 10;
    }
    return negative ? -unscaled : unscaled;
  }

  private double readDouble() throws NotPlain {
    int start = at;
    skipNumber();
    double value =
        Double.parseDouble(new String(in, start, at - start, StandardCharsets.ISO_8859_1));
    // A whole -0 has no sign to the library.
    require(Double.isFinite(value) && (value != 0 || in[start] != '-'));
    return value;
  }

  private void skipNumber() throws NotPlain {
    if (in[at] == '-') {
      at++;
    }
    int start = at;
    skipDigits();
    require(in[start] != '0' || at == start + 1);
    if (in[at] == '.') {
      at++;
      skipDigits();
    }
    if (in[at] == 'e' || in[at] == 'E') {
      at++;
      if (in[at] == '+' || in[at] == '-') {
        at++;
      }
      skipDigits();
    }
    // Longer ones run into the library's limits.
    require(at - start <= 100 && endsValue(in[at]));
  }

  private void skipDigits() throws NotPlain {
    int start = at;
    while (in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    require(at > start);
  }

  private static boolean endsValue(byte b) {
    return b == ',' || b == '}' || b == ']' || b <= ' ';
  }

  private void literal(String text) throws NotPlain {
    for (int i = 0; i < text.length(); i++) {
      require(in[at++] == text.charAt(i));
    }
    require(endsValue(in[at]));
  }

  /** Passes a string without escapes, whose opening quote is passed; returns its length. */
  private int skipName() throws NotPlain {
    int start = at;
    for (byte b = in[at]; b != '"'; b = in[++at]) {
      require(b != '\\' && (b >= ' ' || b < 0));
    }
    return at++ - start;
  }

  private void skipSpace() {
    while (in[at] <= ' ' && isSpace(in[at])) {
      at++;
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** A field that the contract does not name; it may come twice. */
  private void unknownField(Node node, int start, int length, int unknownHere, int depth)
      throws NotPlain {
    require(contract.unknownFields() != UnknownFields.DEAD_LETTER);
    String path = unknownPath(node, start, length);
    for (int i = unknownHere; i < unknown.size(); i++) {
      require(!unknown.get(i).equals(path));
    }
    require(unknown.size() - unknownHere < MOST_UNKNOWN);
    unknown.add(path);
    skipValue(depth);
  }

  private String unknownPath(Node node, int start, int length) throws NotPlain {
    // Kept for ever, so neither long ones nor many.
    require(length <= LONGEST_UNKNOWN);
    Name key = new Name(node, in, start, length);
    String path = unknownPaths.get(key);
    if (path == null) {
      // Names that are data, as ids, are never the same.
      require(unknownPaths.size() < 1000 && Utf8.isValid(in, begin, end));
      String name = new String(in, start, length, StandardCharsets.UTF_8);
      path = node.path.isEmpty() ? name : node.path + "." + name;
      unknownPaths.put(
          new Name(node, Arrays.copyOfRange(in, start, start + length), 0, length), path);
    }
    return path;
  }

  private void skipValue(int depth) throws NotPlain {
    switch (in[at]) {
      case '"' -> {
        at++;
        skipName();
      }
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
      // The names in it would have to be told apart, too.
      case '{' -> throw NotPlain.INSTANCE;
      default -> skipNumber();
    }
  }

  private static void require(boolean plain) throws NotPlain {
    if (!plain) {
      throw NotPlain.INSTANCE;
    }
  }

  /** A name as a key: bytes below a node. */
  private static final class Name {
    private final Node node;
    private final byte[] bytes;
    private final int start;
    private final int length;

    Name(Node node, byte[] bytes, int start, int length) {
      this.node = node;
      this.bytes = bytes;
      this.start = start;
      this.length = length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Name name
          && node == name.node
          && Arrays.equals(
              bytes, start, start + length, name.bytes, name.start, name.start + name.length);
    }

    @Override
    public int hashCode() {
      int hash = System.identityHashCode(node);
      for (int i = start; i < start + length; i++) {
        hash = 31 * hash + bytes[i];
      }
      return hash;
    }
  }

  /** An object of the contract. */
  private static final class Node {
    final String path;
    private Member[] members = new Member[0];

    /** Where the next name is looked for first: documents mostly have one order. */
    private int next;

    Node(String path) {
      this.path = path;
    }

    boolean isSmall() {
      return members.length <= Long.SIZE
          && Arrays.stream(members).allMatch(m -> m.inner == null || m.inner.isSmall());
    }

    Node inner(String name) {
      for (Member member : members) {
        if (member.inner != null && member.isNamed(name)) {
          return member.inner;
        }
      }
      Node inner = new Node(path.isEmpty() ? name : path + "." + name);
      add(new Member(name, inner, null, ColumnKind.ENCODED, -1, 1L << members.length));
      return inner;
    }

    void leaf(Column column, int index) {
      String name = column.path().get(column.path().size() - 1);
      add(
          new Member(
              name, null, column.type(), ColumnKind.of(column), index, 1L << members.length));
    }

    private void add(Member member) {
      members = Arrays.copyOf(members, members.length + 1);
      members[members.length - 1] = member;
    }

    /** The member that came next before, where its name and a quote stand here. */
    @Nullable Member expected(byte[] in, int start) {
      if (members.length == 0) {
        return null;
      }
      Member member = members[next];
      int end = start + member.name.length;
      if (end < in.length && in[end] == '"' && member.isNamed(in, start, member.name.length)) {
        next = next + 1 < members.length ? next + 1 : 0;
        return member;
      }
      return null;
    }

    @Nullable Member find(byte[] in, int start, int length) {
      for (int i = 0; i < members.length; i++) {
        int index = next + i < members.length ? next + i : next + i - members.length;
        if (members[index].isNamed(in, start, length)) {
          next = index + 1 < members.length ? index + 1 : 0;
          return members[index];
        }
      }
      return null;
    }
  }

  private static final class Member {
    final byte[] name;
    final @Nullable Node inner;
    final @Nullable ColumnType type;
    final ColumnKind kind;
    final int column;
    final long bit;

    Member(
        String name,
        @Nullable Node inner,
        @Nullable ColumnType type,
        ColumnKind kind,
        int column,
        long bit) {
      this.name = name.getBytes(StandardCharsets.UTF_8);
      this.inner = inner;
      this.type = type;
      this.kind = kind;
      this.column = column;
      this.bit = bit;
    }

    /** Eight bytes at a time, the last eight overlapping. */
    boolean isNamed(byte[] in, int start, int length) {
      if (length != name.length) {
        return false;
      }
      int at = 0;
      if (length >= Long.BYTES) {
        for (; at < length - Long.BYTES; at += Long.BYTES) {
          if ((long) LONGS.get(in, start + at) != (long) LONGS.get(name, at)) {
            return false;
          }
        }
        at = length - Long.BYTES;
        return (long) LONGS.get(in, start + at) == (long) LONGS.get(name, at);
      }
      for (; at < length; at++) {
        if (in[start + at] != name[at]) {
          return false;
        }
      }
      return true;
    }

    boolean isNamed(String other) {
      return Arrays.equals(name, other.getBytes(StandardCharsets.UTF_8));
    }
  }
}
