package io.sluice.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a record has beside its value. The arrays are shared, never written. */
public interface RecordMetadata {
  /** What the position is one of, see {@link SourceId}. */
  String source();

  int partition();

  long offset();

  /** The record's own time in milliseconds since the epoch; -1 where it has none. */
  long recordTime();

  byte @Nullable [] key();

  List<SourceRecord.Header> headers();
}
