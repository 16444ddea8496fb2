package io.sluice.decode;

import io.sluice.contract.Contract;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.record.ColumnValues;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** Decoders for tests of what comes behind them, and of themselves. */
public final class TestDecoders {
  private TestDecoders() {}

  /** The row of a record that a contract accepts. */
  public static Row row(Contract contract, SourceRecord record) {
    return row(new RecordDecoder(contract, null, null), record);
  }

  /** The same, of one that a decoder accepts. */
  public static Row row(RecordDecoder decoder, SourceRecord record) {
    if (decoder.decode(record) instanceof Outcome.Accepted accepted) {
      return decoder.row(record, accepted);
    }
    throw new IllegalStateException("rejected: " + record + ": " + decoder.decode(record));
  }

  /** A decoder that asks the exact one for every record. */
  public static RecordDecoder exact(Contract contract, Duration maxFuture, Duration maxAge) {
    return new RecordDecoder(
        contract,
        new EventTimes(contract, maxFuture, maxAge),
        new SluiceMetrics.DecodeCounts(contract.table()),
        new Never(contract),
        new ExactDecoder(contract, JsonPlan.of(contract), path -> {}),
        new DecoderFailures(contract.table(), RecordDecoder.ANY_FAILURES, System::nanoTime));
  }

  /** Whether the quick decoder takes a document. */
  public static boolean isPlain(Contract contract, byte[] json) {
    return new PlainDecoder(contract, JsonPlan.of(contract))
        .decode(Arrays.copyOf(json, json.length + 1), 0, json.length);
  }

  private record Never(ColumnValues values) implements RecordDecoder.Quick {
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
