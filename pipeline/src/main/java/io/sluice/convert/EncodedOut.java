package io.sluice.convert;

import io.sluice.record.BytesWriter;

/** Wherever the next value is to be written. */
final class EncodedOut extends Out {
  EncodedOut(BytesWriter encoded) {
    super(encoded);
  }

  @Override
  void begin() {}

  @Override
  void end() {}

  @Override
  void nothing() {
    throw new IllegalStateException("whoever writes here says himself that there is no value");
  }
}
