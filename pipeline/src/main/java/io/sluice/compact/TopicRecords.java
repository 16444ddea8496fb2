package io.sluice.compact;

import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.util.Map;

/** The records of a topic that Kafka still has. */
public interface TopicRecords {
  /** What is done with each. */
  interface Reader {
    void read(SourceRecord record) throws IOException;
  }

  /** The identity of the topic, see {@link io.sluice.source.SourceId}. */
  String source();

  /** The first offset that is there, of each partition. */
  Map<Integer, Long> beginnings();

  /** The first offset whose record's Kafka timestamp is at or after a time, of each partition. */
  Map<Integer, Long> at(long epochMillis);

  /**
   * Reads the committed records of each partition from an offset on, up to what was its end when
   * this was called.
   */
  void read(Map<Integer, Long> from, Reader reader) throws IOException;
}
