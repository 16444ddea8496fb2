package io.sluice;

import org.jspecify.annotations.Nullable;

/** A flag that nobody knows; perhaps the name of another one, mistyped. */
public final class UnknownFlagException extends UserException {
  private static final long serialVersionUID = 1L;

  private final String flag;

  /**
   * @param flag as it was written, without its value: {@code --lakes}
   * @param alike a flag that may be meant
   */
  public UnknownFlagException(String flag, @Nullable String alike) {
    super("unknown flag " + flag + (alike == null ? "" : "; did you mean " + alike + "?"));
    this.flag = flag;
  }

  public String flag() {
    return flag;
  }
}
