package io.sluice.lake;

import io.sluice.UserException;
import org.jspecify.annotations.Nullable;

/**
 * A store that did not do what it was asked: which store, what it was asked for, what it answered,
 * and the right that is missing or the setting to look at, in one line.
 *
 * <p>Thrown as it is where asking again would be answered the same. What may pass is an {@link
 * java.io.IOException} with this as its cause, for whoever tries again.
 */
public final class StoreException extends UserException {
  private static final long serialVersionUID = 1L;

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
