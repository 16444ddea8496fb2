package io.sluice.convert;

import io.sluice.record.BytesWriter;

/**
 * Where a value goes: a column, an element of a list, a field of a struct, a value of a map. What
 * is nested is written one behind the other, as {@link io.sluice.record.EncodedValues} says.
 */
abstract class Out {
  final BytesWriter encoded;

  Out(BytesWriter encoded) {
    this.encoded = encoded;
  }

  /** A value follows in {@link #encoded}. */
  abstract void begin();

  /** It is complete. */
  abstract void end();

  /** There is no value. */
  abstract void nothing();

  /** Whether a decimal goes there as a whole number of its last digit. */
  boolean takesDecimalsAsIntegers() {
    return false;
  }

  void integer(long value) {
    begin();
    encoded.writeSigned(value);
    end();
  }

  void bytes(byte[] array, int start, int length) {
    begin();
    encoded.writeBytes(array, start, length);
    end();
  }
}
