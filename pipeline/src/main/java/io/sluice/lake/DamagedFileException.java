package io.sluice.lake;

import io.sluice.UserException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A data file of which the store has given the bytes, and these are not those of a data file. What
 * the store could not give is any other {@link IOException}: it says nothing of the file.
 *
 * <p>The cause is the same for the user, in one line.
 */
public final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedFileException(Store store, Store.Entry file, String why, @Nullable Throwable cause) {
    this(store.root() + "/" + file.key() + " is damaged: " + why, cause);
  }

  /** Which file it is, what is wrong with it, and what to do, in one line. */
  public String remedy() {
    Throwable cause = getCause();
    return String.valueOf(cause == null ? getMessage() : cause.getMessage());
  }

  private DamagedFileException(String what, @Nullable Throwable cause) {
    super(
        what,
        new UserException(
            what
                + "; restore it from a backup, or replace it by what Kafka has: sluice rebuild"
                + " --replaceDamaged",
            cause));
  }
}
