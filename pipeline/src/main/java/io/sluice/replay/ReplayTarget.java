package io.sluice.replay;

import io.sluice.deadletter.DeadLetter;
import io.sluice.lake.Positions;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** Where letters go that are good now; each under its original position, and each once. */
public interface ReplayTarget extends AutoCloseable {
  /** As reports call it. */
  String name();

  /** Whether the record of a position is there, as far as is known. */
  boolean has(SourceRecord record);

  /**
   * Takes a letter that is not there. It may be there only after {@link #flush}.
   *
   * @param repaired the record as the contract accepts it
   * @param rows what it is decoded to, one at least
   * @throws IOException where it cannot be written; running the replay again puts it right
   */
  void add(DeadLetter letter, SourceRecord repaired, List<Row> rows) throws IOException;

  /**
   * Takes a letter whose record the contract wants no row of; the same else.
   *
   * @param eventTimeMicros in microseconds since the epoch
   */
  void skip(DeadLetter letter, long eventTimeMicros) throws IOException;

  /**
   * Makes all permanent that was added.
   *
   * @return the positions that were put there since the last flush; the others had been put there
   *     by somebody else meanwhile
   * @throws IOException as {@link #add}
   */
  Positions flush() throws IOException;

  @Override
  void close();
}
