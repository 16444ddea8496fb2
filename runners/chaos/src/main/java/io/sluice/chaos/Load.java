package io.sluice.chaos;

import io.sluice.chaos.Ledger.Known;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Produces events at a steady rate and keeps the {@link Ledger} of what the broker said. */
final class Load implements AutoCloseable {
  /** The header that carries the event's number, through a dead letter too. */
  static final String NUMBER = "n";

  static final int LARGEST_RECORD = 32 << 20;
  private static final int BACKLOG_DATES = 400;
  private static final int SCATTERED_DATES = 40;
  private static final int TRANSACTION = 50;

  /** How long events are written by one schema. */
  private static final Duration RELEASE = Duration.ofSeconds(5);

  /** How a partition is used. */
  enum Partition {
    STEADY,
    /** Never gets a record. */
    IDLE,
    /** Its Kafka timestamps go back and forth by decades. */
    SCATTERED
  }

  private final String bootstrapServers;
  private final String topic;
  private final ChaosEvents events;
  private final SplittableRandom random;
  private final double rate;
  private final boolean repeatKeys;
  private final Ledger ledger;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Partition> partitions;
  private final Thread thread;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private @Nullable KafkaProducer<byte[], byte[]> transactional;
  private volatile boolean stopped;
  private long next;

  /**
   * @param repeatKeys whether some records replace earlier ones where the topic is compacted
   * @param events what is sent
   */
  Load(
      String bootstrapServers,
      String topic,
      List<Partition> partitions,
      double rate,
      boolean repeatKeys,
      ChaosEvents events,
      long seed,
      Path ledger)
      throws IOException {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.partitions = new ArrayList<>(partitions);
    this.events = events;
    this.random = new SplittableRandom(seed + 1);
    this.rate = rate;
    this.repeatKeys = repeatKeys;
    this.ledger = new Ledger(ledger);
    this.producer =
        new KafkaProducer<>(config(), new ByteArraySerializer(), new ByteArraySerializer());
    this.thread = new Thread(this::run, "load");
    thread.setDaemon(true);
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    // Where a new partition refuses the first batch and takes the second, the first is out of
    // sequence for ever.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    // The broker is away for minutes at worst: no record is to be given up.
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 600_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 900_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    return config;
  }

  void start() {
    thread.start();
  }

  long acknowledged() {
    return ledger.acknowledged();
  }

  Path ledger() {
    return ledger.file();
  }

  /** A partition that was added is used from now on. */
  synchronized void partitionAdded() {
    partitions.add(Partition.STEADY);
  }

  synchronized int partitions() {
    return partitions.size();
  }

  /**
   * The next events are written by the next schema.
   *
   * @param between what happens after it was registered and before it is used
   */
  void evolve(Runnable between) throws IOException, InterruptedException {
    events.evolve(between);
  }

  int schemas() {
    return events.schemas();
  }

  void allDead(boolean dead) {
    events.allDead(dead);
  }

