package io.sluice.report;

/** Is told how far a long reading has come. */
public interface Steps {
  /** The total of what cannot be known before. */
  long UNKNOWN = -1;

  /** Tells nobody. */
  Steps NONE =
      (what, total) ->
          new Step() {
            @Override
            public void to(long done) {}

            @Override
            public void close() {}
          };

  /** Begins a step; it ends when it is closed. */
  Step begin(String what, long total);

  /** A step. Safe for use by several threads. */
  interface Step extends AutoCloseable {
    void to(long done);

    @Override
    void close();
  }
}
