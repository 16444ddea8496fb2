package io.sluice.json;

import io.sluice.contract.ColumnType;
import io.sluice.convert.Timestamps;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words of JSON, read where their bytes stand: what is rare, or wrong, is {@link NotPlain}. It
 * goes on behind what it reads.
 *
 * <p>Behind the document stands a byte of zero, which no plain document holds: so what runs on is
 * stopped there, and need not look for the end at each byte.
 */
class JsonBytes {
  private static final int MOST_KEPT = 4 << 20;

  /** A number of so many digits fits a long. */
  static final int LONG_DIGITS = 18;

  /** Longer ones run into the limits of the exact decoder's library. */
  private static final int LONGEST_NUMBER = 100;

  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = new double[23];

  /** Whole numbers up to it are doubles. */
  private static final long GREATEST_EXACT = 1L << 53;

  private static final byte[] BASE64 = new byte[128];

  static {
    EXACT_POWERS[0] = 1;
    for (int i = 1; i < EXACT_POWERS.length; i++) {
      EXACT_POWERS[i] = EXACT_POWERS[i - 1] * 10;
    }
    Arrays.fill(BASE64, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digits.length(); i++) {
      BASE64[digits.charAt(i)] = (byte) i;
    }
  }

  /** What is not plain; thrown often, so it has no stack. */
  static final class NotPlain extends Exception {
    private static final long serialVersionUID = 1L;
    static final NotPlain INSTANCE = new NotPlain();

    private NotPlain() {
      super(null, null, false, false);
    }
  }

  byte[] in = new byte[0];
  int begin;
  int end;
  int at;

  /** The text that was read last, in {@link #in} or, where it had to be changed, elsewhere. */
  byte[] text = in;

  int textStart;
  int textLength;

  /** Where the decimal that was read last begins, and how many digits it has behind its point. */
  private int numberStart;

  private int fractionDigits;

  /**
   * What was changed; values refer to it, so a larger one takes its place and it stays as it is.
   */
  private byte[] scratch = new byte[256];

  private int scratchSize;

  /** Begins a document. */
  final void begin(byte[] array, int start, int length) {
    in = array;
    begin = start;
    end = start + length;
    at = start;
    scratchSize = 0;
    if (scratch.length > MOST_KEPT) {
      scratch = new byte[256];
    }
  }

  static void require(boolean plain) throws NotPlain {
    if (!plain) {
      throw NotPlain.INSTANCE;
    }
  }

  final void skipSpace() {
    while (in[at] <= ' ' && isSpace(in[at])) {
      at++;
    }
  }

  /** Passes the colon behind a name. */
  final void skipColon() throws NotPlain {
    skipSpace();
    require(in[at++] == ':');
    skipSpace();
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  final void literal(String text) throws NotPlain {
    for (int i = 0; i < text.length(); i++) {
      require(in[at++] == text.charAt(i));
    }
    require(endsValue(in[at]));
  }

  private static boolean endsValue(byte b) {
    return b == ',' || b == '}' || b == ']' || b <= ' ';
  }

  /** Passes a name without escapes, whose opening quote is passed; returns its length. */
  final int skipName() throws NotPlain {
    int start = at;
    for (byte b = in[at]; b != '"'; b = in[++at]) {
      require(b != '\\' && (b >= ' ' || b < 0));
    }
    return at++ - start;
  }

  /** Reads a string into {@link #text}. */
  final void readText() throws NotPlain {
    require(in[at++] == '"');
    int start = at;
    byte b = in[at];
    while (b != '"' && b != '\\') {
      require(b >= ' ' || b < 0);
      b = in[++at];
    }
    if (b == '"') {
      text = in;
      textStart = start;
      textLength = at++ - start;
    } else {
      unescape(start);
    }
  }

  /** Copies a string from its start on, with its escapes resolved: it becomes no longer. */
  private void unescape(int start) throws NotPlain {
    makeRoom(end - start);
    int from = scratchSize;
    System.arraycopy(in, start, scratch, scratchSize, at - start);
    scratchSize += at - start;
    for (byte b = in[at]; b != '"'; b = in[at]) {
      require(b >= ' ' || b < 0);
      at++;
      if (b == '\\') {
        unescapeOne();
      } else {
        scratch[scratchSize++] = b;
      }
    }
    at++;
    textIsScratch(from);
  }

  private void unescapeOne() throws NotPlain {
    byte letter = in[at++];
    switch (letter) {
      case '"', '\\', '/' -> scratch[scratchSize++] = letter;
      case 'b' -> scratch[scratchSize++] = '\b';
      case 'f' -> scratch[scratchSize++] = '\f';
      case 'n' -> scratch[scratchSize++] = '\n';
      case 'r' -> scratch[scratchSize++] = '\r';
      case 't' -> scratch[scratchSize++] = '\t';
      case 'u' -> writeUtf8(codePoint());
      default -> throw NotPlain.INSTANCE;
    }
  }

  /** The character of an escape by its number, which may take a second one. */
  private int codePoint() throws NotPlain {
    int c = hex();
    if (!Character.isSurrogate((char) c)) {
      return c;
    }
    require(Character.isHighSurrogate((char) c) && in[at] == '\\' && in[at + 1] == 'u');
    at += 2;
    int low = hex();
    require(Character.isLowSurrogate((char) low));
    return Character.toCodePoint((char) c, (char) low);
  }

  private int hex() throws NotPlain {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = in[at] < 0 ? -1 : Character.digit(in[at], 16);
      require(digit >= 0);
      at++;
      value = value << 4 | digit;
    }
    return value;
  }

