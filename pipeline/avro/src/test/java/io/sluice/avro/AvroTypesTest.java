package io.sluice.avro;

import static io.sluice.avro.TestAvro.bytes;
import static io.sluice.avro.TestAvro.concat;
import static io.sluice.avro.TestAvro.contract;
import static io.sluice.avro.TestAvro.decode;
import static io.sluice.avro.TestAvro.decoder;
import static io.sluice.avro.TestAvro.field;
import static io.sluice.avro.TestAvro.framed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each type of Avro, by its bytes as the specification has them, and what columns make of it. */
class AvroTypesTest {
  private static final byte[] UUID = HexFormat.of().parseHex("0123456789abcdef0123456789abcdef");
  private static final byte[] DURATION = bytes(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0);

  private static String logical(String type, String logical) {
    return "{\"type\":\"" + type + "\",\"logicalType\":\"" + logical + "\"}";
  }

  private static String fixed(int size, String more) {
    return "{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + size + more + "}";
  }

  private static byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return concat(bytes(2 * utf8.length), utf8);
  }

  /** A long as the specification writes it. */
  static byte[] number(long value) {
    long left = value << 1 ^ value >> 63;
    byte[] out = {};
    while ((left & ~0x7FL) != 0) {
      out = concat(out, bytes((int) (left & 0x7F | 0x80)));
      left >>>= 7;
    }
    return concat(out, bytes((int) left));
  }

  private static Arguments row(String avro, byte[] value, String column, Object expected) {
    return Arguments.of(avro, column, value, expected);
  }

  static Stream<Arguments> values() {
    String decimal = ",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2";
    long time = 1_767_323_045L;
    Instant instant = Instant.ofEpochSecond(time);
    return Stream.of(
        row("\"null\"", bytes(), "string", null),
        row("\"boolean\"", bytes(1), "boolean", true),
        row("\"boolean\"", bytes(0), "boolean", false),
        row("\"int\"", bytes(1), "int32", -1),
        row("\"int\"", number(Integer.MIN_VALUE), "int64", (long) Integer.MIN_VALUE),
        row("\"int\"", bytes(0x80, 0x01), "int32", 64),
        row("\"int\"", bytes(0x82, 0x00), "int32", 1),
        row("\"long\"", number(Long.MIN_VALUE), "int64", Long.MIN_VALUE),
        row("\"long\"", number(Long.MAX_VALUE), "int64", Long.MAX_VALUE),
        row("\"long\"", number(time * 1000), "\"timestamp(micros, epoch_ms)\"", instant),
        row("\"long\"", number(7), "\"decimal(9,2)\"", new BigDecimal("7.00")),
        row("\"long\"", number(7), "double", 7.0),
        row("\"float\"", bytes(0, 0, 0xC0, 0x3F), "float", 1.5f),
        row("\"float\"", bytes(0, 0, 0xC0, 0x3F), "double", 1.5),
        row("\"float\"", bytes(0, 0, 0x80, 0x7F), "float", Float.POSITIVE_INFINITY),
        row("\"double\"", bytes(0, 0, 0, 0, 0, 0, 0xF8, 0x3F), "double", 1.5),
        row("\"double\"", bytes(0, 0, 0, 0, 0, 0, 0, 0x40), "int32", 2),
        row("\"string\"", text("é€𝄞"), "string", "é€𝄞"),
        row("\"string\"", text(""), "string", ""),
        row("\"string\"", text("2026-01-02"), "date", LocalDate.of(2026, 1, 2)),
        row("\"bytes\"", bytes(4, 0xFF, 0), "bytes", bytes(0xFF, 0)),
        row(fixed(2, ""), bytes(0xFF, 0), "bytes", bytes(0xFF, 0)),
        row(fixed(0, ""), bytes(), "bytes", bytes()),
        row(
            "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}",
            bytes(2),
            "string",
            "B"),
        row(
            "{\"type\":\"bytes\"" + decimal + "}",
            bytes(4, 0x04, 0xD2),
            "\"decimal(9,2)\"",
            new BigDecimal("12.34")),
        row(
            "{\"type\":\"bytes\"" + decimal + "}",
            bytes(2, 0xFF),
            "\"decimal(9,4)\"",
            new BigDecimal("-0.0100")),
        row("{\"type\":\"bytes\"" + decimal + "}", bytes(4, 0x03, 0xE8), "int32", 10),
        row(
            fixed(12, decimal),
            bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x9C),
            "\"decimal(9,2)\"",
            new BigDecimal("-1.00")),
        row(fixed(3, decimal), bytes(0, 0, 100), "double", 1.0),
        // A decimal whose scale is greater than its precision is none: its bytes are bytes.
        row(
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":2,\"scale\":3}",
            bytes(2, 7),
            "bytes",
            bytes(7)),
        row(
            logical("bytes", "big-decimal"),
            bytes(8, 4, 0x04, 0xD2, 2),
            "\"decimal(9,2)\"",
            new BigDecimal("123.40")),
        row(logical("int", "date"), number(20_454), "date", LocalDate.ofEpochDay(20_454)),
        row(logical("int", "date"), number(-719_162), "date", LocalDate.of(1, 1, 1)),
        row(
            logical("long", "timestamp-millis"),
            number(time * 1000 + 7),
            "timestamp",
            instant.plusMillis(7)),
        row(
            logical("long", "timestamp-millis"),
            number(-1),
            "timestamp",
            Instant.EPOCH.minusMillis(1)),
        row(
            logical("long", "timestamp-micros"),
            number(time * 1_000_000 + 7),
            "timestamp",
            instant.plusNanos(7_000)),
        row(
            logical("long", "timestamp-micros"),
            number(-1),
            "timestamp(millis)",
            Instant.EPOCH.minusMillis(1)),
        row(
            logical("long", "timestamp-nanos"),
            number(time * 1_000_000_000 + 7_999),
            "timestamp",
            instant.plusNanos(7_000)),
        row(
            logical("long", "timestamp-nanos"),
            number(time * 1_000_000_000 + 7_999),
            "timestamp(nanos)",
            instant.plusNanos(7_999)),
        row(
            logical("long", "timestamp-nanos"),
            number(-1),
            "\"timestamp(nanos, epoch_ms)\"",
            Instant.EPOCH.minusNanos(1)),
        row(
            logical("long", "timestamp-micros"),
            number(-9_223_372_036_854_775L),
            "timestamp(nanos)",
            Instant.parse("1677-09-21T00:12:43.145225Z")),
        row(
            logical("long", "local-timestamp-nanos"),
            number(time * 1_000_000_000 + 1),
            "timestamp(nanos)",
            instant.plusNanos(1)),
        row(logical("long", "local-timestamp-millis"), number(time * 1000), "timestamp", instant),
        row(
            logical("long", "local-timestamp-micros"),
            number(time * 1_000_000),
            "timestamp",
            instant),
        row(
            logical("long", "local-timestamp-nanos"),
            number(time * 1_000_000_000),
            "timestamp",
            instant),
        row(logical("string", "uuid"), text("x"), "string", "x"),
        row(logical("int", "time-millis"), number(1), "json", "\"00:00:00.001\""),
        row("\"double\"", bytes(0, 0, 0, 0, 0, 0, 0xF8, 0x3F), "json", "1.5"),
        row(
            "{\"type\":\"array\",\"items\":[\"null\",\"int\"]}",
            bytes(4, 0, 2, 4, 0),
            "json",
            "[null,2]"),
        row(
            fixed(16, ",\"logicalType\":\"uuid\""),
            UUID,
            "string",
            "01234567-89ab-cdef-0123-456789abcdef"),
        row(fixed(12, ",\"logicalType\":\"duration\""), DURATION, "bytes", DURATION),
        row(logical("long", "of-nobody"), number(5), "int64", 5L),
        // What is no logical type of its schema is none.
        row(logical("string", "date"), text("2026-01-02"), "date", LocalDate.of(2026, 1, 2)));
  }

  @ParameterizedTest
  @MethodSource("values")
  void isTheValue(String avro, String column, byte[] value, Object expected) {
    Contract contract = contract("", "name: v, type: " + column, "name: last, type: int32");
    for (String nullable : new String[] {avro, "[\"null\"," + avro + "]"}) {
      boolean isUnion = !nullable.equals(avro);
      if (isUnion && avro.equals("\"null\"")) {
        continue;
      }
      Outcome outcome =
          decode(
              decoder(
                  contract,
                  new TestAvro.Registry()
                      .with(1, TestAvro.record(field("v", nullable), field("last", "\"int\"")))),
              framed(1, concat(bytes(0), isUnion ? bytes(2) : bytes(), value, bytes(14))));
      Object found = TestAvro.row(contract, outcome).get(0);
      if (expected instanceof byte[] array) {
        assertArrayEquals(array, (byte[]) found);
      } else {
        assertEquals(expected, found);
      }
      assertEquals(7, TestAvro.row(contract, outcome).get(1));
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        row(
            "\"string\"",
            text("1"),
            "int64",
            "WRONG_TYPE v expected a whole number, found the string \"1\""),
        row("\"string\"", bytes(2, 0xFF), "string", "NOT_UTF8 v the string is not UTF-8"),
        row(
            "\"long\"",
            number(1L << 31),
            "int32",
            "WRONG_TYPE v expected a whole number of 32 bits, found 2147483648"),
        row(
            "\"boolean\"",
            bytes(2),
            "boolean",
            "MALFORMED v a boolean is 0 or 1, not 2, at byte 2"),
        row("\"int\"", number(1L << 31), "int32", "MALFORMED v an int is 2147483648, at byte 6"),
        row(
            logical("int", "time-millis"),
            number(86_400_000),
            "string",
            "WRONG_TYPE v expected a time of the day, found 86400000 milliseconds"),
        row(
            logical("long", "time-micros"),
            number(11_045_000_000L),
            "int64",
            "WRONG_TYPE v expected a whole number, found the time 03:04:05"),
        row(
            logical("long", "timestamp-millis"),
            number(0),
            "int64",
            "WRONG_TYPE v expected a whole number, found the time 1970-01-01T00:00:00Z"),
        row(
            logical("long", "timestamp-millis"),
            number(Long.MAX_VALUE),
            "timestamp",
            "WRONG_TYPE v expected a time of the years 1 to 9999, found the time +292278994-08-17T07:12:55.807Z"),
        row(
            logical("int", "date"),
            number(Integer.MAX_VALUE),
            "date",
            "WRONG_TYPE v expected a date of the years 1 to 9999, found the date +5881580-07-11"),
        row(
            fixed(12, ",\"logicalType\":\"duration\""),
            DURATION,
            "int64",
            "WRONG_TYPE v a duration of Avro (months, days and milliseconds) becomes a column of type bytes only: expected a whole number, found 12 bytes"),
        row(
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}",
            bytes(0),
            "double",
            "MALFORMED v a decimal has no bytes, at byte 2"),
        row(
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}",
            bytes(2, 1),
            "\"decimal(9,1)\"",
            "WRONG_TYPE v expected a decimal(9,1), found 0.01"),
        row(
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":600000,\"scale\":2}",
            concat(number(2000), new byte[] {1}, new byte[1999]),
            "double",
            "TOO_LARGE v a number of more than 1000 digits"),
        row(
            logical("bytes", "big-decimal"),
            concat(number(7), bytes(2, 1), number(Integer.MAX_VALUE)),
            "double",
            "TOO_LARGE v a number with 2147483647 digits behind its point"),
        row(
            logical("bytes", "big-decimal"),
            bytes(8, 2, 1, 2, 0),
            "double",
            "MALFORMED v a big-decimal has another length than its parts, at byte 5"),
        row(
            "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}",
            bytes(4),
            "string",
            "MALFORMED v number 2 of 2 symbols, at byte 2"),
        row(
            "[\"null\",\"int\"]",
            bytes(3),
            "int32",
            "MALFORMED v number -2 of 2 branches of a union, at byte 2"),
        row(
            "{\"type\":\"array\",\"items\":\"int\"}",
            bytes(0),
            "string",
            "WRONG_TYPE v expected a string, found a list"),
        row(
            "{\"type\":\"map\",\"values\":\"int\"}",
            bytes(0),
            "string",
            "WRONG_TYPE v expected a string, found an object"),
        row(
            "{\"type\":\"record\",\"name\":\"I\",\"fields\":[]}",
            bytes(),
            "{list: string}",
            "WRONG_TYPE v expected a list, found an object"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefused(String avro, String column, byte[] value, Object expected) {
    Contract contract = contract("", "name: v, type: " + column);
    Outcome outcome =
        decode(
            decoder(contract, new TestAvro.Registry().with(1, TestAvro.record(field("v", avro)))),
            framed(1, concat(bytes(0), value)));
    assertEquals(expected, TestAvro.text(contract, outcome));
  }
}
