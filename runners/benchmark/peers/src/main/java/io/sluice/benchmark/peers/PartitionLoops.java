package io.sluice.benchmark.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A topic read to its present end, by a thread and a consumer for each share of its partitions. */
final class PartitionLoops {
  private PartitionLoops() {}

  /** What a thread does with its records. */
  interface Handler extends AutoCloseable {
    void handle(byte[] value) throws Exception;
  }

  /** Makes the handler of one thread. */
  @FunctionalInterface
  interface Handlers {
    Handler open(int thread) throws Exception;
  }

  /** Reads all; the handlers are closed when it returns the number of records. */
  static long run(Contest contest, Handlers handlers)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions = contest.partitions();
    List<Callable<Long>> loops = new ArrayList<>();
    for (int i = 0; i < contest.parallelism(); i++) {
      int thread = i;
      List<TopicPartition> share =
          partitions.stream()
              .filter(partition -> partition.partition() % contest.parallelism() == thread)
              .toList();
      loops.add(
          () -> {
            try (KafkaConsumer<byte[], byte[]> consumer = contest.consumer();
                Handler handler = handlers.open(thread)) {
              return loop(consumer, share, handler);
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(contest.parallelism());
    try {
      long records = 0;
      for (Future<Long> loop : threads.invokeAll(loops)) {
        records += loop.get();
      }
      return records;
    } finally {
      threads.shutdown();
    }
  }

  private static long loop(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> share, Handler handler)
      throws Exception {
    consumer.assign(share);
    consumer.seekToBeginning(share);
    Map<TopicPartition, Long> ends = consumer.endOffsets(share);
    long records = 0;
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofSeconds(1));
      if (!polled.isEmpty()) {
        Contest.first();
      }
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        handler.handle(record.value());
      }
      records += polled.count();
    }
    return records;
  }
}
