package io.sluice.compact;

import io.sluice.UserException;

/** A date that cannot be rewritten before somebody has mended it: other dates can. */
public final class DamagedDateException extends UserException {
  private static final long serialVersionUID = 1L;

  public DamagedDateException(String why) {
    super(why);
  }
}
