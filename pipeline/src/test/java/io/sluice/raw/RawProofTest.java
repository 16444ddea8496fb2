package io.sluice.raw;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Values that are taken whole, their event time Kafka's own, are proved to the rebuilt date. */
class RawProofTest {
  private static final String COLUMNS =
      """
      event_time: record_time
      columns:
        - {name: v, path: value, type: %s}
        - {name: k, type: string, from: key%%s}
      """;

  /** A key is asked for, and by the second contract not any more. */
  abstract static class RawProof extends FormatProofContract {
    @Override
    protected String contract() {
      return "format: " + format() + "\n" + COLUMNS.formatted(format());
    }

    @Override
    protected String firstKeys() {
      return ", required: true";
    }

    @Override
    protected String nextKeys() {
      return "";
    }

    static Sent sent(byte[] value) {
      return new Sent("k".getBytes(UTF_8), value, List.of());
    }
  }

  @Nested
  class Texts extends RawProof {
    @Override
    protected String format() {
      return "string";
    }

    @Override
    protected Good good(int number, Instant time) {
      return new Good(sent(("Zürich\n" + number).getBytes(UTF_8)), "Zürich\n" + number + "|k");
    }

    @Override
    protected List<Odd> odd(Instant time) {
      return List.of(
          new Odd(Sent.of("a".getBytes(UTF_8)), Reason.MISSING_FIELD, "a|null"),
          new Odd(sent(new byte[] {'a', (byte) 0xC3}), Reason.NOT_UTF8, null),
          new Odd(sent(null), Reason.EMPTY, null));
    }
  }

  @Nested
  class Bytes extends RawProof {
    @Override
    protected String format() {
      return "bytes";
    }

    @Override
    protected Good good(int number, Instant time) {
      return new Good(
          sent(new byte[] {(byte) 0xFF, 0, (byte) (number % 10)}),
          "\\xFF\\x00\\x0" + number % 10 + "|k");
    }

    @Override
    protected List<Odd> odd(Instant time) {
      return List.of(
          new Odd(Sent.of(new byte[] {1}), Reason.MISSING_FIELD, "\\x01|null"),
          new Odd(sent(null), Reason.EMPTY, null));
    }
  }
}
