package io.sluice.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A value has one text, in whatever order and by whatever format it comes. */
class JsonConverterTest {
  private final ColumnValues values = new ColumnValues(List.of(Column.of("j", Scalar.JSON, false)));
  private final Converters converters = new Converters();
  private final Converter json = converters.toColumn(values, 0, new BytesWriter(), false);

  private String text() {
    return new String(values.array(0), values.start(0), values.length(0), UTF_8);
  }

  private static void text(Converter to, String text) throws Rejection {
    byte[] utf8 = ("(" + text + ")").getBytes(UTF_8);
    to.text(utf8, 1, utf8.length - 2);
  }

  @Test
  void namesAreSortedByTheirBytesAndTheLastOfARepeatedOneHolds() throws Rejection {
    Fields object = json.object();
    for (String name : List.of("é", "b", "", "a.b", "a", "\uD83D\uDE00", "\uFB00", "b")) {
      text(object.field(name).converter(), name);
    }
    object.end();
    assertEquals(
        "{\"\":\"\",\"a\":\"a\",\"a.b\":\"a.b\",\"b\":\"b\",\"é\":\"é\",\"\uFB00\":\"\uFB00\",\"\uD83D\uDE00\":\"\uD83D\uDE00\"}",
        text());
  }

  @Test
  void whatIsNestedHasNoSpaces() throws Rejection {
    Elements list = json.list();
    list.element().integer(1);
    Elements inner = list.element().list();
    inner.end();
    Fields object = list.element().object();
    Fields within = object.field("x").converter().object();
    within.field("y").converter().nothing();
    within.end();
    Elements more = object.field("a").converter().list();
    more.element().flag(true);
    more.element().number("1.50e3");
    more.end();
    object.end();
    list.element().nothing();
    list.end();
    assertEquals("[1,[],{\"a\":[true,1.50e3],\"x\":{\"y\":null}},null]", text());
  }

  @Test
  void stringsHaveTheEscapesThatAreNeeded() throws Rejection {
    text(json, "\"\\/\b\f\n\r\t\u0001\u001f\u007f é");
    assertEquals("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007f é\"", text());
  }

  @Test
  void whatJsonHasNoWordForIsAText() throws Rejection {
    Elements list = json.list();
    list.element().bytes(new byte[] {9, 0, -1, 9}, 1, 2);
    list.element().date(-1);
    list.element().time(1_000);
    list.element().instant(-1, 999_999_999);
    list.element().decimal(new BigDecimal("12.50"));
    list.element().floating(0.1);
    list.end();
    assertEquals(
        "[\"AP8=\",\"1969-12-31\",\"00:00:00.000001\",\"1969-12-31T23:59:59.999999999Z\",12.50,0.1]",
        text());
    assertThrows(Rejection.class, () -> json.floating(Double.NaN));
    assertThrows(Rejection.class, () -> json.instant(Long.MAX_VALUE, 0));
    assertThrows(Rejection.class, () -> json.text(new byte[] {(byte) 0xFF}, 0, 1));
  }

  @Test
  void aValueThatWasGivenUpInTheMiddleLeavesNothing() throws Rejection {
    Fields object = json.object();
    object.field("a").converter().list().element().integer(7);
    converters.begin();
    json.integer(8);
    assertEquals("8", text());
  }

  @Test
  void nullIsNull() throws Rejection {
    json.nothing();
    assertEquals(true, values.isAbsent(0));
  }
}
