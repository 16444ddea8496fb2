package io.sluice.convert;

import io.sluice.deadletter.Reason;
import io.sluice.record.BytesWriter;
import io.sluice.record.Utf8;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * To {@code json}: a value of any kind as the one JSON text of it. There is no space in it, names
 * are sorted by the bytes of their UTF-8, strings have no escapes but those that RFC 8259 asks for:
 * as RFC 8785 has it, but that a number keeps the digits that it was written with, which would be
 * rounded to a double there. What JSON has no word for is a text: bytes in base64; dates, times and
 * instants as ISO 8601 has them.
 */
final class JsonConverter extends Converter {
  private static final String HEX = "0123456789abcdef";

  private final Out out;
  private final String path;
  private final Fields objects = new Objects();
  private final Elements lists = new Lists();
  private final BytesWriter json = new BytesWriter();
  private final Deque<Level> levels = new ArrayDeque<>();

  JsonConverter(Out out, String path) {
    super(Reason.WRONG_TYPE, "a value that JSON has");
    this.out = out;
    this.path = path;
  }

  /** Forgets a value that was given up in the middle. */
  void reset() {
    levels.clear();
  }

  /** A list or an object that has begun. */
  private static final class Level {
    /** Of an object, each field's value by its name; null of a list. */
    final @Nullable TreeMap<byte[], byte[]> fields;

    final int start;
    byte[] name = {};

    Level(boolean isObject, int start) {
      this.fields = isObject ? new TreeMap<>(Arrays::compareUnsigned) : null;
      this.start = start;
    }
  }

  private final class Objects implements Fields {
    @Override
    public boolean areOfData() {
      return true;
    }

    @Override
    public void begin() {
      beginLevel(true);
    }

    @Override
    public Field field(String name) {
      return new Named(name);
    }

    @Override
    public String pathOf(String name) {
      return path + "." + name;
    }

    @Override
    public void end() {
      Level level = levels.removeLast();
      TreeMap<byte[], byte[]> fields = java.util.Objects.requireNonNull(level.fields);
      json.writeByte('{');
      boolean first = true;
      for (var field : fields.entrySet()) {
        if (!first) {
          json.writeByte(',');
        }
        first = false;
        writeString(field.getKey(), 0, field.getKey().length);
        json.writeByte(':');
        json.write(field.getValue(), 0, field.getValue().length);
      }
      json.writeByte('}');
      ended(level.start);
    }
  }

  private final class Lists implements Elements {
    @Override
    public void begin() {
      beginLevel(false);
      json.writeByte('[');
    }

    @Override
    public Converter element() {
      return JsonConverter.this;
    }

    @Override
    public void end() {
      json.writeByte(']');
      ended(levels.removeLast().start);
    }
  }

  private final class Named extends Field {
    Named(String name) {
      super(name);
    }

    @Override
    public Converter converter() {
      levels.getLast().name = name().getBytes(StandardCharsets.UTF_8);
      return JsonConverter.this;
    }

    @Override
    Converter target() {
      return JsonConverter.this;
    }
  }

  private void beginLevel(boolean isObject) {
    begin();
    levels.addLast(new Level(isObject, json.size()));
  }

  /** Begins what is the whole value, or is within it. */
  private void begin() {
    Level level = levels.peekLast();
    if (level == null) {
      json.clear();
    } else if (level.fields == null && json.size() > level.start + 1) {
      json.writeByte(',');
    }
  }

  /** A value is complete, which was written from a place on. */
  private void ended(int start) {
    Level level = levels.peekLast();
    if (level == null) {
      byte[] text = json.toArray();
      out.bytes(text, 0, text.length);
    } else if (level.fields != null) {
      level.fields.put(level.name, Arrays.copyOfRange(json.array(), start, json.size()));
      json.truncate(start);
    }
  }

  private void plain(String text) {
    begin();
    int start = json.size();
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    json.write(ascii, 0, ascii.length);
    ended(start);
  }

  private void string(String text) {
    begin();
    int start = json.size();
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeString(utf8, 0, utf8.length);
    ended(start);
  }

  private void writeString(byte[] utf8, int start, int length) {
    json.writeByte('"');
    int plain = start;
    for (int i = start; i < start + length; i++) {
      byte b = utf8[i];
      if (b >= ' ' && b != '"' && b != '\\' || b < 0) {
        continue;
      }
      json.write(utf8, plain, i - plain);
      plain = i + 1;
      json.writeByte('\\');
      switch (b) {
        case '"', '\\' -> json.writeByte(b);
        case '\b' -> json.writeByte('b');
        case '\f' -> json.writeByte('f');
        case '\n' -> json.writeByte('n');
        case '\r' -> json.writeByte('r');
        case '\t' -> json.writeByte('t');
        default -> {
          json.writeByte('u');
          json.writeByte('0');
          json.writeByte('0');
          json.writeByte(HEX.charAt(b >> 4));
          json.writeByte(HEX.charAt(b & 0xF));
        }
      }
    }
    json.write(utf8, plain, start + length - plain);
    json.writeByte('"');
  }

  @Override
  public void nothing() {
    if (levels.isEmpty()) {
      out.nothing();
    } else {
      plain("null");
    }
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    if (!Utf8.isValid(utf8, start, start + length)) {
      throw new Rejection(Reason.NOT_UTF8, "", "the string is not UTF-8");
    }
    begin();
    int at = json.size();
    writeString(utf8, start, length);
    ended(at);
  }

  @Override
  public void number(String digits) {
    plain(digits);
  }

  @Override
  public void integer(long value) {
    plain(Long.toString(value));
  }

  @Override
  public void floating(double value) throws Rejection {
    if (!Double.isFinite(value)) {
      throw wrong(String.valueOf(value));
    }
    plain(Double.toString(value));
  }

  @Override
  public void decimal(BigDecimal value) {
    plain(value.toString());
  }

  @Override
  public void flag(boolean value) {
    plain(String.valueOf(value));
  }

  @Override
  public void bytes(byte[] array, int start, int length) {
    string(Base64.getEncoder().encodeToString(Arrays.copyOfRange(array, start, start + length)));
  }

  @Override
  public void date(long day) {
    string(LocalDate.ofEpochDay(day).toString());
  }

  @Override
  public void time(long nanosOfDay) {
    string(LocalTime.ofNanoOfDay(nanosOfDay).toString());
  }

  @Override
  public void instant(long seconds, int nanos) throws Rejection {
    if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw wrong(Found.instant(seconds, nanos));
    }
    string(Instant.ofEpochSecond(seconds, nanos).toString());
  }

  @Override
  public Elements elements() {
    return lists;
  }

  @Override
  public Fields fields() {
    return objects;
  }
}
