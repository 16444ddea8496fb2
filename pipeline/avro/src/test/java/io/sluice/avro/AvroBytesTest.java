package io.sluice.avro;

import static io.sluice.avro.TestAvro.bytes;
import static io.sluice.avro.TestAvro.concat;
import static io.sluice.avro.TestAvro.contract;
import static io.sluice.avro.TestAvro.decode;
import static io.sluice.avro.TestAvro.decoder;
import static io.sluice.avro.TestAvro.field;
import static io.sluice.avro.TestAvro.framed;
import static io.sluice.avro.TestAvro.row;
import static io.sluice.avro.TestAvro.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.decode.ValueDecoder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Arrays and maps in each form, and bytes that are none of their schema's. */
class AvroBytesTest {
  private static final Contract CONTRACT =
      contract("", "name: a, type: {list: int32}", "name: last, type: int32");
  private static final String LONGS = "{\"type\":\"array\",\"items\":\"int\"}";

  /** An array that is read, one that is passed, and what is behind both. */
  private static String after(String items, byte[] array) {
    String type = "{\"type\":\"array\",\"items\":" + items + "}";
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(1, TestAvro.record(field("a", type), field("last", "\"int\"")))
            .with(2, TestAvro.record(field("b", type), field("last", "\"int\"")));
    ValueDecoder decoder = decoder(CONTRACT, registry);
    byte[] value = concat(bytes(0), array, bytes(14));
    return text(CONTRACT, decode(decoder, framed(1, value)))
        + " | "
        + text(CONTRACT, decode(decoder, framed(2, value)));
  }

  @Test
  void blocksMaySayHowManyBytesTheyHave() {
    ValueDecoder decoder =
        decoder(
            CONTRACT,
            new TestAvro.Registry()
                .with(1, TestAvro.record(field("a", LONGS), field("last", "\"int\"")))
                .with(2, TestAvro.record(field("b", LONGS), field("last", "\"int\""))));
    byte[] value = concat(bytes(0), bytes(4, 2, 4, 3, 6, 6, 0x80, 1, 2, 8, 0), bytes(14));
    assertEquals(
        List.of(List.of(1, 2, 3, 64, 4), 7),
        // A block of two; one of two in three bytes; one of one.
        row(CONTRACT, decode(decoder, framed(1, value))));
    assertEquals(7, row(CONTRACT, decode(decoder, framed(2, value))).get(1));
  }

  @Test
  void aBlockOfAnotherLengthThanItSaysIsRefused() {
    assertTrue(
        after("\"int\"", bytes(3, 6, 6, 2, 0))
            .startsWith("MALFORMED a a block of elements ends at "),
        after("\"int\"", bytes(3, 6, 6, 2, 0)));
    assertEquals(
        "MALFORMED a a length of 63, with 3 bytes left, at byte 3 |"
            + " MALFORMED b a length of 63, with 3 bytes left, at byte 3",
        after("\"int\"", bytes(3, 126, 6, 2)));
    assertEquals(
        "MALFORMED a a length of -1, with 3 bytes left, at byte 3 |"
            + " MALFORMED b a length of -1, with 3 bytes left, at byte 3",
        after("\"int\"", bytes(3, 1, 6, 2)));
  }

  @Test
  void aCountThatTheBytesCannotHaveIsRefusedBeforeAnythingIsMade() {
    String many = "a block of 9223372036854775807 elements, with 1 bytes left, at byte 11";
    assertEquals(
        "MALFORMED a " + many + " | MALFORMED b " + many,
        after("\"int\"", AvroTypesTest.number(Long.MAX_VALUE)));
    assertTrue(
        after("\"int\"", concat(AvroTypesTest.number(Long.MIN_VALUE), bytes(0)))
            .startsWith("MALFORMED a a block of -9223372036854775808 elements"));
  }

