package io.sluice.convert;

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

  /**
   * The same, of a value whose path leads through a place of its own first.
   *
   * @param place a name, or an index as {@code [2]}
   */
  public Rejection within(String place) {
    String below = path.isEmpty() || path.startsWith("[") ? path : "." + path;
    return new Rejection(reason, place + below, text());
  }
}
