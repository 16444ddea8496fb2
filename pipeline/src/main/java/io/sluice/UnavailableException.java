package io.sluice;

/**
 * Something outside that does not answer now and may do so later, without any change of flags:
 * brokers, a store, a name server. A verb ends with it as with every {@link UserException}; a job
 * that a cluster starts waits, and tries again.
 */
public class UnavailableException extends UserException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
