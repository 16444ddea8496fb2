package io.sluice.lake;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * A store's clock, read from the Date of its last answer and carried on by the clock that nobody
 * sets. It is late by what the answer was under way and by the part of a second that a Date leaves
 * out, never early: the host's own clock has no part in it, and a suspended machine only makes it
 * later.
 */
final class AnswerClock implements ExecutionInterceptor {
  private record Reading(Instant date, long nanos) {}

  private final TimeSource time;
  private volatile @Nullable Reading last;

  AnswerClock() {
    this(TimeSource.SYSTEM);
  }

  AnswerClock(TimeSource time) {
    this.time = time;
  }

  @Override
  public void afterTransmission(Context.AfterTransmission answer, ExecutionAttributes request) {
    answer.httpResponse().firstMatchingHeader("Date").ifPresent(this::read);
  }

  /**
   * @param date as of HTTP; another text says nothing
   */
  void read(String date) {
    try {
      last =
          new Reading(
              Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)),
              time.monotonicNanos());
    } catch (DateTimeException e) {
      // Then the answer before it counts.
      return;
    }
  }

  /** Empty before the first answer. */
  Optional<Instant> now() {
    return Optional.ofNullable(last)
        .map(reading -> reading.date().plusNanos(time.monotonicNanos() - reading.nanos()));
  }
}
