package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.LetterHeaders;
import io.sluice.lake.Positions;
import io.sluice.replay.ReplayTarget;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the repaired records to a Kafka topic in transactions, with the headers of {@link
 * LetterHeaders}: for whoever reads committed records, each position is there once.
 *
 * <p>Why: one transactional id for these dead letters and this topic makes the broker end what an
 * earlier replay has begun, and refuse it from then on. After that, the positions of all committed
 * records of the topic are read, and left out. So a replay reads the whole topic first, and a topic
 * whose records are deleted after a time forgets what was sent.
 */
public final class TopicTarget implements ReplayTarget {
  private static final int MOST_RECORDS = 1_000;
  private static final long MOST_BYTES = 8 << 20;
  private static final int LARGEST_REQUEST = 32 << 20;
  private static final Duration POLL = Duration.ofMillis(200);

  /** Longer than a broker's default limit of a transaction nobody ends. */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

  private final String topic;
  private final KafkaSettings kafka;
  private final @Nullable KafkaProducer<byte[], byte[]> producer;
  private final Positions there = new Positions();
  private Positions committed = new Positions();
  private Positions sending = new Positions();
  private long sendingRecords;
  private long sendingBytes;
  private volatile @Nullable UserException refused;

  /**
   * Ends what an earlier replay left open, and reads what is there.
   *
   * @param deadLetters where they are: names the replays of which one at a time may send
   * @param readOnly only reads what is there; nothing may be added
   * @throws UserException where the topic is not there or may not be read or written
   */
  public TopicTarget(KafkaSettings kafka, String topic, String deadLetters, boolean readOnly) {
    this.kafka = kafka;
    this.topic = topic;
    List<Integer> partitions;
    try (Topic asked = new Topic(kafka, topic, "with --toTopic")) {
      partitions = asked.partitions();
    }
    List<TopicPartition> all =
        partitions.stream().map(number -> new TopicPartition(topic, number)).toList();
    producer = readOnly ? null : producer(transactionalId(deadLetters, topic));
    try {
      if (producer != null) {
        producer.initTransactions();
      }
      // Behind what any producer has written, where we are to send; else as far as can be read.
      Map<TopicPartition, Long> ends;
      try (KafkaConsumer<byte[], byte[]> consumer =
          consumer(readOnly ? "read_committed" : "read_uncommitted")) {
        ends = consumer.endOffsets(all);
      }
      try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
        readPositions(consumer, all, ends);
      }
    } catch (KafkaException e) {
      close();
      throw failed(e);
    } catch (UserException e) {
      close();
      throw e;
    }
  }

  private static String transactionalId(String deadLetters, String topic) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((deadLetters + "\n" + topic).getBytes(StandardCharsets.UTF_8));
      return "sluice-replay-" + HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    Map<String, Object> config = kafka.producer();
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Map<String, Object> config = kafka.consumer("earliest");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void readPositions(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> all,
      Map<TopicPartition, Long> ends) {
    consumer.assign(all);
    consumer.seekToBeginning(all);
    long silentSince = System.nanoTime();
    long before = -1;
    while (all.stream()
        .anyMatch(at -> consumer.position(at) < Objects.requireNonNull(ends.get(at)))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        SourceRecord position = LetterHeaders.position(KafkaRecords.headers(record.headers()));
        if (position != null) {
          there.add(position.source(), position.partition(), position.offset());
        }
      }
      long now = all.stream().mapToLong(consumer::position).sum();
      if (now != before) {
        before = now;
        silentSince = System.nanoTime();
      } else if (System.nanoTime() - silentSince > LONGEST_SILENCE.toNanos()) {
        throw new UserException(
            "topic "
                + topic
                + " has records that cannot be read yet: another producer's transaction is open; run it again when that has ended");
      }
    }
  }

  @Override
  public String name() {
    return "topic " + topic;
  }

  @Override
  public boolean has(SourceRecord record) {
    return there.contains(record.source(), record.partition(), record.offset());
  }

  @Override
  public void add(DeadLetter letter, SourceRecord repaired, List<Row> rows) {
    KafkaProducer<byte[], byte[]> to = Objects.requireNonNull(producer);
    try {
      if (sendingRecords == 0) {
        to.beginTransaction();
      }
      // The time of sending, for retention counts from it; the record's own is in a header.
      var unused =
          to.send(
              new ProducerRecord<>(
                  topic,
                  null,
                  null,
                  repaired.key(),
                  repaired.value(),
                  KafkaRecords.headers(LetterHeaders.ofRepaired(letter))),
              (metadata, exception) -> acknowledged(repaired, exception));
    } catch (KafkaException e) {
      throw failed(e);
    }
    sending.add(repaired.source(), repaired.partition(), repaired.offset());
    sendingRecords++;
    byte[] value = repaired.value();
    sendingBytes += value == null ? 0 : value.length;
    if (sendingRecords >= MOST_RECORDS || sendingBytes >= MOST_BYTES) {
      commit();
    }
  }

  private void acknowledged(SourceRecord repaired, @Nullable Exception exception) {
    if (exception instanceof RecordTooLargeException) {
      refused =
          new UserException(
              "topic "
                  + topic
                  + " does not take the record of "
                  + repaired
                  + ", which is too large: raise its max.message.bytes, or leave out its reason with --reason",
              exception);
    }
  }

  private void commit() {
    try {
      Objects.requireNonNull(producer).commitTransaction();
    } catch (KafkaException e) {
      throw failed(e);
    }
    committed.addAll(sending);
    there.addAll(sending);
    sending = new Positions();
    sendingRecords = 0;
    sendingBytes = 0;
  }

  /** A topic has no place for a record that nobody wants. */
  @Override
  public void skip(DeadLetter letter, long eventTimeMicros) {}

  @Override
  public Positions flush() {
    if (sendingRecords > 0) {
      commit();
    }
    Positions now = committed;
    committed = new Positions();
    return now;
  }

  private UserException failed(KafkaException e) {
    UserException known = refused;
    if (known != null) {
      return known;
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new UserException(
            "another replay to topic " + topic + " has begun meanwhile and goes on instead", e);
      }
    }
    return new UserException(
        "sending to topic "
            + topic
            + ": "
            + String.valueOf(e.getMessage()).replace('\n', ' ')
            + "; nothing is lost or duplicated, run it again",
        e);
  }

  @Override
  public void close() {
    if (producer != null) {
      // What is not committed is to stay so: the next replay's first act is to end it.
      producer.close(Duration.ZERO);
    }
  }
}
