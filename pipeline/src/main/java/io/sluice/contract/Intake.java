package io.sluice.contract;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a contract says of its records besides their columns.
 *
 * @param keyFormat how keys are written, where columns read parts of them; null where a key is a
 *     text or bytes
 * @param skips which records are no rows and no dead letters either
 * @param choice which records of the topic are the table's
 * @param explode the path of a list of which each element is a row; empty where a record is one
 * @param letters what dead letters have of a record's value
 */
public record Intake(
    @Nullable Plugged keyFormat,
    List<Skip> skips,
    Choice choice,
    List<String> explode,
    Letters letters)
    implements Serializable {
  /**
   * Keys are texts or bytes, all records are the table's, nothing is skipped, dead letters have the
   * records as they are.
   */
  public static final Intake PLAIN =
      new Intake(null, List.of(), Choice.ALL, List.of(), Letters.KEEP);

  /** A kind of record that may be skipped. */
  public enum Skip {
    /** No value: null, as Kafka's compaction takes it for a deletion. */
    TOMBSTONES,
    /** A value of no bytes. */
    EMPTY_VALUES
  }

  /**
   * What dead letters have of the value; where it is not kept, nor are keys and headers that masked
   * columns read.
   */
  public enum Letters {
    KEEP,
    /** What masked columns read is masked, where the format can; else it is dropped. */
    MASK,
    DROP
  }

  public Intake {
    skips = List.copyOf(skips);
    explode = List.copyOf(explode);
  }

  Intake with(Choice other) {
    return new Intake(keyFormat, skips, other, explode, letters);
  }
}
