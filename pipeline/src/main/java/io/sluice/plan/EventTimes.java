package io.sluice.plan;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far event times are from their records' Kafka timestamps, and the flags that follow from it.
 * Behind is what the event is older than its record; an event that is ahead is behind by nothing.
 *
 * @param compared events whose record has a timestamp
 * @param withoutRecordTime events whose record has none
 * @param behind ascending, in milliseconds, 0 for what is ahead
 * @param ahead ascending, in milliseconds, those ahead only
 */
public record EventTimes(long compared, long withoutRecordTime, long[] behind, long[] ahead) {
  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10));
  private static final List<Duration> DAYS =
      List.of(
          Duration.ofHours(24),
          Duration.ofHours(48),
          Duration.ofHours(72),
          Duration.ofHours(7 * 24));

  /** An event time further ahead comes from a wrong clock, not from a slow one. */
  private static final Duration WRONG_CLOCK = DAYS.get(DAYS.size() - 1);

  /** As few as these are not worth a looser limit. */
  private static final double FEW = 0.001;

  private static final int MOST = 99;
  private static final int MANY = 90;

  /**
   * A flag's value.
   *
   * @param why in half a sentence
   */
  public record Advised(Duration value, String why) {}

  static EventTimes of(List<Decoded.Timed> times) {
    long[] differences =
        times.stream()
            .filter(time -> time.recordMillis() >= 0)
            .mapToLong(time -> time.recordMillis() - time.eventMillis())
            .sorted()
            .toArray();
    long[] behind = Arrays.stream(differences).map(ms -> Math.max(0, ms)).toArray();
    long[] ahead =
        Arrays.stream(differences).filter(ms -> ms < 0).map(ms -> -ms).sorted().toArray();
    return new EventTimes(differences.length, times.size() - differences.length, behind, ahead);
  }

  /** What so many percent are behind at most. */
  public Duration behind(double percent) {
    return percentile(behind, percent);
  }

  /** What so many percent of those ahead are ahead at most. */
  public Duration ahead(double percent) {
    return percentile(ahead, percent);
  }

  private static Duration percentile(long[] ascending, double percent) {
    if (ascending.length == 0) {
      return Duration.ZERO;
    }
    int index = (int) Math.ceil(percent / 100 * ascending.length) - 1;
    return Duration.ofMillis(ascending[Math.max(0, index)]);
  }

  /** Events that are further behind. */
  public long furtherBehind(Duration limit) {
    return count(behind, limit);
  }

  public long furtherAhead(Duration limit) {
    return count(ahead, limit);
  }

  private static long count(long[] ascending, Duration limit) {
    return Arrays.stream(ascending).filter(ms -> ms > limit.toMillis()).count();
  }

  /** How far those are behind in the mean that are further behind. */
  public Duration meanBeyond(Duration limit) {
    return Duration.ofMillis(
        (long) Arrays.stream(behind).filter(ms -> ms > limit.toMillis()).average().orElse(0));
  }

  /**
   * The least usual delay that 99 of 100 events keep; where ten minutes are too few for that, the
   * least that 90 of 100 keep: to wait for the rest would hold back every file, and they come in
   * small files of their own.
   */
  public Advised watermarkDelay() {
    for (int percent : new int[] {MOST, MANY}) {
      Duration delay = least(DELAYS, behind(percent));
      if (delay != null) {
        return new Advised(
            delay,
            percent
                + " % are at most "
                + Spans.text(behind(percent))
                + " behind"
                + (percent == MOST ? "" : "; waiting for the others would hold back every file"));
      }
    }
    return new Advised(DELAYS.get(0), "most events are late by more than any wait would bridge");
  }

  /** A day, or as many as 999 of 1000 events need, up to a week. Nothing is lost beyond it. */
  public Advised lateness() {
    Duration most = behind(99.9);
    Duration lateness = least(DAYS, most);
    return lateness == null
        ? new Advised(WRONG_CLOCK, "99.9 % are at most " + Spans.text(most) + " behind")
        : new Advised(
            lateness,
            "99.9 % are at most "
                + Spans.text(most)
                + " behind; what is older is written with what arrives, nothing is lost");
  }

  /**
   * A day, or as many, up to a week, as it takes for fewer than one event of 1000 to be rejected.
   * What is further ahead than a week has a wrong clock, and is not counted.
   */
  public Advised maxFuture() {
    long[] sane = Arrays.stream(ahead).filter(ms -> ms <= WRONG_CLOCK.toMillis()).toArray();
    for (Duration limit : DAYS) {
      if (count(sane, limit) <= FEW * compared) {
        long rejected = furtherAhead(limit);
        return new Advised(
            limit,
            (ahead.length == 0
                    ? "none is ahead"
                    : sane.length == 0
                        ? "no clock is right that is ahead"
                        : "right clocks are ahead by "
                            + Spans.text(Duration.ofMillis(sane[sane.length - 1]))
                            + " at most")
                + (rejected == 0 ? "" : "; " + rejected + " further ahead are dead letters"));
      }
    }
    throw new IllegalStateException("all that is sane is within the greatest limit");
  }

  private static @Nullable Duration least(List<Duration> ascending, Duration of) {
    return ascending.stream().filter(d -> d.compareTo(of) >= 0).findFirst().orElse(null);
  }
}
