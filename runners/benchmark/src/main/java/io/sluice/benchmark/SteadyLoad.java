package io.sluice.benchmark;

import io.sluice.local.UserActions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends events at a steady rate, each at its time: the Kafka timestamp and the event time are the
 * moment of sending, so that what waits here is not hidden from the latency.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int SLICE_MILLIS = 10;

  /**
   * What was sent.
   *
   * @param acknowledged records that the broker has, by partition: their offsets begin at 0 and
   *     have no gaps
   * @param beginMillis the clock when the first was sent
   * @param seconds from then to the last acknowledgement
   * @param behindSeconds by how much the load was behind its rate, at most
   */
  record Sent(long[] acknowledged, long beginMillis, double seconds, double behindSeconds) {
    long records() {
      return java.util.Arrays.stream(acknowledged).sum();
    }

    double rate() {
      return records() / seconds;
    }
  }

  private final String topic;
  private final int partitions;
  private final double rate;
  private final long records;
  // Dates are of no use here: each event's time is given.
  private final UserActions actions = new UserActions(1, LocalDate.now(ZoneOffset.UTC), 1, 0);
  private final KafkaProducer<String, byte[]> producer;
  private final AtomicLongArray acknowledged;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Sent sent;

  /**
   * @param records how many are sent in all
   */
  SteadyLoad(String bootstrapServers, String topic, int partitions, double rate, long records) {
    this.topic = topic;
    this.partitions = partitions;
    this.rate = rate;
    this.records = records;
    this.acknowledged = new AtomicLongArray(partitions);
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    this.thread = new Thread(this::run, "load");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      send();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send() throws InterruptedException {
    long begin = System.nanoTime();
    long beginMillis = System.currentTimeMillis();
    double behind = 0;
    long next = 0;
    while (next < records && !closed) {
      long due = Math.min(records, (long) ((System.nanoTime() - begin) / 1e9 * rate));
      behind = Math.max(behind, (due - next) / rate);
      for (; next < due; next++) {
        send(next);
      }
      TimeUnit.MILLISECONDS.sleep(SLICE_MILLIS);
    }
    producer.flush();
    sent =
        new Sent(acknowledgedByPartition(), beginMillis, (System.nanoTime() - begin) / 1e9, behind);
  }

  private void send(long n) {
    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    UserActions.Event event = actions.event(n, now);
    int partition = (int) (n % partitions);
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, partition, event.recordTime().toEpochMilli(), event.key(), event.value()),
            (metadata, exception) -> {
              if (exception == null) {
                acknowledged.incrementAndGet(partition);
              } else {
                failure.compareAndSet(null, exception);
              }
            });
  }

  private long[] acknowledgedByPartition() {
    long[] counts = new long[partitions];
    for (int i = 0; i < partitions; i++) {
      counts[i] = acknowledged.get(i);
    }
    return counts;
  }

  /** Records that the broker has so far. */
  long acknowledged() {
    return java.util.Arrays.stream(acknowledgedByPartition()).sum();
  }

  /**
   * Waits for a moment for the end.
   *
   * @return whether all was sent
   * @throws IllegalStateException where something could not be sent
   */
  boolean await(Duration atMost) throws InterruptedException {
    thread.join(Math.max(1, atMost.toMillis()));
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("sending events", failed);
    }
    return !thread.isAlive();
  }

  /** What was sent, after the end. */
  Sent sent() {
    return java.util.Objects.requireNonNull(sent, "before the end");
  }

  @Override
  public void close() {
    closed = true;
    producer.close(Duration.ofSeconds(1));
  }
}