  private void writeUtf8(int c) {
    if (c < 0x80) {
      scratch[scratchSize++] = (byte) c;
    } else if (c < 0x800) {
      scratch[scratchSize++] = (byte) (0xC0 | c >> 6);
      scratch[scratchSize++] = (byte) (0x80 | c & 0x3F);
    } else if (c < 0x10000) {
      scratch[scratchSize++] = (byte) (0xE0 | c >> 12);
      scratch[scratchSize++] = (byte) (0x80 | c >> 6 & 0x3F);
      scratch[scratchSize++] = (byte) (0x80 | c & 0x3F);
    } else {
      scratch[scratchSize++] = (byte) (0xF0 | c >> 18);
      scratch[scratchSize++] = (byte) (0x80 | c >> 12 & 0x3F);
      scratch[scratchSize++] = (byte) (0x80 | c >> 6 & 0x3F);
      scratch[scratchSize++] = (byte) (0x80 | c & 0x3F);
    }
  }

  private void makeRoom(int bytes) {
    if (scratch.length - scratchSize < bytes) {
      scratch = new byte[Math.max(scratch.length * 2, bytes)];
      scratchSize = 0;
    }
  }

  private void textIsScratch(int from) {
    text = scratch;
    textStart = from;
    textLength = scratchSize - from;
  }

  /** Reads base64 (RFC 4648, section 4), padded and without a bit too many, into {@link #text}. */
  final void readBase64() throws NotPlain {
    readText();
    require(textLength % 4 == 0);
    byte[] base64 = text;
    int stop = textStart + textLength;
    int padding = textLength == 0 || base64[stop - 1] != '=' ? 0 : base64[stop - 2] != '=' ? 1 : 2;
    int start = textStart;
    makeRoom(textLength / 4 * 3);
    int from = scratchSize;
    for (int i = start; i < stop; i += 4) {
      int absent = i + 4 == stop ? padding : 0;
      int bits =
          digit64(base64[i]) << 18
              | digit64(base64[i + 1]) << 12
              | (absent > 1 ? 0 : digit64(base64[i + 2])) << 6
              | (absent > 0 ? 0 : digit64(base64[i + 3]));
      require((bits & (1 << 8 * absent) - 1) == 0);
      scratch[scratchSize++] = (byte) (bits >> 16);
      if (absent < 2) {
        scratch[scratchSize++] = (byte) (bits >> 8);
      }
      if (absent < 1) {
        scratch[scratchSize++] = (byte) bits;
      }
    }
    textIsScratch(from);
  }

  private static int digit64(byte b) throws NotPlain {
    int digit = b < 0 ? -1 : BASE64[b];
    require(digit >= 0);
    return digit;
  }

  /** Reads {@code YYYY-MM-DD} as days since the epoch. */
  final long readDate() throws NotPlain {
    readText();
    require(textLength == 10);
    long day = Timestamps.date(text, textStart);
    require(day != Timestamps.NONE);
    return day;
  }

