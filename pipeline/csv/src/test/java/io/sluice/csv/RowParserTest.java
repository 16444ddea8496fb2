package io.sluice.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.convert.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The way by hand and the library's find the same, and what a writer wrote is read back. */
class RowParserTest {
  private static final long SEED = 16;
  private static final String[] PARTS = {
    "a", "é", "\uD83D\uDE00", " ", "\t", ",", ",", "\n", "\r\n", "\"", "\"\"", "x", "0"
  };

  private static String library(RowParser parser, byte[] utf8) {
    Cells[] into = {new Cells(), new Cells()};
    try {
      return text(parser.parseByLibrary(utf8, 2, utf8.length - 2, into), into);
    } catch (Rejection e) {
      return e.text();
    }
  }

  private static String parsed(RowParser parser, byte[] utf8) {
    Cells[] into = {new Cells(), new Cells()};
    try {
      return text(parser.parse(utf8, 2, utf8.length - 2, into), into);
    } catch (Rejection e) {
      return e.text();
    }
  }

  private static String text(int count, Cells[] into) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(count, into.length); i++) {
      StringBuilder row = new StringBuilder();
      for (int j = 0; j < into[i].count(); j++) {
        row.append(into[i].isQuoted(j) ? "Q" : "").append('[').append(into[i].text(j)).append(']');
      }
      rows.add(row.toString());
    }
    return count > into.length ? "too many" : rows.toString();
  }

  @Test
  void bothWaysFindTheSame() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (boolean trim : new boolean[] {false, true}) {
      RowParser parser = new RowParser(Dialect.of(',', '"', trim, List.of("")));
      for (int i = 0; i < 100_000; i++) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(12);
        for (int j = 0; j < parts; j++) {
          String part = PARTS[random.nextInt(PARTS.length)];
          // Half of them without quotes, for which there is the way by hand.
          text.append(i % 2 == 0 && part.startsWith("\"") ? "b" : part);
        }
        byte[] utf8 = (",\"" + text + ",\"").getBytes(UTF_8);
        String byHand = parsed(parser, utf8);
        String byLibrary = library(parser, utf8);
        // Of more rows than are wanted, the one may stop before it meets what is wrong with them.
        boolean isTooMany = byHand.equals("too many") && byLibrary.startsWith("line ");
        assertEquals(isTooMany ? byHand : byLibrary, byHand, () -> "seed " + SEED + ": " + text);
      }
    }
  }

  @Test
  void whatWasWrittenIsReadBack() throws Rejection {
    SplittableRandom random = new SplittableRandom(SEED);
    for (char delimiter : new char[] {',', ';', '\t', '\u0001'}) {
      RowParser parser = new RowParser(Dialect.of(delimiter, '"', false, List.of("")));
      for (int i = 0; i < 20_000; i++) {
        StringBuilder text = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        int fields = random.nextInt(1, 6);
        for (int j = 0; j < fields; j++) {
          StringBuilder field = new StringBuilder();
          for (int n = random.nextInt(4); n > 0; n--) {
            field
                .append(PARTS[random.nextInt(PARTS.length)])
                .append(random.nextInt(20) == 0 ? delimiter : 'z');
          }
          String one = field.toString();
          boolean quoted =
              random.nextInt(4) == 0
                  || fields == 1
                  || one.indexOf(delimiter) >= 0
                  || one.indexOf('\n') >= 0
                  || one.indexOf('"') >= 0
                  || one.indexOf('\r') >= 0;
          text.append(j == 0 ? "" : String.valueOf(delimiter))
              .append(quoted ? '"' + one.replace("\"", "\"\"") + '"' : one);
          expected.append(quoted ? "Q" : "").append('[').append(one).append(']');
        }
        text.append(random.nextBoolean() ? "\r\n" : "");
        byte[] utf8 = (",\"" + text + ",\"").getBytes(UTF_8);
        Cells[] into = {new Cells()};
        assertEquals(
            List.of(expected).toString(),
            text(parser.parse(utf8, 2, utf8.length - 2, into), into),
            () -> "seed " + SEED + ": " + text);
      }
    }
  }
}