  /** Elements of null have no bytes, so that a few bytes may say that there are any number. */
  @Test
  void elementsWithoutBytesAreFew() {
    for (String empty :
        List.of(
            "\"null\"",
            "{\"type\":\"record\",\"name\":\"E\",\"fields\":[" + field("n", "\"null\"") + "]}",
            "{\"type\":\"fixed\",\"name\":\"F\",\"size\":0}")) {
      String text = after(empty, concat(AvroTypesTest.number(Long.MAX_VALUE), bytes(0)));
      assertTrue(
          text.startsWith("TOO_LARGE a more than 10000 elements that have no bytes | "), text);
      assertTrue(text.contains("last=7"), text);
    }
    ValueDecoder decoder =
        decoder(
            CONTRACT,
            new TestAvro.Registry()
                .with(
                    1,
                    TestAvro.record(
                        field("a", "{\"type\":\"array\",\"items\":\"null\"}"),
                        field("last", "\"int\""))));
    byte[] half = AvroTypesTest.number(5_000);
    assertEquals(
        List.of(Collections.nCopies(10_000, "null").toString(), "7").toString(),
        row(CONTRACT, decode(decoder, framed(1, concat(bytes(0), half, half, bytes(0, 14)))))
            .toString());
    assertEquals(
        "TOO_LARGE a more than 10000 elements that have no bytes",
        text(CONTRACT, decode(decoder, framed(1, concat(bytes(0), half, half, bytes(2, 0, 14))))));
  }

  /** A schema of few characters, of which a value without bytes has four thousand million parts. */
  @Test
  void whatHasNoBytesTakesNoTime() {
    StringBuilder doubling =
        new StringBuilder("{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
    for (int i = 1; i <= 31; i++) {
      doubling
          .insert(
              0,
              "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[{\"name\":\"x\",\"type\":")
          .append("},")
          .append(field("y", "\"R" + (i - 1) + "\""))
          .append("]}");
    }
    ValueDecoder decoder =
        decoder(
            CONTRACT,
            new TestAvro.Registry()
                .with(
                    1, TestAvro.record(field("b", doubling.toString()), field("last", "\"int\""))));
    assertEquals(7, row(CONTRACT, decode(decoder, framed(1, bytes(0, 14)))).get(1));
  }

  @Test
  void depthIsBoundedInWhatIsPassedToo() {
    String nested = "{\"type\":\"array\",\"items\":".repeat(40) + "\"int\"" + "}".repeat(40);
    String text = after(nested.substring(24, nested.length() - 1), concat(repeat(40), bytes(0)));
    assertTrue(text.contains("TOO_DEEP b[") || text.contains("| TOO_DEEP b"), text);
  }

  private static byte[] repeat(int count) {
    byte[] array = new byte[count];
    Arrays.fill(array, (byte) 2);
    return array;
  }

  @Test
  void eachPrefixIsRefusedWithTheFieldThatItEndsIn() {
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(
                1,
                TestAvro.record(
                    field("s", "\"string\""),
                    field("d", "\"double\""),
                    field("a", LONGS),
                    field("last", "\"int\"")));
    ValueDecoder decoder = decoder(CONTRACT, registry);
    byte[] whole = bytes(0x80, 1, 4, 'a', 'b', 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 14);
    List<String> fields =
        List.of(
            "at", "at", "s", "s", "s", "d", "d", "d", "d", "d", "d", "d", "d", "a", "a", "a",
            "last");
    IntStream.range(0, whole.length)
        .forEach(
            length -> {
              String text =
                  text(CONTRACT, decode(decoder, framed(1, Arrays.copyOf(whole, length))));
              assertTrue(
                  text.startsWith("MALFORMED " + fields.get(length) + " "),
                  () -> length + " bytes: " + text);
            });
    assertEquals(List.of(List.of(1), 7), row(CONTRACT, decode(decoder, framed(1, whole))));
    assertEquals(
        "MALFORMED  3 bytes follow the value, which its schema says has 17",
        text(CONTRACT, decode(decoder, framed(1, concat(whole, bytes(1, 2, 3))))));
  }

  @Test
  void aNumberHasNoMoreThan64Bits() {
    TestAvro.Registry registry =
        new TestAvro.Registry().with(1, TestAvro.record(field("last", "\"int\"")));
    ValueDecoder decoder = decoder(CONTRACT, registry);
    byte[] tooLong = bytes(255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 0);
    assertEquals(
        "MALFORMED at a number has more than 64 bits, at byte 0",
        text(CONTRACT, decode(decoder, framed(1, tooLong))));
    assertEquals(
        "MALFORMED last a number has more than 64 bits, at byte 1",
        text(
            CONTRACT,
            decode(
                decoder,
                framed(1, bytes(0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)))));
  }
}
