package io.sluice.plan;

/**
 * Something that a run needs, tried.
 *
 * @param name what was tried, as {@code lake: put}
 * @param text what was found; of one that failed the fix, too
 */
public record Check(String name, Status status, String text) {
  /** How it went. */
  public enum Status {
    OK,
    /** A run could not start, or not go on. */
    FAILED,
    /** Worth knowing; a run can start all the same. */
    NOTE,
    /** Not tried, for what it needs has failed. */
    SKIPPED
  }
}
