package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** A fault of a decoder is the decoder's: it stops the job only where it is one of many records. */
class RecordDecoderTest {
  private static final String GOOD = "{\"t\":\"2026-01-02T00:00:00Z\"}";

  private final List<Row> letters = new ArrayList<>();
  private int rows;
  private long nanos;

  private static Contract contract(String table) {
    return ContractParser.parse(
        """
        table: %s
        topic: t
        event_time: t
        columns:
          - {name: t, type: timestamp, required: true}
        """
            .formatted(table),
        "failing.yaml");
  }

  private static SourceRecord record(long offset, String json) {
    return new SourceRecord("s", 3, offset, -1, null, json.getBytes(UTF_8), List.of());
  }

  /** A decoder whose both ways fail at what says so. */
  private static ValueDecoder failing(Contract contract, Throwable failure, DecodeEvents events) {
    ValueDecoder decoder = RecordFormat.of(contract).decoder(contract, Schemas.NONE, events);
    return record -> {
      if (new String(Objects.requireNonNull(record.value()), UTF_8).contains("fail")) {
        events.quickWayFailed(failure);
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }
      return decoder.decode(record);
    };
  }

  private RecordDecoder decoder(String table, Throwable failure, int mostPercent) {
    Contract contract = contract(table);
    return new RecordDecoder(
        contract,
        new DecodeSettings(null, null, SchemaSettings.NONE),
        Schemas.NONE,
        false,
        events -> failing(contract, failure, events),
        new DecoderFailures(table, mostPercent, true, () -> nanos));
  }

  private static double failures(String table, String decoder) {
    return SluiceMetrics.DECODER_FAILURES.labelValues(table, decoder).get();
  }

  private void decode(RecordDecoder decoder, SourceRecord record) {
    RecordBatch.Cursor cursor = RecordBatch.of(record).records();
    assertTrue(cursor.next());
    add(decoder, record, decoder.decode(cursor));
  }

  private void add(RecordDecoder decoder, SourceRecord record, Outcome outcome) {
    if (outcome instanceof Outcome.Accepted) {
      rows++;
    } else {
      letters.add(decoder.letter(record, (Outcome.Rejected) outcome));
    }
  }

  @Test
  void anUnexpectedExceptionIsADeadLetterThatNamesIt() {
    for (Throwable failure :
        List.of(new ArithmeticException("Overflow"), new StackOverflowError())) {
      letters.clear();
      String table = "unexpected_" + failure.getClass().getSimpleName().toLowerCase();
      RecordDecoder decoder = decoder(table, failure, 1);
      decode(decoder, record(41, GOOD));
      decode(decoder, record(42, "{\"fail\":1}"));
      SourceRecord alone = record(43, "{\"fail\":1}");
      add(decoder, alone, decoder.decode(alone));
      decode(decoder, record(44, GOOD));
      assertEquals(2, letters.size());
      for (Row letter : letters) {
        assertEquals("DECODER_FAILED", letter.getString("reason"));
        String message = String.valueOf(letter.getString("message"));
        assertTrue(message.startsWith(failure.getClass().getName()), message);
      }
      assertEquals(42L, letters.get(0).getInt64("offset"));
      assertEquals(2, failures(table, SluiceMetrics.QUICK_DECODER));
      assertEquals(2, failures(table, SluiceMetrics.EXACT_DECODER));
    }
    assertEquals(4, rows);
  }

  @Test
  void whatIsLargerThanTheContractAllowsIsNotDecoded() {
    Contract contract = contract("large");
    RecordDecoder decoder =
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
    decode(decoder, record(1, "{\"fail\":\"" + "a".repeat(contract.maxBytes()) + "\"}"));
    assertEquals("TOO_LARGE", letters.get(0).getString("reason"));
    assertEquals(
        contract.maxBytes() + 11 + " bytes, the contract allows " + contract.maxBytes(),
        letters.get(0).getString("message"));
  }

  /** No memory or a class that is not there are no property of the record. */
  @Test
  void anErrorOfTheMachineStopsTheJob() {
    RecordDecoder decoder = decoder("error", new NoClassDefFoundError("x"), 100);
    assertThrows(NoClassDefFoundError.class, () -> decode(decoder, record(1, "{\"fail\":1}")));
  }

  @Test
  void tooGreatAShareOfAMinuteStopsTheJob() {
    RecordDecoder decoder = decoder("share", new ArithmeticException("Overflow"), 1);
    for (int i = 0; i < DecoderFailures.FEW; i++) {
      decode(decoder, record(i, "{\"fail\":1}"));
    }
    Throwable failure =
        assertThrows(
            IllegalStateException.class, () -> decode(decoder, record(99, "{\"fail\":1}")));
    assertEquals(DecoderFailures.FEW, letters.size());
    String message = String.valueOf(failure.getMessage());
    assertTrue(
        message.startsWith(
            "the decoder failed at 21 of the last 21 records of share, last at s/3@99 with"
                + " java.lang.ArithmeticException: Overflow at "),
        message);
    assertTrue(message.contains("--maxDecoderFailures=100"), message);
    assertInstanceOf(ArithmeticException.class, failure.getCause());
  }

