package io.sluice.decode;

import org.jspecify.annotations.Nullable;

/** Masks in a record's value what a contract's columns mask. */
public interface ValueMask {
  /** The value with that masked; null where it is not of the format, so that nothing is known. */
  byte @Nullable [] mask(byte[] value);
}
