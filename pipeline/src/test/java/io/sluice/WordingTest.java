package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "8_140, 8.1 kB",
    "9_960, 10 kB",
    "30_400, 30 kB",
    "999_600, 1.0 MB",
    "7_170_000, 7.2 MB",
    "53_700_000_000, 54 GB",
    "2e18, 2000 PB"
  })
  void aSizeHasTheUnitThatFitsIt(String bytes, String text) {
    assertEquals(text, Wording.bytes(Double.parseDouble(bytes.replace("_", ""))));
  }
}
