package io.sluice.json;

import io.sluice.contract.Contract;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import java.util.Arrays;
import java.util.List;

/** Decoders of JSON for tests of what stands around them. */
public final class TestJson {
  private TestJson() {}

  /** A decoder that asks the exact way for every record. */
  public static ValueDecoder exactly(Contract contract, DecodeEvents events) {
    return new JsonDecoder(
        new Never(contract), new ExactDecoder(contract, events::unknownField), events);
  }

  /** Whether the quick way takes a document. */
  public static boolean isPlain(Contract contract, byte[] json) {
    return new PlainDecoder(contract, JsonPlan.of(contract))
        .decode(Arrays.copyOf(json, json.length + 1), 0, json.length);
  }

  private record Never(ColumnValues values) implements JsonDecoder.Quick {
    Never(Contract contract) {
      this(new ColumnValues(contract.columns()));
    }

    @Override
    public boolean decode(byte[] array, int start, int length) {
      return false;
    }

    @Override
    public List<String> unknownFields() {
      return List.of();
    }
  }
}
