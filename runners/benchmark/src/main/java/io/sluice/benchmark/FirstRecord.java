package io.sluice.benchmark;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Says when the first record of this JVM came. */
public final class FirstRecord implements ConsumerInterceptor<byte[], byte[]> {
  private static final AtomicBoolean SAID = new AtomicBoolean();

  /** For Kafka. */
  public FirstRecord() {}

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    if (!records.isEmpty() && SAID.compareAndSet(false, true)) {
      System.out.println("first " + System.currentTimeMillis());
      System.out.flush();
    }
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> configs) {}
}
