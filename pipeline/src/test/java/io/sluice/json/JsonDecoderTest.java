package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of two ways, one may fail. */
class JsonDecoderTest {
  private static final Contract CONTRACT = ContractParser.userActions();

  private record FailingQuick(ColumnValues values, Throwable failure) implements JsonDecoder.Quick {
    @Override
    public boolean decode(byte[] array, int start, int length) {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }

    @Override
    public List<String> unknownFields() {
      return List.of();
    }
  }

  private final List<String> unknown = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final DecodeEvents events =
      new DecodeEvents() {
        @Override
        public void unknownField(String path) {
          unknown.add(path);
        }

        @Override
        public void quickWayFailed(Throwable failure) {
          failures.add(failure);
        }
      };

  private static Outcome decode(ValueDecoder decoder, String json) {
    return decoder.decode(
        new SourceRecord("s", 0, 0, -1, null, json.getBytes(UTF_8), List.of()).bytes());
  }

  @Test
  void whatTheQuickWayFailsAtTheExactOneDecides() {
    for (Throwable failure :
        List.of(new ArrayIndexOutOfBoundsException("7"), new StackOverflowError())) {
      failures.clear();
      ValueDecoder decoder =
          new JsonDecoder(
              new FailingQuick(new ColumnValues(CONTRACT.columns()), failure),
              new ExactDecoder(CONTRACT, events::unknownField),
              events);
      String good = "{\"timestamp\":\"2026-01-02T00:00:00Z\",\"event_name\":\"a\",\"odd\":1}";
      assertInstanceOf(Outcome.Accepted.class, decode(decoder, good));
      assertInstanceOf(Outcome.Rejected.class, decode(decoder, "{"));
      assertEquals(List.of(failure, failure), failures);
    }
    assertEquals(List.of("odd", "odd"), unknown);
  }
}
