package io.sluice.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

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
}
