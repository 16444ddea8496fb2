package io.sluice.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConverterTest {
  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: t
          topic: t
          event_time: at
          columns:
            - {name: at, type: timestamp, required: true}
            - {name: text, type: string}
            - {name: raw, type: bytes}
            - {name: day, type: date}
            - {name: number, type: int64}
            - {name: lenient, type: int32, coerce: true}
            - {name: texts, type: {list: string}}
            - {name: struct, type: {struct: [{name: a, type: string}]}}
          """,
          "c.yaml");

  private static Converter of(String column) {
    return Objects.requireNonNull(new RowConverter(CONTRACT).document().field(column)).converter();
  }

  @Test
  void stringsTakeAnyText() {
    assertTrue(of("text").takesAnyText());
    assertTrue(Objects.requireNonNull(of("texts").elements()).element().takesAnyText());
    for (String other : List.of("at", "raw", "day", "number", "texts", "struct")) {
      assertFalse(of(other).takesAnyText(), other);
    }
  }

  @Test
  void wholeNumbersAreTakenAsTheyAreByInt64AndInt32() {
    assertTrue(of("number").takesWholeNumbers());
    assertTrue(of("lenient").takesWholeNumbers());
    for (String other : List.of("at", "text", "raw", "day", "texts", "struct")) {
      assertFalse(of(other).takesWholeNumbers(), other);
    }
  }

  @Test
  void bytesAreANumberInTwosComplement() throws Rejection {
    byte[] bytes = {0, 1, (byte) 0xFF, 0x6A, 9};
    assertEquals(new BigDecimal("-1.50"), Numbers.ofBytes(bytes, 2, 2, 2));
    assertEquals(BigDecimal.valueOf(1), Numbers.ofBytes(bytes, 0, 2, 0));
    byte[] huge = new byte[500];
    huge[0] = 1;
    assertEquals(
        BigDecimal.valueOf(2).pow(96),
        Numbers.ofBytes(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 13, 0));
    assertEquals(
        Reason.TOO_LARGE,
        assertThrows(Rejection.class, () -> Numbers.ofBytes(huge, 0, 500, 2)).reason());
  }

  @Test
  void aFormatRefusesAValueWithTheReasonOfItsPlace() {
    Rejection time = of("at").wrong("a time", "none");
    assertEquals(Reason.BAD_EVENT_TIME, time.reason());
    assertEquals("expected a time, found none", time.text());
    assertEquals(Reason.WRONG_TYPE, of("text").wrong("a time", "none").reason());
  }
}
