package io.sluice.json;

import io.sluice.convert.Rejection;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a document in the quick way where that knows it, else exactly: both fill the same values,
 * and the exact way alone rejects.
 */
final class JsonDecoder implements ValueDecoder {
  /** Fills {@link #values}; false where it does not know. */
  interface Quick {
    /**
     * @param array has a byte of zero behind the document
     */
    boolean decode(byte[] array, int start, int length);

    ColumnValues values();

    /** The paths of fields that the contract does not name. */
    List<String> unknownFields();
  }

  /** Knows what becomes of any document. */
  interface Exact {
    ColumnValues decode(byte @Nullable [] document) throws Rejection;
  }

  private final Quick quick;
  private final Exact exact;
  private final DecodeEvents events;
  private final Outcome.Accepted quickly;

  JsonDecoder(Quick quick, Exact exact, DecodeEvents events) {
    this.quick = quick;
    this.exact = exact;
    this.events = events;
    this.quickly = new Outcome.Accepted(quick.values());
  }

  @Override
  public Outcome decode(RecordBytes record) {
    if (record.hasValue() && isPlain(record)) {
      return quickly;
    }
    try {
      return new Outcome.Accepted(exact.decode(record.value()));
    } catch (Rejection e) {
      return new Outcome.Rejected(e);
    }
  }

  private boolean isPlain(RecordBytes record) {
    try {
      if (!quick.decode(record.array(), record.valueStart(), record.valueLength())) {
        return false;
      }
    } catch (RuntimeException | StackOverflowError e) {
      events.quickWayFailed(e);
      return false;
    }
    for (String field : quick.unknownFields()) {
      events.unknownField(field);
    }
    return true;
  }
}