  private void run() {
    long start = System.nanoTime();
    long evolved = start;
    long sent = 0;
    try {
      while (!stopped) {
        long due = (long) ((System.nanoTime() - start) / 1e9 * rate) - sent;
        for (long i = 0; i < due && !stopped; i++) {
          int partition = usedPartition();
          long time = timeFor(partition);
          long n = number();
          send(partition, time, n, events.next(n, time));
        }
        sent += Math.max(0, due);
        if (System.nanoTime() - evolved > RELEASE.toNanos()) {
          // Where the registry is not there, it is asked again later.
          boolean unused = events.tryEvolve();
          evolved = System.nanoTime();
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private synchronized int usedPartition() {
    while (true) {
      int partition = random.nextInt(partitions.size());
      if (partitions.get(partition) != Partition.IDLE) {
        return partition;
      }
    }
  }

  private synchronized long timeFor(int partition) {
    long now = System.currentTimeMillis();
    return partitions.get(partition) == Partition.SCATTERED
        ? now - Duration.ofDays(300L * random.nextInt(SCATTERED_DATES)).toMillis()
        : now;
  }

  private synchronized long number() {
    return next++;
  }

  private synchronized byte[] key(long n) {
    String key = repeatKeys && random.nextInt(4) == 0 ? "again" + random.nextInt(100) : "" + n;
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private ProducerRecord<byte[], byte[]> record(
      int partition, long time, long n, ChaosEvents.Event event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, time, key(n), event.value());
    record.headers().add(NUMBER, String.valueOf(n).getBytes(StandardCharsets.UTF_8));
    return record;
  }

  private void send(int partition, long time, long n, ChaosEvents.Event event) {
    var unused =
        producer.send(
            record(partition, time, n, event),
            (metadata, exception) -> {
              if (exception == null) {
                ledger.write(
                    partition,
                    metadata.offset(),
                    n,
                    Known.ACKNOWLEDGED,
                    event.place(),
                    event.kept());
              } else {
                failure.compareAndSet(null, new IllegalStateException("producing", exception));
              }
            });
  }

  /** As fast as it goes: record by record another date, over 400 dates. */
  void backlog(int count) {
    long day = Duration.ofDays(1).toMillis();
    long first = System.currentTimeMillis() - BACKLOG_DATES * day;
    for (int i = 0; i < count; i++) {
      long time = first + (i % BACKLOG_DATES) * day;
      long n = number();
      send(usedPartition(), time, n, events.next(n, time));
    }
    producer.flush();
  }

  /** As fast as it goes, to one partition alone. */
  void burst(int partition, int count) {
    for (int i = 0; i < count; i++) {
      long time = System.currentTimeMillis();
      long n = number();
      send(partition, time, n, events.next(n, time));
    }
    producer.flush();
  }

  /** Records of a size that nothing makes smaller, to one partition. */
  void large(int count, int bytes) {
    int partition = usedPartition();
    for (int i = 0; i < count; i++) {
      send(partition, System.currentTimeMillis(), number(), events.large(bytes));
    }
    producer.flush();
  }

  /**
   * Records whose Kafka timestamps are in another unit than milliseconds, as careless producers
   * have them: such dates are in the year 57879, or all in January 1970.
   *
   * @param count how many of each
   */
  void oddTimes(int count) {
    long now = System.currentTimeMillis();
    for (int i = 0; i < count; i++) {
      for (long time : new long[] {now * 1_000, now * 1_000_000, now / 1_000, 0, Long.MAX_VALUE}) {
        long n = number();
        send(usedPartition(), time, n, events.untimely(n, now));
      }
    }
    producer.flush();
  }

  /**
   * Records whose numbers no machine type holds.
   *
   * @param count how many of each
   */
  void oddValues(int count) {
    for (int i = 0; i < count; i++) {
      for (String number :
          List.of("1e2147483648", "-1e999999999", "1e-2147483649", "9".repeat(999))) {
        send(usedPartition(), System.currentTimeMillis(), number(), events.ofNumber(number));
      }
    }
    producer.flush();
  }

  /**
   * Transactions, of which some are aborted, and the last of which leaves its marker at the end.
   */
  void transactions(int count) {
    for (int i = 0; i < count; i++) {
      transaction(i % 3 == 1);
    }
  }

  private record Sent(
      int partition,
      long n,
      ChaosEvents.Event event,
      java.util.concurrent.Future<RecordMetadata> answer) {}

  private void transaction(boolean abort) {
    List<Sent> sent = new ArrayList<>();
    Known outcome = Known.IN_DOUBT;
    try {
      KafkaProducer<byte[], byte[]> transactional = transactional();
      transactional.beginTransaction();
      for (int i = 0; i < TRANSACTION; i++) {
        int partition = usedPartition();
        long time = timeFor(partition);
        long n = number();
        ChaosEvents.Event event = events.next(n, time);
        sent.add(
            new Sent(partition, n, event, transactional.send(record(partition, time, n, event))));
      }
      transactional.flush();
      if (abort) {
        transactional.abortTransaction();
        outcome = Known.ABORTED;
      } else {
        transactional.commitTransaction();
        outcome = Known.ACKNOWLEDGED;
      }
    } catch (KafkaException e) {
      // Whether it was committed is not known: the next producer of this id settles it.
      closeTransactional();
    }
    for (Sent one : sent) {
      try {
        long offset = one.answer().get(1, TimeUnit.MINUTES).offset();
        write(one, offset, outcome);
      } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
        // It has no offset that we know; if it is there it can only be a position in doubt.
        write(one, -1, Known.IN_DOUBT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void write(Sent sent, long offset, Known known) {
    ledger.write(
        sent.partition(), offset, sent.n(), known, sent.event().place(), sent.event().kept());
  }

  private KafkaProducer<byte[], byte[]> transactional() {
    if (transactional == null) {
      Map<String, Object> config = config();
      config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "chaos-" + topic);
      config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 20_000);
      config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
      config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
      transactional =
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
      transactional.initTransactions();
    }
    return transactional;
  }

  private void closeTransactional() {
    if (transactional != null) {
      transactional.close(Duration.ZERO);
      transactional = null;
    }
  }

  /** Ends the load; every record that was sent has its line in the ledger after it. */
  void stop() throws IOException, InterruptedException {
    stopped = true;
    thread.join();
    producer.flush();
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    ledger.close();
  }

  @Override
  public void close() {
    stopped = true;
    closeTransactional();
    producer.close(Duration.ofSeconds(1));
  }
}
