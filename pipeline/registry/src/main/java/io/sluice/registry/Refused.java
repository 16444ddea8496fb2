package io.sluice.registry;

/** The registry wants other credentials than those it was given. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the address, the answer and what to change
   */
  Refused(String message, Throwable cause) {
    super(message, cause);
  }

  Refused(String message) {
    super(message);
  }
}
