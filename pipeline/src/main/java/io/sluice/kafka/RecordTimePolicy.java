package io.sluice.kafka;

import io.sluice.source.RecordBatch;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time of a record T, and a partition's watermark. T is the record's Kafka timestamp, clamped
 * so that it is never behind the partition's watermark (else it could be late on arrival) nor ahead
 * of the clock (else one wrong producer would carry the watermark years away). The watermark is the
 * greatest T less a delay; a partition that has nothing more to read follows the clock, whether it
 * was ever read or not. A batch has the least T of its records; each of them gets its own from
 * {@link RecordBatch.Cursor#time}.
 */
final class RecordTimePolicy extends TimestampPolicy<byte[], byte[]> {
  private final Duration delay;
  private Instant watermark;
  private Instant greatest = BoundedWindow.TIMESTAMP_MIN_VALUE;

  RecordTimePolicy(Duration delay, Optional<Instant> previousWatermark) {
    this.delay = delay;
    this.watermark = previousWatermark.orElse(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext context, KafkaRecord<byte[], byte[]> record) {
    RecordBatch batch =
        new RecordBatch(record.getTopic(), record.getPartition(), record.getKV().getValue());
    if (batch.isEmpty()) {
      return watermark;
    }
    Instant last = clamped(batch.greatestTime());
    if (last.isAfter(greatest)) {
      greatest = last;
    }
    return clamped(batch.leastTime());
  }

  Duration delay() {
    return delay;
  }

  private Instant clamped(long recordTime) {
    long time = Math.min(recordTime, System.currentTimeMillis());
    return time < watermark.getMillis() ? watermark : Instant.ofEpochMilli(time);
  }

  @Override
  public Instant getWatermark(PartitionContext context) {
    // Nothing was left to read when the backlog was last looked at: what comes later has a later
    // time, or is clamped.
    if (context.getMessageBacklog() == 0) {
      advance(context.getBacklogCheckTime().minus(delay));
    }
    if (greatest.isAfter(BoundedWindow.TIMESTAMP_MIN_VALUE)) {
      advance(greatest.minus(delay));
    }
    return watermark;
  }

  private void advance(Instant to) {
    if (to.isAfter(watermark)) {
      watermark = to;
    }
  }

  static final class Factory implements TimestampPolicyFactory<byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final java.time.Duration delay;

    /** Null in the state of an older version. */
    private final @Nullable SourceSpec spec;

    Factory(java.time.Duration delay, @Nullable SourceSpec spec) {
      this.delay = delay;
      this.spec = spec;
    }

    @Override
    public TimestampPolicy<byte[], byte[]> createTimestampPolicy(
        TopicPartition partition, Optional<Instant> previousWatermark) {
      java.time.Duration now = spec == null ? delay : RunSettings.of(spec).watermarkDelay();
      return new RecordTimePolicy(Duration.millis(now.toMillis()), previousWatermark);
    }
  }
}
