package io.sluice.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Numbers in texts, against a regular expression that says the same. */
class TextNumbersTest {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,100}(\\.\\d{1,100})?([eE][+-]?\\d{1,9})?");

  private static String expected(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches()
        ? stripped.replaceFirst("^\\+", "").replaceFirst("^(-?)0+(?=\\d)", "$1")
        : null;
  }

  private static void assertRead(String text) {
    byte[] array = ("12" + text + "34").getBytes(UTF_8);
    int length = array.length - 4;
    assertEquals(expected(text), TextNumbers.digits(array, 2, length), () -> "'" + text + "'");
    long small = TextNumbers.small(array, 2, length);
    if (small != TextNumbers.NONE) {
      assertEquals(text, Long.toString(small));
    }
  }

  @Test
  void aTextIsTheNumberThatItSays() {
    for (String text :
        Arrays.asList(
            "",
            " ",
            "-",
            "+",
            "0",
            "-0",
            "00",
            "+007",
            "-007.50",
            "1.",
            ".5",
            "1.5e",
            "1e+5",
            "1E-05",
            " 12\t",
            "\u2003 12 \u3000",
            "\u00a012",
            "ü",
            "12ü",
            "1 2",
            "--1",
            "0x1",
            "123456789012345",
            "1234567890123456",
            "\u0661",
            "1".repeat(100),
            "1".repeat(101),
            "1." + "1".repeat(101),
            "1e1234567890",
            "-\u200312",
            "1-2")) {
      assertRead(text);
    }
  }

  @Test
  void soItDoesForAnything() {
    SplittableRandom random = new SplittableRandom(14);
    String[] parts = {"0", "7", "12", "+", "-", ".", "e", "E", " ", "\t", "\u2003", "x", "\u001c"};
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(7); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      assertRead(text.toString());
    }
  }

  @Test
  void aSmallOneIsKnownAtOnce() {
    for (String text : new String[] {"0", "-1", "999999999999999", "1767323045000"}) {
      assertEquals(Long.parseLong(text), TextNumbers.small(text.getBytes(UTF_8), 0, text.length()));
    }
  }
}
