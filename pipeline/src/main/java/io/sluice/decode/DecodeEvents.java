package io.sluice.decode;

/** What a decoder has to say of a record beside its {@link Outcome}. */
public interface DecodeEvents {
  /** Nobody listens. */
  DecodeEvents NONE =
      new DecodeEvents() {
        @Override
        public void unknownField(String path) {}

        @Override
        public void quickWayFailed(Throwable failure) {}
      };

  /** A field that the contract does not name, as {@code items[].price}. */
  void unknownField(String path);

  /** A quick way of decoding failed, which is a fault of it; another one decides. */
  void quickWayFailed(Throwable failure);

  /** The same of what is read beside a row, whose other fields are nobody's matter. */
  default DecodeEvents withoutUnknownFields() {
    DecodeEvents all = this;
    return new DecodeEvents() {
      @Override
      public void unknownField(String path) {}

      @Override
      public void quickWayFailed(Throwable failure) {
        all.quickWayFailed(failure);
      }
    };
  }
}
