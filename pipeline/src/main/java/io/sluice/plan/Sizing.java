package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.lake.LakeDescriptor;
import io.sluice.sizing.Advice;
import io.sluice.sizing.Load;
import io.sluice.sizing.Settings;
import io.sluice.sizing.Size;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a topic's load needs: with the flags as they are, and as advised.
 *
 * @param measuredRate whether the topic gave the rate, and not a flag
 */
public record Sizing(Size given, Size advised, boolean measuredRate) {
  /** As {@code sluice size} assumes. */
  private static final double EVENTS_PER_SECOND_PER_CORE = 200_000;

  private static final Duration FRESHNESS = Duration.ofMinutes(15);
  private static final double GIB = 1L << 30;
  private static final double MOST_LATE = 0.5;
  private static final double LEAST_LATE_HOURS = 0.01;
  private static final double MOST_LATE_HOURS = 72;
  private static final double ASSUMED_PEAK = 3;
  private static final double LEAST_GIB = 1e-6;
  private static final long SEED = 42;

  /**
   * @param parallelism as given, null where it was not
   * @param lake what the lake has already, null where it is new
   * @param gibPerDay overrides what the topic says
   * @return nothing where rate or rows are not known
   */
  static Optional<Sizing> of(
      SluiceConfig config,
      @Nullable Integer parallelism,
      Findings findings,
      @Nullable Traffic traffic,
      @Nullable LakeDescriptor lake,
      @Nullable Double gibPerDay) {
    Encoding encoding = findings.encoding();
    boolean measured = gibPerDay == null;
    if (encoding == null || measured && (traffic == null || !traffic.isKnown())) {
      return Optional.empty();
    }
    Load load = load(findings, encoding, traffic, gibPerDay);
    Advice advice = new Advice(load, EVENTS_PER_SECOND_PER_CORE, FRESHNESS);
    Settings best =
        lake != null && !config.reshard() ? advice.settings(lake.shards()) : advice.settings();
    Integer wanted = config.shards();
    Settings given =
        new Settings(
            parallelism == null ? best.parallelism() : parallelism,
            wanted != null ? wanted : lake != null ? lake.shards() : LakeDescriptor.DEFAULT_SHARDS,
            config.windows().size(),
            config.write().fileInterval(),
            config.manifestInterval(),
            (int) (config.write().fileBytes() >> 20),
            config.lake().s3().partSize() >> 20);
    return Optional.of(
        new Sizing(
            Size.of(load, advice, given, SEED), Size.of(load, advice, best, SEED), measured));
  }

  private static Load load(
      Findings findings, Encoding encoding, @Nullable Traffic traffic, @Nullable Double gibPerDay) {
    double eventBytes = Math.max(1, findings.bytesOfARecord());
    double gib =
        gibPerDay != null
            ? gibPerDay
            : java.util.Objects.requireNonNull(traffic).eventsADay() * eventBytes / GIB;
    EventTimes times = findings.times();
    Duration delay = times.watermarkDelay().value();
    double late =
        times.compared() == 0 ? 0 : (double) times.furtherBehind(delay) / times.compared();
    double lateHours = times.meanBeyond(delay).toMillis() / 3_600_000.0;
    double dead = (double) findings.outcomes().rejectedCount() / findings.records();
    // A record may be several rows, or none: what is written is by records that are no dead
    // letters.
    double alive = Math.max(1, findings.records() - findings.outcomes().rejectedCount());
    return new Load(
        Math.max(LEAST_GIB, gib),
        eventBytes,
        traffic != null && traffic.isKnown() ? traffic.peakFactor() : ASSUMED_PEAK,
        Math.min(late, Math.min(MOST_LATE, 1 - dead)),
        Math.max(LEAST_LATE_HOURS, Math.min(MOST_LATE_HOURS, lateHours)),
        dead,
        encoding.blockBytes() / alive / eventBytes,
        encoding.parquetBytes() / alive / eventBytes);
  }
}
