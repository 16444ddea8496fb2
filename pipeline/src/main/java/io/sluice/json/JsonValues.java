package io.sluice.json;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Values of any kind, which are passed, or read into whatever converter. */
class JsonValues extends JsonBytes {
  /** Names of one object that are kept apart: beyond so many it is not plain. */
  private static final int MOST_UNKNOWN = 128;

  /** A whole number of one digit more than {@link #LONG_DIGITS} fits a long up to here. */
  private static final long GREATEST_TENTH = Long.MAX_VALUE / 10;

  final int maxDepth;

  /** Where a value stands that is not read, and where it ends. */
  int omitted = -1;

  int omittedEnd;

  private final NameStrings strings = new NameStrings();

  JsonValues(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Reads a value that is not null; what the converter refuses is not plain. */
  final void readTo(Converter to, int depth) throws NotPlain {
    try {
      read(to, depth);
    } catch (Rejection e) {
      throw NotPlain.INSTANCE;
    }
  }

  private void read(Converter to, int depth) throws NotPlain, Rejection {
    if (at == omitted) {
      at = omittedEnd;
      to.integer(0);
      return;
    }
    switch (in[at]) {
      case '"' -> {
        readText();
        to.text(text, textStart, textLength);
      }
      case 't' -> {
        literal("true");
        to.flag(true);
      }
      case 'f' -> {
        literal("false");
        to.flag(false);
      }
      case 'n' -> {
        literal("null");
        to.nothing();
      }
      case '[' -> readList(to.list(), depth + 1);
      case '{' -> {
        Fields fields = to.object();
        readFields(fields, depth + 1);
        fields.end();
      }
      default -> readNumber(to);
    }
  }

  /** The exact way tells the two apart by whether there is a fraction or an exponent, too. */
  private void readNumber(Converter to) throws NotPlain, Rejection {
    int start = at;
    skipNumber();
    boolean isWhole = true;
    for (int i = start; i < at; i++) {
      isWhole &= in[i] == '-' || in[i] >= '0' && in[i] <= '9';
    }
    if (isWhole && at - start <= LONG_DIGITS) {
      at = start;
      to.integer(readInteger());
    } else if (isWhole) {
      to.integer(longInteger(start));
    } else {
      to.number(new String(in, start, at - start, StandardCharsets.ISO_8859_1));
    }
  }

  /** A whole number that may be too long for {@link #readInteger}: such as nanoseconds. */
  private long longInteger(int start) throws NotPlain {
    boolean isNegative = in[start] == '-';
    int first = isNegative ? start + 1 : start;
    int digits = at - first;
    require(digits >= LONG_DIGITS && digits <= LONG_DIGITS + 1);
    long value = 0;
    for (int i = first; i < at - 1; i++) {
      value = value * 10 + (in[i] - '0');
    }
    int last = in[at - 1] - '0';
    require(value < GREATEST_TENTH || value == GREATEST_TENTH && last <= 7);
    value = value * 10 + last;
    return isNegative ? -value : value;
  }

  private void readList(Elements elements, int depth) throws NotPlain, Rejection {
    require(depth <= maxDepth);
    at++;
    skipSpace();
    if (in[at] == ']') {
      at++;
    } else {
      while (true) {
        read(elements.element(), depth);
        skipSpace();
        byte next = in[at++];
        if (next == ']') {
          break;
        }
        require(next == ',');
        skipSpace();
      }
    }
    elements.end();
  }

  /** Reads an object, whose brace is here. */
  final void readFields(Fields fields, int depth) throws NotPlain, Rejection {
    require(depth <= maxDepth);
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
      int length = skipName();
      require(names.add(in, start, length));
      String name = strings.of(in, start, length);
      Field field = fields.field(name);
      skipColon();
      if (field == null) {
        readUnknown(fields, name, depth);
      } else {
        read(field.converter(), depth);
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

  /** Of a struct within a map, the exact way counts the unknown fields. */
  void readUnknown(Fields fields, String name, int depth) throws NotPlain {
    throw NotPlain.INSTANCE;
  }

  final void skipValue(int depth) throws NotPlain {
    switch (in[at]) {
      case '"' -> readText();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      case '[' -> {
        require(depth < maxDepth);
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
    require(depth <= maxDepth);
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
  static final class UnknownNames {
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
}
