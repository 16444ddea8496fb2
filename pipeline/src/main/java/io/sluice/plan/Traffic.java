package io.sluice.plan;

import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many records came in the last day, hour by hour: by the offsets that Kafka has for each
 * hour's beginning. The day ends with the newest record, so that a topic that has rested shows what
 * its days are like. Markers of transactions and what was compacted away count as records.
 *
 * @param from the first hour's beginning
 * @param to behind the newest record
 * @param oldest the oldest record's time
 * @param hours records of each hour, the last one the newest
 */
public record Traffic(Instant from, Instant to, Instant oldest, List<Long> hours) {
  private static final int HOURS = 24;

  /** A shorter time says nothing of a day. */
  private static final Duration LEAST = Duration.ofMinutes(10);

  /** The peak by the mean, where less than a day is known. */
  private static final double ASSUMED_PEAK = 3;

  private static final double GREATEST_PEAK = 20;

  public Traffic {
    hours = List.copyOf(hours);
  }

  /**
   * Asks the source.
   *
   * @param records a sample with the newest and the oldest
   * @param now a record that claims to be newer has a wrong clock
   * @return nothing where no record has a time
   */
  static Optional<Traffic> of(SourceReader reader, List<SourceRecord> records, Instant now) {
    long newest = Long.MIN_VALUE;
    long oldest = Long.MAX_VALUE;
    for (SourceRecord record : records) {
      long time = record.recordTime();
      if (time >= 0 && time <= now.toEpochMilli()) {
        newest = Math.max(newest, time);
        oldest = Math.min(oldest, time);
      }
    }
    if (newest == Long.MIN_VALUE) {
      return Optional.empty();
    }
    Instant to = Instant.ofEpochMilli(newest + 1);
    Instant from = to.minus(Duration.ofHours(HOURS));
    List<Map<Integer, Long>> offsets = new ArrayList<>();
    for (int hour = 0; hour < HOURS; hour++) {
      offsets.add(reader.at(from.plus(Duration.ofHours(hour)).toEpochMilli()));
    }
    offsets.add(reader.ends());
    return Optional.of(new Traffic(from, to, Instant.ofEpochMilli(oldest), between(offsets)));
  }

  /** How many offsets are between one time and the next. */
  static List<Long> between(List<Map<Integer, Long>> offsets) {
    List<Long> counts = new ArrayList<>();
    for (int i = 1; i < offsets.size(); i++) {
      Map<Integer, Long> before = offsets.get(i - 1);
      long count = 0;
      for (Map.Entry<Integer, Long> after : offsets.get(i).entrySet()) {
        // Written while we ask: a later answer may be of a later end.
        count += Math.max(0, after.getValue() - before.getOrDefault(after.getKey(), 0L));
      }
      counts.add(count);
    }
    return counts;
  }

  /** How much of the day has records: less than all where the topic is younger, or keeps less. */
  public Duration covered() {
    Duration known = Duration.between(oldest, to);
    Duration day = Duration.ofHours(HOURS);
    return known.compareTo(day) < 0 ? known : day;
  }

  /** Whether it is enough to say what a day has. */
  public boolean isKnown() {
    return covered().compareTo(LEAST) >= 0;
  }

  public boolean isWholeDay() {
    return covered().compareTo(Duration.ofHours(HOURS)) >= 0;
  }

  public long events() {
    return hours.stream().mapToLong(Long::longValue).sum();
  }

  /** Events of a day at this rate. */
  public double eventsADay() {
    return (double) events() * Duration.ofHours(HOURS).toMillis() / covered().toMillis();
  }

  /** Events a second, over what is covered. */
  public double eventsASecond() {
    return events() * 1000.0 / covered().toMillis();
  }

  public long peakHour() {
    return hours.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** When the busiest hour began. */
  public Instant peakHourFrom() {
    return from.plus(Duration.ofHours(hours.indexOf(peakHour())));
  }

  /** The busiest hour by the mean; what is usual where less than a day is known. */
  public double peakFactor() {
    if (!isWholeDay() || events() == 0) {
      return ASSUMED_PEAK;
    }
    return Math.min(GREATEST_PEAK, Math.max(1, (double) peakHour() * HOURS / events()));
  }
}
