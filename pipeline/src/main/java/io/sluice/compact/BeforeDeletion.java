package io.sluice.compact;

import java.io.IOException;
import java.time.LocalDate;

/**
 * Is told that files of a date are live no more, before they are deleted: whoever still leads
 * readers to them has the time to lead them elsewhere. Where it throws, the files stay, and the
 * date is as after a kill at this point: rewritten, with files that the next rewrite removes.
 */
@FunctionalInterface
public interface BeforeDeletion {
  /** Nobody wants to know. */
  BeforeDeletion NOTHING = date -> {};

  void of(LocalDate date) throws IOException;
}
