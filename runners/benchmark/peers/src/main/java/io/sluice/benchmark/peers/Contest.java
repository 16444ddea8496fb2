package io.sluice.benchmark.peers;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What the benchmark tells a contestant, as arguments {@code BOOTSTRAP_SERVERS TOPIC OUTPUT
 * WORK_DIR RECORDS PARALLELISM [S3_ENDPOINT FILES_DIR]}, and what the contestant answers on
 * standard output: {@code first EPOCH_MILLIS} and {@code done EPOCH_MILLIS ROWS}. The S3 server's
 * credentials are system properties, as of the AWS SDK.
 *
 * @param output where the data files go: a directory, or {@code s3://BUCKET/PREFIX}
 * @param work where checkpoints and temporary files go
 * @param records how many rows there must be in the end
 * @param s3Endpoint null where the output is a directory
 * @param files where the output's files are on disk, if only to be counted: the S3 server's own
 */
record Contest(
    String bootstrapServers,
    String topic,
    String output,
    Path work,
    long records,
    int parallelism,
    @Nullable String s3Endpoint,
    Path files) {
  private static final PrintStream PROTOCOL = System.out;
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  /** A contestant's work, which ends with {@link Contest#done}. */
  @FunctionalInterface
  interface Run {
    void run(Contest contest) throws Exception;
  }

  /** Runs a contestant to the end of the process. */
  static void main(String[] args, Run contestant) {
    // No library may write between the lines of the protocol.
    System.setOut(System.err);
    try {
      contestant.run(
          new Contest(
              args[0],
              args[1],
              args[2],
              Path.of(args[3]),
              Long.parseLong(args[4]),
              Integer.parseInt(args[5]),
              args.length > 6 ? args[6] : null,
              Path.of(args.length > 6 ? args[7] : args[2])));
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  /** Says that there is a record; only the first call does. */
  static void first() {
    if (!STARTED.get() && STARTED.compareAndSet(false, true)) {
      PROTOCOL.println("first " + System.currentTimeMillis());
      PROTOCOL.flush();
    }
  }

  /**
   * Says that all rows are readable.
   *
   * @param at since when, in milliseconds
   */
  void done(long at, long rows) {
    if (rows != records) {
      throw new IllegalStateException(rows + " rows where there must be " + records);
    }
    PROTOCOL.println("done " + at + " " + rows);
    PROTOCOL.flush();
  }

  /** The consumer's settings, the same for all. */
  Map<String, Object> consumerSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // The default of 500 is a hand-over per 500 records, where there are threads to hand over to.
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    // The default of 1 MiB is one request per 5 000 of these records.
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 32 << 20);
    return settings;
  }

  KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  List<TopicPartition> partitions() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.partitionsFor(topic).stream()
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .toList();
    }
  }
}
