package io.sluice.avro;

import io.sluice.convert.Converter;
import io.sluice.convert.Numbers;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Reader}s of values without parts. A logical type that is not known, or not valid for
 * its schema, is none, as Avro's specification has it: the value is one of the type below it.
 */
final class Scalars {
  /** As many as a number in JSON may have. */
  private static final int MOST_DIGITS = 1000;

  private static final long NANOS_OF_DAY = TimeUnit.DAYS.toNanos(1);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int UUID_BYTES = 16;

  private Scalars() {}

  static Reader of(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    String name = logical == null ? "" : logical.getName();
    return switch (schema.getType()) {
      case NULL -> (in, to, depth) -> to.nothing();
      case BOOLEAN -> (in, to, depth) -> to.flag(in.readBoolean());
      case INT ->
          switch (name) {
            case "date" -> (in, to, depth) -> to.date(in.readInt());
            case "time-millis" -> (in, to, depth) -> time(to, in.readInt(), 1_000_000);
            default -> (in, to, depth) -> to.integer(in.readInt());
          };
      case LONG -> ofLong(name);
      case FLOAT -> (in, to, depth) -> to.floating(in.readFloat());
      case DOUBLE -> (in, to, depth) -> to.floating(in.readDouble());
      case STRING ->
          (in, to, depth) -> {
            int length = in.readLength();
            to.text(in.array(), in.skip(length), length);
          };
      case BYTES -> ofBytes(logical);
      case FIXED -> ofFixed(schema.getFixedSize(), logical, name);
      case ENUM -> ofEnum(schema);
      case RECORD, ARRAY, MAP, UNION ->
          throw new IllegalArgumentException(schema.getType() + " has parts");
    };
  }

  /** A local time is taken as if it were one in UTC: Avro says of none in which zone it is. */
  private static Reader ofLong(String logical) {
    return switch (logical) {
      case "time-micros" -> (in, to, depth) -> time(to, in.readLong(), 1_000);
      case "timestamp-millis", "local-timestamp-millis" ->
          (in, to, depth) -> instant(to, in.readLong(), 1_000);
      case "timestamp-micros", "local-timestamp-micros" ->
          (in, to, depth) -> instant(to, in.readLong(), 1_000_000);
      case "timestamp-nanos", "local-timestamp-nanos" ->
          (in, to, depth) -> instant(to, in.readLong(), 1_000_000_000);
      default -> (in, to, depth) -> to.integer(in.readLong());
    };
  }

  private static void time(Converter to, long units, int nanosOfUnit) throws Rejection {
    if (units < 0 || units >= NANOS_OF_DAY / nanosOfUnit) {
      throw new Rejection(
          Reason.WRONG_TYPE,
          "",
          "expected a time of the day, found "
              + units
              + (nanosOfUnit == 1_000 ? " microseconds" : " milliseconds"));
    }
    to.time(units * nanosOfUnit);
  }

  private static void instant(Converter to, long units, int perSecond) throws Rejection {
    to.instant(
        Math.floorDiv(units, perSecond),
        Math.floorMod(units, perSecond) * (1_000_000_000 / perSecond));
  }

  private static Reader ofBytes(@Nullable LogicalType logical) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      int scale = decimal.getScale();
      return (in, to, depth) -> {
        int length = in.readLength();
        to.decimal(decimal(in, length, scale));
      };
    }
    if (logical != null && logical.getName().equals("big-decimal")) {
      return (in, to, depth) -> to.decimal(bigDecimal(in));
    }
    return (in, to, depth) -> {
      int length = in.readLength();
      to.bytes(in.array(), in.skip(length), length);
    };
  }

  private static Reader ofFixed(int size, @Nullable LogicalType logical, String name) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      int scale = decimal.getScale();
      return (in, to, depth) -> to.decimal(decimal(in, size, scale));
    }
    return switch (name) {
      case "uuid" ->
          (in, to, depth) -> {
            byte[] text = uuid(in.array(), in.skip(size));
            to.text(text, 0, text.length);
          };
      case "duration" -> (in, to, depth) -> duration(in, to, size);
      default -> (in, to, depth) -> to.bytes(in.array(), in.skip(size), size);
    };
  }

  private static Reader ofEnum(Schema schema) {
    byte[][] symbols =
        schema.getEnumSymbols().stream()
            .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    return (in, to, depth) -> {
      byte[] symbol = symbols[in.readIndex(symbols.length, "symbols")];
      to.text(symbol, 0, symbol.length);
    };
  }

  /** Months, days and milliseconds are no length of time, and no column has a type for them. */
  private static void duration(AvroBytes in, Converter to, int size) throws Rejection {
    int start = in.skip(size);
    try {
      to.bytes(in.array(), start, size);
    } catch (Rejection e) {
      throw new Rejection(
          e.reason(),
          e.path(),
          "a duration of Avro (months, days and milliseconds) becomes a column of type bytes only: "
              + e.text());
    }
  }

  /** The number whose digits are in so many bytes, the greatest first. */
  static BigDecimal decimal(AvroBytes in, int length, int scale) throws Rejection {
    if (length == 0) {
      throw in.malformed("a decimal has no bytes");
    }
    return Numbers.ofBytes(in.array(), in.skip(length), length, scale);
  }

  /** Bytes that hold a number's bytes and its scale. */
  static BigDecimal bigDecimal(AvroBytes in) throws Rejection {
    int length = in.readLength();
    int left = in.left() - length;
    BigDecimal unscaled = decimal(in, in.readLength(), 0);
    int scale = in.readInt();
    if (in.left() != left) {
      throw in.malformed("a big-decimal has another length than its parts");
    }
    if (Math.abs((long) scale) > MOST_DIGITS) {
      throw new Rejection(
          Reason.TOO_LARGE, "", "a number with " + scale + " digits behind its point");
    }
    return new BigDecimal(unscaled.unscaledValue(), scale);
  }

  /** The text of a UUID's bytes, as RFC 9562 writes it. */
  static byte[] uuid(byte[] array, int start) {
    byte[] text = new byte[2 * UUID_BYTES + 4];
    int to = 0;
    for (int i = 0; i < UUID_BYTES; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) {
        text[to++] = '-';
      }
      text[to++] = HEX[array[start + i] >> 4 & 0xF];
      text[to++] = HEX[array[start + i] & 0xF];
    }
    return text;
  }
}
