package io.sluice.decode;

import io.sluice.record.RecordBytes;

/** Makes values of records of one format, for one thread. */
public interface ValueDecoder {
  /**
   * What becomes of a record: a function of its bytes, of the contract and of schemas that never
   * change; not of what came before. Whatever the bytes hold, it is an answer and no exception: one
   * that is thrown counts as a fault of the decoder.
   *
   * @return values with the contract's columns, which hold until the next call; or that the record
   *     is skipped, {@link Outcome.Skipped#atRecordTime}, where it is of a kind that the format
   *     knows to be no row, as a heartbeat; or why it is rejected
   */
  Outcome decode(RecordBytes record);
}
