package io.sluice.erase;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * What keys of a column are: texts become values that are equal where the column's values are, and
 * these become what a file has of them.
 *
 * @param words what a text would have to be, for messages
 */
record KeyType(ColumnType type, String words) {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,40}");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d{1,40}(\\.\\d{1,40})?");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** The types that have keys, for messages. */
  static final String ALL = "string, int32, int64, decimal, uuid, date and bytes";

  /** Empty of a type whose values are no keys. */
  static Optional<KeyType> of(ColumnType type) {
    if (type instanceof ColumnType.Decimal decimal) {
      return Optional.of(
          new KeyType(type, "a decimal(" + decimal.precision() + "," + decimal.scale() + ")"));
    }
    if (!(type instanceof Scalar scalar)) {
      return Optional.empty();
    }
    String words =
        switch (scalar) {
          case STRING -> "a text";
          case INT32 -> "a whole number of 32 bits";
          case INT64 -> "a whole number of 64 bits";
          case UUID -> "a UUID";
          case DATE -> "a date as YYYY-MM-DD";
          case BYTES -> "base64";
          case BOOLEAN, FLOAT, DOUBLE, TIME, JSON -> "";
        };
    return words.isEmpty() ? Optional.empty() : Optional.of(new KeyType(type, words));
  }

  boolean isText() {
    return type == Scalar.STRING;
  }

  /** The value that a text says; empty where it says none of this type. */
  Optional<Object> parse(String text) {
    if (isText()) {
      return Optional.of(text);
    }
    String bare = text.strip();
    try {
      if (type instanceof ColumnType.Decimal decimal) {
        return DECIMAL.matcher(bare).matches()
            ? Optional.of(new BigDecimal(bare).stripTrailingZeros())
                .filter(value -> fits(value, decimal))
                .map(value -> value)
            : Optional.empty();
      }
      return switch ((Scalar) type) {
        case INT32 -> whole(bare, Integer.SIZE);
        case INT64 -> whole(bare, Long.SIZE);
        case UUID ->
            UUID_TEXT.matcher(bare).matches()
                ? Optional.of(UUID.fromString(bare))
                : Optional.empty();
        case DATE -> Optional.of(LocalDate.parse(bare));
        case BYTES -> Optional.of(ByteBuffer.wrap(Base64.getDecoder().decode(bare)));
        case STRING, BOOLEAN, FLOAT, DOUBLE, TIME, JSON -> Optional.empty();
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean fits(BigDecimal value, ColumnType.Decimal type) {
    return value.signum() == 0
        || (value.scale() <= type.scale()
            && value.precision() - value.scale() <= type.precision() - type.scale());
  }

  private static Optional<Object> whole(String text, int bits) {
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigInteger value = new BigInteger(text);
    return value.bitLength() < bits ? Optional.of(value.longValue()) : Optional.empty();
  }

  /** The texts by which a value stands in records, as far as they can be told. */
  static String text(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof ByteBuffer bytes
        ? Base64.getEncoder().encodeToString(bytes.array())
        : value.toString();
  }

  /**
   * The value as a file has it: an {@link Integer}, a {@link Long} or a {@link Binary}. Empty where
   * no value of the file's column can be equal to it.
   */
  static Optional<Object> inFile(Object value, PrimitiveType column) {
    return switch (column.getPrimitiveTypeName()) {
      case INT32 ->
          number(value, column)
              .filter(number -> number.bitLength() < Integer.SIZE)
              .map(BigInteger::intValue);
      case INT64 ->
          number(value, column)
              .filter(number -> number.bitLength() < Long.SIZE)
              .map(BigInteger::longValue);
      case BINARY -> binary(value);
      case FIXED_LEN_BYTE_ARRAY -> fixed(value, column);
      case BOOLEAN, FLOAT, DOUBLE, INT96 -> Optional.empty();
    };
  }

  private static Optional<BigInteger> number(Object value, PrimitiveType column) {
    if (value instanceof Long number) {
      return Optional.of(BigInteger.valueOf(number));
    }
    if (value instanceof LocalDate date) {
      return Optional.of(BigInteger.valueOf(date.toEpochDay()));
    }
    return value instanceof BigDecimal decimal ? unscaled(decimal, column) : Optional.empty();
  }

  private static Optional<BigInteger> unscaled(BigDecimal value, PrimitiveType column) {
    int scale =
        column.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
            ? decimal.getScale()
            : 0;
    return value.scale() > scale
        ? Optional.empty()
        : Optional.of(value.setScale(scale).unscaledValue());
  }

  private static Optional<Object> binary(Object value) {
    if (value instanceof String text) {
      return Optional.of(Binary.fromString(text));
    }
    return value instanceof ByteBuffer bytes
        ? Optional.of(Binary.fromConstantByteArray(bytes.array()))
        : Optional.empty();
  }

  private static Optional<Object> fixed(Object value, PrimitiveType column) {
    int length = column.getTypeLength();
    if (value instanceof UUID uuid) {
      byte[] bytes = new byte[2 * Long.BYTES];
      ByteBuffer.wrap(bytes)
          .putLong(uuid.getMostSignificantBits())
          .putLong(uuid.getLeastSignificantBits());
      return length == bytes.length
          ? Optional.of(Binary.fromConstantByteArray(bytes))
          : Optional.empty();
    }
    if (!(value instanceof BigDecimal decimal)) {
      return Optional.empty();
    }
    return unscaled(decimal, column)
        .map(BigInteger::toByteArray)
        .filter(bytes -> bytes.length <= length)
        .map(
            bytes -> {
              byte[] padded = new byte[length];
              Arrays.fill(padded, (byte) (bytes[0] < 0 ? -1 : 0));
              System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
              return Binary.fromConstantByteArray(padded);
            });
  }
}
