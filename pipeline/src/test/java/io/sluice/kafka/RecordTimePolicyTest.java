package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.source.RecordBatch;
import io.sluice.source.SourceId;
import io.sluice.source.SourceRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RecordTimePolicyTest {
  private static final Duration DELAY = Duration.standardSeconds(10);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

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

  private static ConsumerRecord<byte[], byte[]> record(long offset, Instant time) {
    return new ConsumerRecord<>(
        "t",
        0,
        offset,
        time.getMillis(),
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        new byte[0],
        new RecordHeaders(),
        Optional.empty());
  }

  /** What the policy says of a batch of records with these times. */
  private Instant read(Instant... times) {
    List<ConsumerRecord<byte[], byte[]>> records =
        Arrays.stream(times).map(time -> record(0, time)).toList();
    byte[] batch = new Batcher().pack(new SourceId("s"), PARTITION, records).get(0).value();
    return policy.getTimestampForRecord(
        context(100, START),
        new KafkaRecord<>("t", 0, 0, -1, KafkaTimestampType.CREATE_TIME, null, null, batch));
  }

  @Test
  void aBatchHasTheLeastTimeAndMovesTheWatermarkByTheGreatest() {
    Instant later = START.plus(Duration.standardHours(1));
    Instant batch = read(later, START, later.minus(1));
    assertEquals(START, batch);
    assertEquals(later.minus(DELAY), policy.getWatermark(context(5, START)));
    long now = Instant.now().getMillis();
    assertEquals(later.getMillis(), timeOf(later.getMillis(), batch, now));
    assertEquals(START.getMillis(), timeOf(START.minus(1).getMillis(), batch, now));
    assertEquals(now, timeOf(now + 1, batch, now));
  }

  private static long timeOf(long recordTime, Instant batch, long now) {
    RecordBatch.Cursor at =
        RecordBatch.of(new SourceRecord("s", 0, 0, recordTime, null, null, List.of())).records();
    assertTrue(at.next());
    return at.time(batch.getMillis(), now);
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
