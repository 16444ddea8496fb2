package io.sluice.source;

/**
 * Consecutive offsets of a partition that give no record.
 *
 * @param from the first one
 * @param to the last one
 */
public record Gap(int partition, long from, long to, Why why) {
  /** Why there is no record. */
  public enum Why {
    /** They were deleted by age or by hand. Whether they ever held a record, nobody can say. */
    DELETED,
    /** They never held a committed record: aborted ones, and markers of transactions. */
    NO_RECORD,
    /** As {@link #NO_RECORD}, or compaction has removed them: the source does not say which. */
    NO_RECORD_OR_COMPACTED
  }
}
