package io.sluice.lake;

import io.sluice.UserException;
import org.jspecify.annotations.Nullable;

/**
 * A small object of the lake's own of which the store has given the bytes, and these are not what
 * Sluice writes there: which object, what is wrong with it, and what to do, in one line. Asking the
 * store again would be answered the same; what it could not give is an {@link java.io.IOException}.
 */
public final class DamagedObjectException extends UserException {
  private static final long serialVersionUID = 1L;

  DamagedObjectException(
      Store store, String key, String why, String remedy, @Nullable Throwable cause) {
    super(store.root() + "/" + key + " is damaged: " + why + "; " + remedy, cause);
  }
}
