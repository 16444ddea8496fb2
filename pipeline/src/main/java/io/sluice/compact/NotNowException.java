package io.sluice.compact;

import io.sluice.UserException;
import org.jspecify.annotations.Nullable;

/** A date that cannot be rewritten now, and can later: nothing is wrong with it. */
final class NotNowException extends UserException {
  private static final long serialVersionUID = 1L;

  NotNowException(String why) {
    super(why);
  }

  NotNowException(String why, @Nullable Throwable cause) {
    super(why, cause);
  }
}
