package io.sluice.jsonschema;

/**
 * How many characters regular expressions may look at within one record. They may go back and look
 * again without end; what ends it is a count and no clock, so that a record always has the same
 * outcome. For one thread.
 */
final class Budget {
  /** Some milliseconds; a pattern without nested repetitions comes nowhere near it. */
  private static final long FOR_ANY_RECORD = 1_000_000;

  private static final long FOR_EACH_BYTE = 100;

  private long left;

  /** Carries no stack trace: it is an answer. */
  static final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExhaustedException(String message) {
      super(message, null, false, false);
    }
  }

  /** Begins a record. */
  void begin(int bytes) {
    left = FOR_ANY_RECORD + FOR_EACH_BYTE * bytes;
  }

  /** Takes one look; false where there is none left. */
  boolean take() {
    return left-- > 0;
  }
}
