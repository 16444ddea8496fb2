package io.sluice.protobuf;

import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Reads what has seconds and nanoseconds: an instant, or a duration. */
abstract class TimeReader extends ValueReader {
  private static final int SECONDS = Wire.tag(1, Wire.VARINT);
  private static final int NANOS = Wire.tag(2, Wire.VARINT);
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  final Converter to;
  private final int group;

  private TimeReader(Converter to, int group) {
    this.to = to;
    this.group = group;
  }

  abstract void value(long seconds, int nanos) throws Rejection;

  @Override
  final boolean read(Wire in) throws Rejection {
    int outer = in.enter(group);
    long seconds = 0;
    int nanos = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SECONDS) {
        seconds = in.varint();
      } else if (tag == NANOS) {
        nanos = (int) in.varint();
      } else {
        in.skip(tag);
      }
    }
    in.leave(group, outer);
    value(seconds, nanos);
    return true;
  }

  @Override
  final void readDefault() throws Rejection {
    value(0, 0);
  }

  /** {@code google.protobuf.Timestamp}. */
  static final class OfTimestamp extends TimeReader {
    /**
     * @param group as {@link Wire#enter} has it
     */
    OfTimestamp(Converter to, int group) {
      super(to, group);
    }

    @Override
    void value(long seconds, int nanos) throws Rejection {
      if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
        throw to.wrong(
            "a Timestamp with nanos of 0 to 999999999", "seconds " + seconds + ", nanos " + nanos);
      }
      to.instant(seconds, nanos);
    }
  }

  /**
   * {@code google.protobuf.Duration}: as a text what protobuf writes in JSON, {@code 1.500s}; else
   * a whole number of nanoseconds.
   */
  static final class OfDuration extends TimeReader {
    /** Protobuf's own limit: ten thousand years. */
    private static final long MOST_SECONDS = 315_576_000_000L;

    /**
     * @param group as {@link Wire#enter} has it
     */
    OfDuration(Converter to, int group) {
      super(to, group);
    }

    @Override
    void value(long seconds, int nanos) throws Rejection {
      if (seconds < -MOST_SECONDS
          || seconds > MOST_SECONDS
          || Math.abs((long) nanos) >= NANOS_PER_SECOND
          || (seconds < 0 && nanos > 0)
          || (seconds > 0 && nanos < 0)) {
        throw to.wrong(
            "a Duration of at most 10000 years, nanos below a second and both of one sign",
            "seconds " + seconds + ", nanos " + nanos);
      }
      if (to.takesAnyText()) {
        byte[] text = text(seconds, nanos).getBytes(StandardCharsets.US_ASCII);
        to.text(text, 0, text.length);
        return;
      }
      BigInteger all =
          BigInteger.valueOf(seconds)
              .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
              .add(BigInteger.valueOf(nanos));
      if (all.bitLength() < Long.SIZE) {
        to.integer(all.longValue());
      } else {
        to.decimal(new BigDecimal(all));
      }
    }

    /** With as many digits as protobuf's JSON has: none, three, six or nine. */
    static String text(long seconds, int nanos) {
      String sign = seconds < 0 || nanos < 0 ? "-" : "";
      String fraction = "%09d".formatted(Math.abs(nanos));
      while (fraction.endsWith("000")) {
        fraction = fraction.substring(0, fraction.length() - 3);
      }
      return sign + Math.abs(seconds) + (fraction.isEmpty() ? "" : "." + fraction) + "s";
    }
  }
}