  final long readInteger() throws NotPlain {
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

  /**
   * Reads a number without an exponent as a whole number of units.
   *
   * @param perOne units of one: what is finer is not plain
   */
  final long readUnits(long perOne) throws NotPlain {
    int start = at;
    skipNumber();
    boolean negative = in[start] == '-';
    long value = 0;
    long unit = 0;
    int digits = 0;
    for (int i = negative ? start + 1 : start; i < at; i++) {
      if (in[i] == '.') {
        unit = perOne;
        continue;
      }
      require(in[i] >= '0' && in[i] <= '9' && ++digits <= LONG_DIGITS);
      value = value * 10 + (in[i] - '0');
      if (unit > 0) {
        require(unit % 10 == 0);
        unit /= 10;
      }
    }
    long factor = unit == 0 ? perOne : unit;
    require(value <= Long.MAX_VALUE / factor);
    return negative ? -value * factor : value * factor;
  }

  /** The unscaled value of a decimal that a long holds, a number or a string of one. */
  final long readDecimal(ColumnType.Decimal type) throws NotPlain {
    int stop = readDecimalText(type);
    boolean negative = in[numberStart] == '-';
    long unscaled = 0;
    for (int i = numberStart; i < stop; i++) {
      if (in[i] >= '0') {
        unscaled = unscaled * 10 + (in[i] - '0');
      }
    }
    for (int i = fractionDigits; i < type.scale(); i++) {
      unscaled *= 10;
    }
    return negative ? -unscaled : unscaled;
  }

  /** The same of any decimal. */
  final BigInteger readLargeDecimal(ColumnType.Decimal type) throws NotPlain {
    int stop = readDecimalText(type);
    StringBuilder digits = new StringBuilder(stop - numberStart + type.scale());
    for (int i = numberStart; i < stop; i++) {
      if (in[i] != '.') {
        digits.append((char) in[i]);
      }
    }
    digits.append("0".repeat(type.scale() - fractionDigits));
    return new BigInteger(digits.toString());
  }

  /** Passes a decimal that needs no rounding; returns where its digits end. */
  private int readDecimalText(ColumnType.Decimal type) throws NotPlain {
    boolean quoted = in[at] == '"';
    if (quoted) {
      at++;
    }
    numberStart = at;
    skipDigitsAndSign();
    int whole = at - numberStart - (in[numberStart] == '-' ? 1 : 0);
    if (in[at - 1] == '0' && whole == 1) {
      whole = 0;
    }
    fractionDigits = 0;
    if (in[at] == '.') {
      at++;
      int start = at;
      skipDigits();
      fractionDigits = at - start;
    }
    int stop = at;
    require(whole <= type.precision() - type.scale() && fractionDigits <= type.scale());
    if (quoted) {
      require(in[at++] == '"');
    } else {
      require(endsValue(in[at]));
    }
    return stop;
  }

  final double readDouble() throws NotPlain {
    int start = at;
    skipNumber();
    // A whole -0 has no sign to the exact decoder's library.
    boolean negative = in[start] == '-';
    long digits = 0;
    int count = 0;
    int scale = 0;
    int fraction = 0;
    int i = negative ? start + 1 : start;
    for (; i < at && in[i] != 'e' && in[i] != 'E'; i++) {
      if (in[i] == '.') {
        fraction = 1;
      } else {
        digits = digits * 10 + (in[i] - '0');
        count += digits == 0 ? 0 : 1;
        scale += fraction;
        if (count > LONG_DIGITS) {
          return parseDouble(start);
        }
      }
    }
    // Both numbers are exact, so their product or quotient is rounded once, as it should be.
    if (i == at && scale < EXACT_POWERS.length && digits <= GREATEST_EXACT && digits != 0) {
      double value = digits / EXACT_POWERS[scale];
      return negative ? -value : value;
    }
    return parseDouble(start);
  }

  private double parseDouble(int start) throws NotPlain {
    double value = Double.parseDouble(number(start));
    require(Double.isFinite(value) && (value != 0 || in[start] != '-'));
    return value;
  }

  final float readFloat() throws NotPlain {
    int start = at;
    skipNumber();
    float value = Float.parseFloat(number(start));
    require(Float.isFinite(value) && (value != 0 || in[start] != '-'));
    return value;
  }

  private String number(int start) {
    return new String(in, start, at - start, StandardCharsets.ISO_8859_1);
  }

  final void skipNumber() throws NotPlain {
    int start = at;
    skipDigitsAndSign();
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
    require(at - start <= LONGEST_NUMBER && endsValue(in[at]));
  }

  private void skipDigitsAndSign() throws NotPlain {
    if (in[at] == '-') {
      at++;
    }
    int start = at;
    skipDigits();
    require(in[start] != '0' || at == start + 1);
  }

  private void skipDigits() throws NotPlain {
    int start = at;
    while (in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    require(at > start);
  }
}
