package io.sluice.debezium;

import com.fasterxml.jackson.core.Base64Variants;
import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Forwarding;
import io.sluice.convert.Numbers;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers whose digits are written as bytes, which are base64 in JSON. */
final class Decimals {
  private Decimals() {}

  /** The bytes of a text in base64; null where it is none. */
  static byte @Nullable [] base64(byte[] utf8, int start, int length) {
    try {
      return Base64Variants.MIME_NO_LINEFEEDS.decode(
          new String(utf8, start, length, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Digits whose point has its place in the schema, or an object that says where it is. */
  static class Scaled extends Forwarding implements Fields {
    private final int scale;
    private final Part digits = new Part();
    private final Part point = new Part();

    Scaled(Converter to, int scale) {
      super(to);
      this.scale = scale;
    }

    @Override
    public final void text(byte[] utf8, int start, int length) throws Rejection {
      byte[] bytes = base64(utf8, start, length);
      if (bytes == null || bytes.length == 0) {
        throw wrong("a decimal number in base64", length == 0 ? "an empty string" : "another text");
      }
      to.decimal(Numbers.ofBytes(bytes, 0, bytes.length, scale));
    }

    @Override
    public final void bytes(byte[] array, int start, int length) throws Rejection {
      if (length == 0) {
        throw wrong("a decimal number", "no bytes");
      }
      to.decimal(Numbers.ofBytes(array, start, length, scale));
    }

    @Override
    public final @Nullable Elements elements() {
      return null;
    }

    @Override
    public final Fields fields() {
      return this;
    }

    @Override
    public final void begin() {
      digits.bytes = null;
      point.number = null;
    }

    @Override
    public final @Nullable Field field(String name) {
      return switch (name) {
        case "value" -> Field.of(name, digits);
        case "scale" -> Field.of(name, point);
        default -> null;
      };
    }

    @Override
    public final String pathOf(String name) {
      return name;
    }

    @Override
    public final void end() throws Rejection {
      byte[] bytes = digits.bytes;
      Long scale = point.number;
      if (bytes == null || bytes.length == 0 || scale == null) {
        throw wrong("a decimal number as an object of scale and value", "another object");
      }
      if (Math.abs(scale) > JsonValueSchema.MOST_DIGITS) {
        throw new Rejection(
            Reason.TOO_LARGE, "", "a number with " + scale + " digits behind its point");
      }
      BigDecimal value = Numbers.ofBytes(bytes, 0, bytes.length, scale.intValue());
      to.decimal(value);
    }
  }

  /** A part of a number that is an object. */
  private static final class Part extends Converter {
    private byte @Nullable [] bytes;
    private @Nullable Long number;

    Part() {
      super(Reason.WRONG_TYPE, "a part of a decimal number");
    }

    @Override
    public void nothing() {}

    @Override
    public void integer(long value) {
      number = value;
    }

    @Override
    public void text(byte[] utf8, int start, int length) {
      bytes = base64(utf8, start, length);
    }

    @Override
    public void bytes(byte[] array, int start, int length) {
      bytes = Arrays.copyOfRange(array, start, start + length);
    }
  }
}
