package io.sluice.compact;

import io.sluice.UserException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A date that cannot be rewritten now, and can later: nothing is wrong with it. */
public final class NotNowException extends UserException {
  private static final long serialVersionUID = 1L;

  public NotNowException(String why) {
    super(why);
  }

  private NotNowException(String why, @Nullable Throwable cause) {
    super(why, cause);
  }

  /** Another rewrite of the date was faster; nothing has changed. */
  public static NotNowException rewrittenByAnother(LocalDate date, @Nullable Throwable cause) {
    return new NotNowException(
        date + " was rewritten by another at the same time: run this again if it is needed", cause);
  }
}
