package io.sluice;

import org.jspecify.annotations.Nullable;

/**
 * Something that the user can mend: a wrong flag, a missing bucket, an unreadable contract. The
 * message is one line that names the thing and the fix; a command prints it without a stack trace
 * and ends with exit status 2.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserException(String message) {
    super(message);
  }

  public UserException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
