package io.sluice.benchmark.connect;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Remembers when the first batch reached a task, at no cost for a record. The tasks' consumers make
 * it by its name.
 */
public final class FirstBatch implements ConsumerInterceptor<byte[], byte[]> {
  private static final AtomicLong MILLIS = new AtomicLong();

  /** When it came, 0 if it did not yet. */
  static long millis() {
    return MILLIS.get();
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    if (MILLIS.get() == 0 && !records.isEmpty()) {
      MILLIS.compareAndSet(0, System.currentTimeMillis());
    }
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void close() {}
}
