package io.sluice.source;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/** Between records and their batches. */
public final class Batches {
  private Batches() {}

  /** A batch for each record. */
  public static PCollection<RecordBatch> of(PCollection<SourceRecord> records) {
    return records.apply("ToBatches", ParDo.of(new BatchFn())).setCoder(new RecordBatchCoder());
  }

  /** The records one by one, each with its own time. */
  public static PCollection<SourceRecord> records(PCollection<RecordBatch> batches) {
    return batches.apply("ToRecords", ParDo.of(new RecordFn())).setCoder(SourceRecordCoder.of());
  }

  static final class BatchFn extends DoFn<SourceRecord, RecordBatch> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element SourceRecord record, OutputReceiver<RecordBatch> out) {
      out.output(RecordBatch.of(record));
    }
  }

  static final class RecordFn extends DoFn<RecordBatch, SourceRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element RecordBatch batch,
        @Timestamp Instant batchTime,
        OutputReceiver<SourceRecord> out) {
      long now = System.currentTimeMillis();
      RecordBatch.Cursor at = batch.records();
      while (at.next()) {
        out.outputWithTimestamp(
            at.record(), Instant.ofEpochMilli(at.time(batchTime.getMillis(), now)));
      }
    }
  }
}
