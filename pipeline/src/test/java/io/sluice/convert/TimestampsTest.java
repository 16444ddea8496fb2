package io.sluice.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    "20260101T240000.000+0100,2026-01-01T23:00:00Z"
  })
  void timesAreReadInEveryFormOfTheStandards(String text, String expected) {
    Instant time = Instant.parse(expected);
    assertEquals(
        OptionalLong.of(ChronoUnit.MICROS.between(Instant.EPOCH, time)), Timestamps.iso8601(text));
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
