package io.sluice.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RecordTimePolicyTest {
  private static final Duration DELAY = Duration.standardSeconds(10);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final RecordTimePolicy policy = new RecordTimePolicy(DELAY, Optional.empty());

  private static PartitionContext context(long backlog, Instant checked) {
    return new PartitionContext() {
      @Override
      public long getMessageBacklog() {
        return backlog;
      }

      @Override
      public Instant getBacklogCheckTime() {
        return checked;
      }
    };
  }

  private Instant read(Instant time) {
    return policy.getTimestampForRecord(
        context(100, START),
        new KafkaRecord<>(
            "t",
            0,
            0,
            time.getMillis(),
            KafkaTimestampType.CREATE_TIME,
            null,
            new byte[0],
            new byte[0]));
  }

  @Test
  void aPartitionThatWasNeverReadFollowsTheClockOnceItIsKnownToBeEmpty() {
    assertEquals(
        BoundedWindow.TIMESTAMP_MIN_VALUE,
        policy.getWatermark(
            context(UnboundedReader.BACKLOG_UNKNOWN, BoundedWindow.TIMESTAMP_MIN_VALUE)));
    assertEquals(START.minus(DELAY), policy.getWatermark(context(0, START)));
  }

  @Test
  void anIdlePartitionFollowsTheClockAndABusyOneItsRecords() {
    read(START);
    assertEquals(
        START.minus(DELAY), policy.getWatermark(context(5, START.plus(Duration.standardDays(9)))));
    Instant later = START.plus(Duration.standardDays(9));
    assertEquals(later.minus(DELAY), policy.getWatermark(context(0, later)));
  }

  @Test
  void noElementIsBehindItsPartitionsWatermark() {
    Instant later = START.plus(Duration.standardDays(1));
    policy.getWatermark(context(0, later));
    assertEquals(later.minus(DELAY), read(START));
  }

  @Test
  void aClockThatIsYearsAheadDoesNotCarryTheWatermarkAway() {
    read(new Instant(Long.MAX_VALUE));
    Instant now = Instant.now();
    assertFalse(policy.getWatermark(context(5, now)).isAfter(now));
  }

  @Test
  void theWatermarkNeverGoesBack() {
    read(START.plus(Duration.standardHours(1)));
    Instant before = policy.getWatermark(context(5, START));
    read(START);
    assertEquals(before, policy.getWatermark(context(0, START)));
  }
}
