package io.sluice.monitoring;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Somebody who sends events of now, evenly to all partitions, until told to stop. One in a hundred
 * is broken, one in ten has a field that the contract does not name.
 */
final class Traffic implements AutoCloseable {
  private static final int BROKEN = 100;
  private static final int NEW_FIELD = 10;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final int partitions;
  private final Thread thread = new Thread(this::send, "traffic");
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean stopped;

  Traffic(String bootstrapServers, String topic, int partitions) {
    this.producer = producer(bootstrapServers, Map.of("linger.ms", "5"));
    this.topic = topic;
    this.partitions = partitions;
    thread.setDaemon(true);
    thread.start();
  }

  static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static byte[] event(long n) {
    String text =
        n % BROKEN == 0
            ? "{"
            : "{\"timestamp\":\""
                + Instant.now()
                + "\",\"event_name\":\"view\",\"user_identifiers\":{\"platform\":\"web\",\"id\":\"user_"
                + n
                + "\"},\"product_information\":{\"name\":\"Wireless Mouse\",\"SKU\":\"SKU-1001\"}"
                + (n % NEW_FIELD == 1 ? ",\"colour\":\"blue\"}" : "}");
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void send() {
    try {
      while (!stopped) {
        long n = sent.getAndIncrement();
        producer.send(new ProducerRecord<>(topic, (int) (n % partitions), null, event(n)));
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    // It may be called twice, and the producer minds not.
    stopped = true;
    thread.join();
    producer.close();
  }
}
