package io.sluice.convert;

import com.fasterxml.jackson.core.Base64Variants;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Decimal.Written;
import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * To {@code decimal}. Nothing is rounded: a digit too many is the record's fault, and dropping it
 * would be ours.
 */
final class DecimalConverter extends ScalarConverter {
  private static final int LONGEST = 1000;

  private final ColumnType.Decimal type;

  DecimalConverter(Out out, ColumnType.Decimal type) {
    super(out, Reason.WRONG_TYPE, expected(type));
    this.type = type;
  }

  private static String expected(ColumnType.Decimal type) {
    return switch (type.written()) {
      case DECIMAL -> "a decimal number";
      case UNSCALED -> "a decimal number without its point";
      case BASE64 -> "base64 of a decimal number without its point";
    };
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    BigDecimal value =
        length > LONGEST ? null : decimal(new String(utf8, start, length, StandardCharsets.UTF_8));
    if (value == null) {
      throw wrong(Found.text(utf8, start, length));
    }
    if (!write(value)) {
      throw tooLarge(Found.text(utf8, start, length));
    }
  }

  private @Nullable BigDecimal decimal(String text) {
    if (type.written() == Written.BASE64) {
      try {
        byte[] unscaled = Base64Variants.MIME_NO_LINEFEEDS.decode(text);
        return unscaled.length == 0 ? null : new BigDecimal(new BigInteger(unscaled), type.scale());
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    BigDecimal value = Numbers.decimal(text);
    return value == null || type.written() == Written.DECIMAL ? value : scaled(value);
  }

  /** Of a number without its point, which has to be whole; null where it is not. */
  private @Nullable BigDecimal scaled(BigDecimal unscaled) {
    return unscaled.signum() == 0 || unscaled.stripTrailingZeros().scale() <= 0
        ? unscaled.scaleByPowerOfTen(-type.scale())
        : null;
  }

  @Override
  public void number(String digits) throws Rejection {
    if (type.written() == Written.BASE64) {
      throw wrong(Found.shortened(digits));
    }
    BigDecimal value = decimal(digits);
    if (value == null) {
      throw wrong(Found.shortened(digits));
    }
    if (!write(value)) {
      throw tooLarge(Found.shortened(digits));
    }
  }

  @Override
  public void integer(long value) throws Rejection {
    switch (type.written()) {
      case DECIMAL -> decimal(BigDecimal.valueOf(value));
      case UNSCALED -> decimal(BigDecimal.valueOf(value, type.scale()));
      case BASE64 -> throw wrong(String.valueOf(value));
    }
  }

  /** Two's complement, the highest byte first, as formats have it that have bytes. */
  @Override
  public void bytes(byte[] array, int start, int length) throws Rejection {
    if (type.written() == Written.DECIMAL || length == 0 || length > LONGEST) {
      throw wrong(Found.bytes(length));
    }
    decimal(new BigDecimal(new BigInteger(array, start, length), type.scale()));
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    if (!write(value)) {
      throw tooLarge(Found.shortened(value.toString()));
    }
  }

  private Rejection tooLarge(String found) {
    return wrong("a decimal(" + type.precision() + "," + type.scale() + ")", found);
  }

  /** Whether the type has such a number; only then it is written. */
  private boolean write(BigDecimal any) {
    // Mostly it has the scale already.
    BigDecimal value = any.scale() == type.scale() ? any : any.stripTrailingZeros();
    long whole = (long) value.precision() - value.scale();
    if (value.scale() > type.scale()
        || value.signum() != 0 && whole > type.precision() - type.scale()) {
      return false;
    }
    BigDecimal exact = value.setScale(type.scale());
    if (out.takesDecimalsAsIntegers()) {
      out.integer(exact.unscaledValue().longValueExact());
    } else {
      byte[] unscaled = exact.unscaledValue().toByteArray();
      out.bytes(unscaled, 0, unscaled.length);
    }
    return true;
  }
}
