package io.sluice.debezium;

import io.sluice.convert.Rejection;
import io.sluice.record.RecordBytes;

/** Reads envelopes as they are written, in JSON or in Avro. For one thread. */
interface EnvelopeReader {
  /** Reads a record: all but the row of a delete. */
  void read(RecordBytes record) throws Rejection;

  /** Whether the record that was read has no envelope, but null in its place. */
  boolean isNull();

  /** Reads the row of the same record, which is a delete. */
  void readDeleted() throws Rejection;
}
