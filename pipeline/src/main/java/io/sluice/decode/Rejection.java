package io.sluice.decode;

import io.sluice.deadletter.Reason;

/**
 * A record that the contract does not accept. Carries no stack trace: it is an answer, not a fault.
 */
public final class Rejection extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String path;

  public Rejection(Reason reason, String path, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.path = path;
  }

  public Reason reason() {
    return reason;
  }

  /**
   * The path of the offending value, as {@code items[2].price}; empty where the whole document is
   * meant.
   */
  public String path() {
    return path;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  /** The same as an answer. */
  public Outcome.Rejected outcome() {
    return new Outcome.Rejected(reason, path, text());
  }
}