  @Test
  void aSmallShareAndAShareOfOtherMinutesDoNot() {
    RecordDecoder decoder = decoder("small_share", new ArithmeticException("Overflow"), 1);
    for (int minute = 0; minute < 3; minute++) {
      nanos = TimeUnit.MINUTES.toNanos(minute);
      decoder.publishCounts();
      for (int i = 0; i < 10_000; i++) {
        decode(decoder, record(i, i % 101 == 100 ? "{\"fail\":1}" : GOOD));
      }
    }
    assertEquals(3 * 99, letters.size());
    // A few at a time: what was before does not count, once there were records enough.
    for (int minute = 5; minute < 20; minute += 3) {
      nanos = TimeUnit.MINUTES.toNanos(minute);
      for (int i = 0; i < DecoderFailures.FEW; i++) {
        decode(decoder, record(i, "{\"fail\":1}"));
      }
      for (int i = 0; i < DecoderFailures.ENOUGH; i++) {
        decode(decoder, record(i, GOOD));
      }
    }
    assertEquals(3 * 99 + 5 * DecoderFailures.FEW, letters.size());
  }

  /** One record every ten minutes, and none that the decoder does not fail at. */
  @Test
  void aSlowTopicIsStoppedToo() {
    RecordDecoder decoder = decoder("slow", new ArithmeticException("Overflow"), 1);
    for (int i = 0; i < DecoderFailures.FEW; i++) {
      decodeAfterTenMinutes(decoder, "{\"fail\":1}");
    }
    assertThrows(IllegalStateException.class, () -> decodeAfterTenMinutes(decoder, "{\"fail\":1}"));
    // Started anew, in the same process: not one more becomes a dead letter.
    RecordDecoder next = decoder("slow", new ArithmeticException("Overflow"), 1);
    Throwable failure =
        assertThrows(
            IllegalStateException.class, () -> decodeAfterTenMinutes(next, "{\"fail\":1}"));
    assertTrue(
        String.valueOf(failure.getMessage()).startsWith("the decoder failed at 22 of the last 22 "),
        failure.toString());
    assertEquals(DecoderFailures.FEW, letters.size());
    // By a version that decodes them, or where these were few of many: as ever.
    RecordDecoder mended = decoder("slow", new ArithmeticException("Overflow"), 1);
    for (int i = 0; i < DecoderFailures.ENOUGH; i++) {
      decodeAfterTenMinutes(mended, GOOD);
    }
    mended.publishCounts();
    RecordDecoder last = decoder("slow", new ArithmeticException("Overflow"), 1);
    for (int i = 0; i < DecoderFailures.FEW; i++) {
      decodeAfterTenMinutes(last, "{\"fail\":1}");
    }
    assertEquals(2 * DecoderFailures.FEW, letters.size());
  }

  private void decodeAfterTenMinutes(RecordDecoder decoder, String json) {
    nanos += TimeUnit.MINUTES.toNanos(10);
    decode(decoder, record(1, json));
    decoder.publishCounts();
  }

  @Test
  void whoeverBearsAllIsNotStopped() {
    RecordDecoder decoder =
        decoder("all", new ArithmeticException("Overflow"), DecodeSettings.ANY_FAILURES);
    for (int i = 0; i < 1_000; i++) {
      decode(decoder, record(i, "{\"fail\":1}"));
    }
    assertEquals(1_000, letters.size());
  }

  @Test
  void thePathOfRowsIsBoundedToo() {
    Contract contract =
        ContractParser.parse(
            """
            table: rows_path
            topic: t
            event_time: t
            columns:
              - {name: t, type: timestamp, required: true}
              - {name: n, type: string}
            transform: [{fail_if: {column: n, equals: x}}]
            """,
            "failing.yaml");
    assertNotNull(decodeAll(contract, 5));
    Pipeline.PipelineExecutionException failure =
        assertThrows(Pipeline.PipelineExecutionException.class, () -> decodeAll(contract, 50));
    assertTrue(
        String.valueOf(failure.getMessage()).contains(" failed at 21 of"), failure.toString());
  }

  private static PipelineResult.State decodeAll(Contract contract, int bad) {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs("--targetParallelism=1").create());
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < bad; i++) {
      records.add(record(i, "{\"t\":\"2026-01-02T00:00:00Z\",\"n\":\"x\"}"));
    }
    PCollectionTuple decoded =
        pipeline
            .apply(Create.of(records).withCoder(io.sluice.source.SourceRecordCoder.of()))
            .apply(new Decode(contract, new DecodeSettings(null, null, 1, SchemaSettings.NONE)));
    PAssert.that(decoded.get(Decode.ROWS)).empty();
    PAssert.that(decoded.get(Decode.DEAD_LETTERS))
        .satisfies(
            found -> {
              found.forEach(letter -> assertEquals("DECODER_FAILED", letter.getString("reason")));
              return null;
            });
    return pipeline.run().waitUntilFinish();
  }
}
