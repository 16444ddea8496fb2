package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.lake.LakeDescriptor;
import io.sluice.source.Sample;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run with some flags would meet and need, found out by reading a sample of the topic and by
 * trying the stores: {@link Plans} makes it. Beside the probes in these, which are removed where
 * that is allowed, nothing is written.
 *
 * @param sample null where the topic could not be read
 * @param findings null where there is no record to look at
 * @param traffic null where it is not known
 * @param sizing null where it is not known
 * @param lake what the lake has of the table already, null where that is nothing
 */
public record Plan(
    SluiceConfig config,
    List<Check> checks,
    @Nullable Sampled sample,
    @Nullable Findings findings,
    @Nullable Traffic traffic,
    @Nullable Sizing sizing,
    @Nullable LakeDescriptor lake) {

  /**
   * What is asked beside the flags of a run.
   *
   * @param parallelism of the run, null where the flag is not given
   * @param gibPerDay what to size for, null for what the topic has
   */
  public record Question(int sample, @Nullable Integer parallelism, @Nullable Double gibPerDay) {}

  /**
   * A sample without its records: those of hundreds of tables have no room.
   *
   * @param records how many there were
   * @param bytes of their keys and values
   * @param partitions what the topic has, by partition
   * @param end why there were not more
   */
  public record Sampled(
      int records,
      long offsets,
      long bytes,
      Map<Integer, Sample.Partition> partitions,
      Sample.End end) {
    static Sampled of(Sample sample) {
      return new Sampled(
          sample.records().size(),
          sample.offsets(),
          sample.bytes(),
          sample.partitions(),
          sample.end());
    }
  }

  /** Whether a run could start: no check has failed. */
  public boolean canStart() {
    return failed().isEmpty();
  }

  /** The checks that failed. */
  public List<Check> failed() {
    return checks.stream().filter(check -> check.status() == Check.Status.FAILED).toList();
  }
}
