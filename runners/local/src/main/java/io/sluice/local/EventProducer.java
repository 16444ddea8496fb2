package io.sluice.local;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends {@link UserActions} to a topic, event n to partition n modulo the partitions. */
public final class EventProducer {
  private static final int LARGEST_RECORD = 4 << 20;
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private EventProducer() {}

  /** Creates a topic that keeps its records whatever their timestamps say. */
  public static void createTopic(String bootstrapServers, String topic, int partitions)
      throws InterruptedException, ExecutionException {
    createTopic(
        bootstrapServers,
        topic,
        partitions,
        Map.of("retention.ms", "-1", "max.message.bytes", String.valueOf(LARGEST_RECORD)));
  }

  /**
   * Creates a topic with settings of its own, and waits until each of its partitions takes records:
   * it exists before. An idempotent producer whose first batch came too early for that, and whose
   * second did not, is refused for good, as out of sequence.
   */
  public static void createTopic(
      String bootstrapServers, String topic, int partitions, Map<String, String> settings)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      NewTopic created = new NewTopic(topic, partitions, (short) 1).configs(settings);
      admin.createTopics(List.of(created)).all().get();
      Map<TopicPartition, OffsetSpec> each = new HashMap<>();
      for (int partition = 0; partition < partitions; partition++) {
        each.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
      awaitLeaders(admin, each);
    }
  }

  private static void awaitLeaders(Admin admin, Map<TopicPartition, OffsetSpec> partitions)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + LONGEST_START.toNanos();
    while (true) {
      try {
        admin.listOffsets(partitions).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /**
   * Sends the events {@code from} to {@code to}, not included, and waits until the broker has
   * acknowledged all.
   *
   * @param rate events a second, 0 for as fast as it goes
   * @param sent told up to which event, not included, all were sent
   */
  public static void send(
      String bootstrapServers,
      String topic,
      int partitions,
      UserActions events,
      long from,
      long to,
      double rate,
      LongConsumer sent)
      throws InterruptedException {
    send(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        topic,
        partitions,
        events::event,
        from,
        to,
        rate,
        sent);
  }

  /**
   * The same for a broker that asks who it is, or with events that are made otherwise.
   *
   * @param client the broker, and what it asks of a client
   * @param events the n-th event, asked for when it is sent
   */
  public static void send(
      Map<String, Object> client,
      String topic,
      int partitions,
      LongFunction<UserActions.Event> events,
      long from,
      long to,
      double rate,
      LongConsumer sent)
      throws InterruptedException {
    Map<String, Object> config = new HashMap<>(client);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD);
    // Kafka counts by the wall clock: two minutes, its default, pass at once where that is set.
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    long start = System.nanoTime();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      for (long n = from; n < to; n++) {
        UserActions.Event event = events.apply(n);
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(
                topic,
                (int) (n % partitions),
                event.recordTime().toEpochMilli(),
                event.key(),
                event.value());
        var unused =
            producer.send(
                record,
                (metadata, exception) -> {
                  if (exception != null) {
                    failure.compareAndSet(null, exception);
                  }
                });
        sent.accept(n + 1);
        if (rate > 0) {
          long due = start + (long) ((n - from + 1) / rate * 1e9);
          long left = due - System.nanoTime();
          if (left > 1_000_000) {
            TimeUnit.NANOSECONDS.sleep(left);
          }
        }
      }
      producer.flush();
    }
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("sending events", failed);
    }
  }
}
