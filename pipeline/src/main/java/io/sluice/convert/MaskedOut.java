package io.sluice.convert;

/** Puts a masked value where another one puts the value. */
final class MaskedOut extends Out {
  private final Out to;
  private final Masking masking;
  private final boolean isText;

  /**
   * @param isText whether values are texts, bytes else
   */
  MaskedOut(Out to, Masking masking, boolean isText) {
    super(to.encoded);
    this.to = to;
    this.masking = masking;
    this.isText = isText;
  }

  @Override
  void begin() {
    throw new IllegalStateException("a value that is written piece by piece has no mask");
  }

  @Override
  void end() {
    throw new IllegalStateException("a value that is written piece by piece has no mask");
  }

  @Override
  void nothing() {
    to.nothing();
  }

  @Override
  void bytes(byte[] array, int start, int length) {
    byte[] masked =
        isText ? masking.text(array, start, length) : masking.bytes(array, start, length);
    to.bytes(masked, 0, masked.length);
  }
}
