package io.sluice.record;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a source read, as bytes that nobody has looked at. The arrays are shared, never written. */
public interface RecordBytes {
  /** Whether there is a value, of whatever length: a tombstone has none. */
  boolean hasValue();

  /**
   * Has the value, and behind it a byte of zero, where a reader may stop without counting.
   *
   * @return an array whose other bytes mean nothing; only where {@link #hasValue}
   */
  byte[] array();

  /** Where in {@link #array} the value begins. */
  int valueStart();

  int valueLength();

  /** The key; null where there is none. */
  byte @Nullable [] key();

  /** The value in an array of its own; null where there is none. */
  default byte @Nullable [] value() {
    return hasValue()
        ? Arrays.copyOfRange(array(), valueStart(), valueStart() + valueLength())
        : null;
  }
}
