package io.sluice.decode;

import io.sluice.contract.Contract;
import io.sluice.json.TestJson;
import io.sluice.source.SourceRecord;
import java.time.Duration;
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

  /** A decoder of JSON that asks the exact way for every record. */
  public static RecordDecoder exact(Contract contract, Duration maxFuture, Duration maxAge) {
    return new RecordDecoder(
        contract,
        maxFuture,
        maxAge,
        events -> TestJson.exactly(contract, events),
        new DecoderFailures(contract.table(), RecordDecoder.ANY_FAILURES, System::nanoTime));
  }

  /** What is wrong with an event time; null where nothing is. */
  public static Outcome.Rejected late(
      Contract contract, Duration maxFuture, Duration maxAge, long micros, long recordTime) {
    return new EventTimes(contract, maxFuture, maxAge).check(micros, recordTime);
  }
}
