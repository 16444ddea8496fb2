package io.sluice.lake;

import io.sluice.UserException;
import io.sluice.Version;

/**
 * The formats of what Sluice writes, and what is said of one that is newer than this version knows.
 * Whatever is written carries the number of its format and the version that wrote it; a number goes
 * up where an older version would read the new one wrongly, and only then.
 */
public final class Format {
  /** The field, or the key of a file's footer, that names the version of Sluice that wrote it. */
  static final String WRITTEN_BY = "sluice_version";

  private Format() {}

  /**
   * Refuses an object of a lake that a newer version has written.
   *
   * @param object where it is
   * @param what it is, as {@code data file}
   * @param found its format
   * @param known the newest that this version reads
   * @param writtenBy the version that wrote it; empty where it does not say
   */
  public static UserException newer(
      String object, String what, String found, int known, String writtenBy) {
    return new UserException(
        object
            + ": this "
            + what
            + " has format "
            + found
            + ", this version of Sluice, "
            + Version.text()
            + ", reads formats up to "
            + known
            + (writtenBy.isEmpty()
                ? ": a newer version wrote it"
                : ": version " + writtenBy + " wrote it")
            + "; upgrade to "
            + (writtenBy.isEmpty() ? "that" : writtenBy)
            + " or later, and leave the lake as it is");
  }

  /**
   * Refuses the state of a job that another version has written.
   *
   * @param what the part of the state
   */
  public static UserException otherState(String what, int found) {
    return new UserException(
        "the savepoint or checkpoint has "
            + what
            + " in version "
            + found
            + " of the state, which this version of Sluice, "
            + Version.text()
            + ", does not read: start the job with the version that wrote it, or without its state and with"
            + " --startFrom=lake; nothing is lost or doubled");
  }
}
