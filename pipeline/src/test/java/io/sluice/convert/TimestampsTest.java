package io.sluice.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
  /** The quick decoder reads by the one method, the exact one by the other. */
  @Test
  void aFractionOfAnyLengthIsTheSameToBothDecoders() {
    for (int digits = 1; digits < 150; digits++) {
      String text = "2026-01-02T00:00:00." + "0".repeat(digits) + "Z";
      byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
      OptionalLong exact = Timestamps.iso8601(text.toCharArray(), 0, text.length());
      assertEquals(exact.orElse(Timestamps.NONE), Timestamps.common(ascii, 0, ascii.length), text);
      assertEquals(text.length() <= 100, exact.isPresent(), text);
    }
    assertTrue(Timestamps.iso8601("x".toCharArray(), 0, 1).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z,2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.5Z,2026-01-02T03:04:05.500Z",
    "2026-01-02T03:04:05.123999Z,2026-01-02T03:04:05.123999Z",
    "2026-01-02T03:04:05+14:00,2026-01-01T13:04:05Z",
    "2026-01-02T03:04:05-09:30,2026-01-02T12:34:05Z",
    "2026-01-02T03:04Z,2026-01-02T03:04:00Z",
    "2026-01-02t03:04:05z,2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.123+0000,2026-01-02T03:04:05.123Z",
    "2026-01-02T03:04:05+00,2026-01-02T03:04:05Z",
    "2026-01-02 03:04:05+00,2026-01-02T03:04:05Z",
    "2026-01-02 03:04:05.5Z,2026-01-02T03:04:05.500Z",
    "'2026-01-02T03:04:05,123Z',2026-01-02T03:04:05.123Z",
    "'2026-01-02 03:04:05,123-0130',2026-01-02T04:34:05.123Z",
    "2026-01-02T03:04+0100,2026-01-02T02:04:00Z",
    "2026-01-02 03:04-01,2026-01-02T04:04:00Z",
    "2026-01-02T03:04:05-00:00,2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05+23:59,2026-01-01T03:05:05Z",
    "2026-01-02T03:04:05.123999999999Z,2026-01-02T03:04:05.123999Z",
    "2026-01-02T03:04:05+01:00:30,2026-01-02T02:03:35Z",
    "20260102T030405Z,2026-01-02T03:04:05Z",
    "20260102t030405.123999z,2026-01-02T03:04:05.123999Z",
    "20260102T030405+0130,2026-01-02T01:34:05Z",
    "20260102T030405-01:30,2026-01-02T04:34:05Z",
    "20260102T0304Z,2026-01-02T03:04:00Z",
    "20260102T0304+01,2026-01-02T02:04:00Z",
    "2025-12-31T23:59:60Z,2025-12-31T23:59:59Z",
    "2025-12-31T23:59:60.250Z,2025-12-31T23:59:59.250Z",
    "2026-01-01T01:29:60+01:30,2025-12-31T23:59:59Z",
    "2025-12-31T15:59:60-08:00,2025-12-31T23:59:59Z",
    "20251231T235960Z,2025-12-31T23:59:59Z",
    "2026-01-01T24:00:00Z,2026-01-02T00:00:00Z",
    "2026-01-01T24:00Z,2026-01-02T00:00:00Z",
    "20260101T240000.000+0100,2026-01-01T23:00:00Z",
    "2026-01-01T24:00:00.000000000Z,2026-01-02T00:00:00Z"
  })
  void timesAreReadInEveryFormOfTheStandards(String text, String expected) {
    Instant time = Instant.parse(expected);
    assertEquals(
        OptionalLong.of(ChronoUnit.MICROS.between(Instant.EPOCH, time)), Timestamps.iso8601(text));
  }

  /** Seconds, minutes and a fraction of the day that ends are of no day, however small. */
  @ParameterizedTest
  @ValueSource(
      strings = {"24:00:00.000000001Z", "24:00:00.1Z", "24:00:01Z", "24:01:00Z", "25:00:00Z"})
  void onlyMidnightIsTheEndOfADay(String time) {
    assertTrue(Timestamps.iso8601("2026-01-01T" + time).isEmpty(), time);
    assertTrue(Timestamps.iso8601("20260101T" + time.replace(":", "")).isEmpty(), time);
  }

  private static long nanos(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    OptionalLong micros = Timestamps.iso8601(utf8, 0, utf8.length);
    return Timestamps.nanos(micros.orElseThrow(), Timestamps.nanosOfMicro(utf8, 0, utf8.length));
  }

  private static BigDecimal epoch(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(time.getNano(), 9));
  }

  /** Thousands of instants of all years that 64 bits reach, in every form, against java.time. */
  @Test
  void nanosecondsAgreeWithJavaTime() {
    SplittableRandom random = new SplittableRandom(9);
    DateTimeFormatter basic =
        DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss,nnnnnnnnnxx").withZone(ZoneOffset.UTC);
    for (int i = 0; i < 20_000; i++) {
      // Nearly all of 64 bits, and many near 1970, where the sign turns.
      long expected =
          i % 2 == 0
              ? random.nextLong(Long.MIN_VALUE / 1000 * 1000, Long.MAX_VALUE / 1000 * 1000)
              : random.nextLong(-3_000_000_000L, 3_000_000_000L);
      Instant time = Instant.EPOCH.plusNanos(expected);
      ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-1000, 1000) * 60);
      String text = time.atOffset(offset).toString();
      assertEquals(expected, nanos(time.toString()), text);
      assertEquals(expected, nanos(text), text);
      assertEquals(expected, nanos(text.replace('.', ',').replace('T', ' ')), text);
      assertEquals(expected, nanos(basic.format(time)), text);
      if (expected % 1000 != 0) {
        assertEquals(expected, nanos(time.toString().replace("Z", "999Z")), text);
      }
      for (long perSecond : new long[] {1, 1_000, 1_000_000, 1_000_000_000}) {
        BigDecimal units = epoch(time).multiply(BigDecimal.valueOf(perSecond));
        long micros = Timestamps.epoch(units, perSecond).orElseThrow();
        assertEquals(
            expected,
            Timestamps.nanos(micros, Timestamps.nanosOfMicro(units, perSecond, micros)),
            text);
        long whole = units.setScale(0, RoundingMode.FLOOR).longValueExact();
        assertEquals(
            Math.multiplyExact(whole, 1_000_000_000 / perSecond),
            Timestamps.nanos(
                Timestamps.epoch(whole, perSecond).orElseThrow(),
                Timestamps.nanosOfMicro(whole, perSecond)),
            text);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1677-09-21T00:12:43.145225Z,-9223372036854775000",
    "1677-09-21T00:12:43.145224999Z,",
    "1677-09-21T00:12:43.145224192Z,",
    "0001-01-01T00:00:00Z,",
    "2262-04-11T23:47:16.854774999Z,9223372036854774999",
    "2262-04-11T23:47:16.854775Z,",
    "2262-04-11T23:47:16.854775807Z,",
    "2262-04-11T23:47:16.854775808Z,",
    "9999-12-31T23:59:59.999999999Z,",
    "1969-12-31T23:59:59.999999999Z,-1",
    "1970-01-01T00:00:00.0000000019Z,1",
    "2016-12-31T23:59:60.123456789Z,1483228799123456789",
    "2026-01-01T24:00Z,1767312000000000000",
    "2026-01-02T00:00:00.1234567+01:00,1767308400123456700"
  })
  void nanosecondsEndWhereSixtyFourBitsDo(String text, @Nullable Long expected) {
    assertEquals(expected == null ? Timestamps.NONE : expected, nanos(text));
  }

  /** Its digits are never written out. */
  @Test
  void aZeroWithAHugeExponentIsATime() {
    for (String zero : List.of("0", "0e999999999", "0e-999999999")) {
      BigDecimal units = new BigDecimal(zero);
      assertEquals(OptionalLong.of(0), Timestamps.epoch(units, 1_000));
      assertEquals(0, Timestamps.nanosOfMicro(units, 1_000, 0));
    }
  }

  /** The fast path and java.time agree on every day from 1583 to 2400, and on what is no day. */
  @Test
  void fastTimesAgreeWithJavaTime() {
    for (LocalDate day = LocalDate.of(1583, 1, 1); day.getYear() < 2400; day = day.plusDays(1)) {
      String text = day + "T12:34:56.789Z";
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertEquals(
          Instant.parse(text).toEpochMilli() * 1000, Timestamps.common(bytes, 0, bytes.length));
    }
    char[] none = "2100-02-29T00:00:00Z".toCharArray();
    assertTrue(Timestamps.iso8601(none, 0, none.length).isEmpty());
  }

  /** The bytes of ISO_OFFSET_DATE_TIME were all there was; the rest of it is still accepted. */
  @Test
  void theFastPathReadsTheFrequentForms() {
    for (String text :
        List.of(
            "2026-01-02T03:04:05.123+0000",
            "2026-01-02 03:04:05+00",
            "20260102T030405Z",
            "2025-12-31T23:59:60Z",
            "2026-01-02T03:04:05,123Z",
            "2026-01-02t03:04z")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertNotEquals(Timestamps.NONE, Timestamps.common(bytes, 0, bytes.length), text);
    }
  }
}
