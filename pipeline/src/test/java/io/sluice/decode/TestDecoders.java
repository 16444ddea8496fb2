package io.sluice.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.json.TestJson;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** Decoders for tests of what comes behind them, and of themselves. */
public final class TestDecoders {
  private TestDecoders() {}

  /** The row of a record that a contract accepts. */
  public static Row row(Contract contract, SourceRecord record) {
    return row(
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE)), record);
  }

  /** The same, of one that a decoder accepts. */
  public static Row row(RecordDecoder decoder, SourceRecord record) {
    if (decoder.decode(record) instanceof Outcome.Accepted accepted) {
      return decoder.rows(record, accepted).get(0);
    }
    throw new IllegalStateException("rejected: " + record + ": " + decoder.decode(record));
  }

  /** A decoder of JSON that asks the exact way for every record. */
  public static RecordDecoder exact(Contract contract, Duration maxFuture, Duration maxAge) {
    return new RecordDecoder(
        contract,
        new DecodeSettings(maxFuture, maxAge, SchemaSettings.NONE),
        Schemas.NONE,
        false,
        events -> TestJson.exactly(contract.asRead(), events),
        new DecoderFailures(contract.table(), DecodeSettings.ANY_FAILURES, true, System::nanoTime));
  }

  /** What is wrong with an event time; null where nothing is. */
  public static Outcome.Rejected late(
      Contract contract, Duration maxFuture, Duration maxAge, long micros, long recordTime) {
    return new EventTimes(contract, maxFuture, maxAge).check(micros, recordTime);
  }

  /**
   * What becomes of a record, by both ways into a decoder: its row's values but that of the last
   * column, with a bar between, rows with a slash, or why it is none.
   */
  public static String text(Contract contract, SourceRecord record) {
    RecordDecoder decoder =
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
    String one = text(contract, decoder, record, decoder.decode(record));
    RecordBatch.Cursor cursor = RecordBatch.of(record).records();
    assertTrue(cursor.next());
    assertEquals(one, text(contract, decoder, record, decoder.decode(cursor)));
    return one;
  }

  private static String text(
      Contract contract, RecordDecoder decoder, SourceRecord record, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return rejected.reason() + " " + rejected.path() + ": " + rejected.message();
    }
    if (outcome instanceof Outcome.Skipped skipped) {
      return "skipped as " + skipped.by();
    }
    List<String> rows = new ArrayList<>();
    for (Row row : decoder.rows(record, (Outcome.Accepted) outcome)) {
      List<String> values = new ArrayList<>();
      for (Object value : row.getValues().subList(0, contract.columns().size() - 1)) {
        values.add(value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value));
      }
      rows.add(String.join("|", values));
    }
    return String.join(" / ", rows);
  }
}
