package io.sluice.compact;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;

/**
 * Is told that files of a date are live no more, before they are deleted: whoever still leads
 * readers to them has the time to lead them elsewhere. Where it throws, the files stay, and the
 * date is as after a kill at this point: rewritten, with files that the next rewrite removes.
 */
@FunctionalInterface
public interface BeforeDeletion {
  /** Nobody wants to know. */
  BeforeDeletion NOTHING = date -> false;

  /**
   * @return whether readers were led to files that are live no more until now, so that the grace of
   *     the date begins only here
   */
  boolean of(LocalDate date) throws IOException;

  /**
   * How long after the switch the files stay all the same, for whoever reads by what led to them
   * before it, such as an old snapshot of a table.
   */
  default Duration grace() {
    return Duration.ZERO;
  }

  /** The same with a grace. */
  default BeforeDeletion with(Duration grace) {
    BeforeDeletion told = this;
    return new BeforeDeletion() {
      @Override
      public boolean of(LocalDate date) throws IOException {
        return told.of(date);
      }

      @Override
      public Duration grace() {
        return grace;
      }
    };
  }
}
