package io.sluice.record;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.RowSchemas;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Values of any type as bytes, one behind the other, as blocks hold what is nested or rare:
 *
 * <ul>
 *   <li>strings and bytes: their length and their bytes, strings in UTF-8
 *   <li>booleans: a byte, 0 or 1
 *   <li>whole numbers, dates in days, times in microseconds, timestamps in these or, where that is
 *       their unit, in nanoseconds: a signed number
 *   <li>float and double: their bits, the lowest byte first
 *   <li>decimals: the bytes of the unscaled number in two's complement, the highest first, behind
 *       their length
 *   <li>UUIDs: their sixteen bytes, behind their length
 *   <li>lists: the count, then each element: a byte, 0 or 1, for whether it is there, and the value
 *   <li>maps: the count, then for each entry its key, as a string, and its value as that of a list
 *   <li>structs: each field in the type's order, in the same way
 * </ul>
 */
public final class EncodedValues {
  private static final long MICROS = 1_000_000L;
  private static final long NANOS = 1_000_000_000L;

  private EncodedValues() {}

  /** Writes a value as a Beam row has it. */
  public static void write(BytesWriter out, ColumnType type, Object value) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING, JSON -> out.writeBytes(((String) value).getBytes(StandardCharsets.UTF_8));
        case BYTES -> out.writeBytes((byte[]) value);
        case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
        case INT32, INT64 -> out.writeSigned(((Number) value).longValue());
        case FLOAT -> out.writeFixed(Float.floatToRawIntBits((Float) value), Float.BYTES);
        case DOUBLE -> out.writeFixed(Double.doubleToRawLongBits((Double) value), Double.BYTES);
        case DATE -> out.writeSigned(((LocalDate) value).toEpochDay());
        case TIME -> out.writeSigned(micros((LocalTime) value));
        case UUID -> out.writeBytes(bytes((UUID) value));
      }
    } else if (type instanceof ColumnType.Decimal decimal) {
      out.writeBytes(((BigDecimal) value).setScale(decimal.scale()).unscaledValue().toByteArray());
    } else if (type instanceof Timestamp timestamp) {
      out.writeSigned(units((Instant) value, timestamp));
    } else if (type instanceof ColumnType.ListOf list) {
      Collection<?> elements = (Collection<?>) value;
      out.writeUnsigned(elements.size());
      for (Object element : elements) {
        writeNullable(out, list.element(), element);
      }
    } else if (type instanceof ColumnType.MapOf map) {
      Map<?, ?> entries = (Map<?, ?>) value;
      out.writeUnsigned(entries.size());
      entries.forEach(
          (key, one) -> {
            out.writeBytes(((String) key).getBytes(StandardCharsets.UTF_8));
            writeNullable(out, map.value(), one);
          });
    } else {
      List<ColumnType.Field> fields = ((ColumnType.StructOf) type).fields();
      Row struct = (Row) value;
      for (int i = 0; i < fields.size(); i++) {
        writeNullable(out, fields.get(i).type(), struct.getValue(i));
      }
    }
  }

  private static void writeNullable(BytesWriter out, ColumnType type, @Nullable Object value) {
    out.writeByte(value == null ? 0 : 1);
    if (value != null) {
      write(out, type, value);
    }
  }

  /**
   * Reads a value as a Beam row has it.
   *
   * @param schemas of the structs in the type
   */
  public static Object read(BytesReader in, ColumnType type, Map<ColumnType, Schema> schemas) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING, JSON -> new String(bytes(in), StandardCharsets.UTF_8);
        case BYTES -> bytes(in);
        case BOOLEAN -> in.readBoolean();
        case INT32 -> (int) in.readSigned();
        case INT64 -> in.readSigned();
        case FLOAT -> Float.intBitsToFloat((int) in.readFixed(Float.BYTES));
        case DOUBLE -> Double.longBitsToDouble(in.readFixed(Double.BYTES));
        case DATE -> LocalDate.ofEpochDay(in.readSigned());
        case TIME -> time(in.readSigned());
        case UUID -> uuid(bytes(in));
      };
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return new BigDecimal(new BigInteger(bytes(in)), decimal.scale());
    }
    if (type instanceof Timestamp timestamp) {
      return instant(in.readSigned(), timestamp);
    }
    if (type instanceof ColumnType.ListOf list) {
      int count = in.readLength();
      List<@Nullable Object> elements = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        elements.add(in.readPresent() ? read(in, list.element(), schemas) : null);
      }
      return elements;
    }
    if (type instanceof ColumnType.MapOf map) {
      int count = in.readLength();
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String key = new String(bytes(in), StandardCharsets.UTF_8);
        entries.put(key, in.readPresent() ? read(in, map.value(), schemas) : null);
      }
      return entries;
    }
    ColumnType.StructOf struct = (ColumnType.StructOf) type;
    @Nullable Object[] values = new Object[struct.fields().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readPresent() ? read(in, struct.fields().get(i).type(), schemas) : null;
    }
    Schema schema =
        schemas.computeIfAbsent(struct, s -> RowSchemas.structSchema((ColumnType.StructOf) s));
    return Row.withSchema(schema).attachValues(values);
  }

  private static byte[] bytes(BytesReader in) {
    byte[] bytes = new byte[in.readLength()];
    System.arraycopy(in.array(), in.bytesAt(), bytes, 0, bytes.length);
    in.skip(bytes.length);
    return bytes;
  }

  /** Passes a value. */
  public static void skip(BytesReader in, ColumnType type) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING, BYTES, UUID, JSON -> in.skip(in.readLength());
        case BOOLEAN -> in.skip(1);
        case INT32, INT64, DATE, TIME -> in.readSigned();
        case FLOAT -> in.skip(Float.BYTES);
        case DOUBLE -> in.skip(Double.BYTES);
      }
    } else if (type instanceof ColumnType.Decimal) {
      in.skip(in.readLength());
    } else if (type instanceof Timestamp) {
      in.readSigned();
    } else if (type instanceof ColumnType.ListOf list) {
      int count = in.readLength();
      for (int i = 0; i < count; i++) {
        if (in.readPresent()) {
          skip(in, list.element());
        }
      }
    } else if (type instanceof ColumnType.MapOf map) {
      int count = in.readLength();
      for (int i = 0; i < count; i++) {
        in.skip(in.readLength());
        if (in.readPresent()) {
          skip(in, map.value());
        }
      }
    } else {
      for (ColumnType.Field field : ((ColumnType.StructOf) type).fields()) {
        if (in.readPresent()) {
          skip(in, field.type());
        }
      }
    }
  }

  /** The bytes of a UUID, in the order in which its text has them. */
  public static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new UUID(in.getLong(), in.getLong());
  }

  /** Microseconds since midnight; what is finer is cut off. */
  static long micros(LocalTime time) {
    return time.toNanoOfDay() / 1000;
  }

  static LocalTime time(long micros) {
    return LocalTime.ofNanoOfDay(micros * 1000);
  }

  /**
   * A number of a column of timestamps: nanoseconds since the epoch where that is its unit,
   * microseconds else.
   *
   * @throws IllegalStateException where a transform of one's own set an instant that is beyond what
   *     the column can hold
   */
  static long units(Instant instant, Timestamp type) {
    if (!type.isNanos()) {
      return micros(instant);
    }
    // Beyond it, the microseconds would not fit a long.
    boolean fits = Math.abs(instant.getEpochSecond()) < Long.MAX_VALUE / MICROS;
    if (!fits || !Timestamp.nanosReach(micros(instant))) {
      throw new IllegalStateException(
          "a transform set a timestamp(nanos) to " + instant + ": it is " + Timestamp.NANOS_REACH);
    }
    return micros(instant) * 1000 + instant.getNano() % 1000;
  }

  /** The instant of a number of a column of timestamps. */
  static Instant instant(long units, Timestamp type) {
    return type.isNanos()
        ? Instant.ofEpochSecond(Math.floorDiv(units, NANOS), Math.floorMod(units, NANOS))
        : instant(units);
  }

  /** Microseconds since the epoch; what is finer is cut off. */
  public static long micros(Instant instant) {
    return instant.getEpochSecond() * MICROS + instant.getNano() / 1000;
  }

  /** The instant of microseconds since the epoch. */
  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000L);
  }
}
