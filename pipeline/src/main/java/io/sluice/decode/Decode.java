package io.sluice.decode;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Contract;
import io.sluice.contract.RowSchemas;
import io.sluice.deadletter.DeadLetters;
import io.sluice.record.EncodedValues;
import io.sluice.source.SourceRecord;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records: each becomes a row of the contract's schema, a dead letter, or is skipped, each
 * with the record's position.
 */
public final class Decode extends PTransform<PCollection<SourceRecord>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Accepted rows, with {@link Contract#rowSchema()}. */
  public static final TupleTag<Row> ROWS = new TupleTag<>() {};

  /** What was not accepted, with {@link DeadLetters#SCHEMA}. */
  public static final TupleTag<Row> DEAD_LETTERS = new TupleTag<>() {};

  /** Records that are skipped, with {@link #SKIPPED_SCHEMA}. */
  public static final TupleTag<Row> SKIPPED = new TupleTag<>() {};

  /** The event time, and what {@link io.sluice.contract.Positioned} names behind it. */
  public static final Schema SKIPPED_SCHEMA =
      RowSchemas.of(
          List.of(
              Column.of(
                  "event_time",
                  new ColumnType.Timestamp(
                      ColumnType.Timestamp.Unit.MICROS, ColumnType.Timestamp.Format.ISO8601),
                  true)));

  private final Contract contract;
  private final DecodeSettings settings;

  public Decode(Contract contract, DecodeSettings settings) {
    this.contract = contract;
    this.settings = settings;
  }

  @Override
  public PCollectionTuple expand(PCollection<SourceRecord> records) {
    PCollectionTuple decoded =
        records.apply(
            "DecodeRecords",
            ParDo.of(new DecodeFn(contract, settings))
                .withOutputTags(ROWS, TupleTagList.of(DEAD_LETTERS).and(SKIPPED)));
    decoded.get(SKIPPED).setRowSchema(SKIPPED_SCHEMA);
    decoded.get(ROWS).setRowSchema(contract.rowSchema());
    decoded.get(DEAD_LETTERS).setRowSchema(DeadLetters.SCHEMA);
    return decoded;
  }

  static final class DecodeFn extends DoFn<SourceRecord, Row> {
    private static final long serialVersionUID = 1L;

    private final Contract contract;
    private final DecodeSettings settings;
    private transient @Nullable RecordDecoder decoder;

    DecodeFn(Contract contract, DecodeSettings settings) {
      this.contract = contract;
      this.settings = settings;
    }

    @Setup
    public void setup() {
      decoder = new RecordDecoder(contract, settings);
    }

    @Teardown
    public void teardown() {
      if (decoder != null) {
        decoder.close();
      }
    }

    @ProcessElement
    public void process(@Element SourceRecord record, MultiOutputReceiver out) {
      RecordDecoder decoder = Objects.requireNonNull(this.decoder);
      Outcome outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted accepted) {
        decoder.rows(record, accepted).forEach(out.get(ROWS)::output);
      } else if (outcome instanceof Outcome.Skipped skipped) {
        out.get(SKIPPED).output(row(record, skipped));
      } else {
        out.get(DEAD_LETTERS).output(decoder.letter(record, (Outcome.Rejected) outcome));
      }
    }

    private static Row row(SourceRecord record, Outcome.Skipped skipped) {
      return Row.withSchema(SKIPPED_SCHEMA)
          .attachValues(
              EncodedValues.instant(skipped.eventTimeMicros()),
              record.source(),
              record.partition(),
              record.offset(),
              record.recordTime());
    }

    @FinishBundle
    public void finishBundle() {
      Objects.requireNonNull(decoder).publishCounts();
    }
  }
}
