package io.sluice.source;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka says of a topic. Each question has a time-out; a broker that does not answer is a
 * {@link UserException}.
 */
public final class Topic implements AutoCloseable {
  private static final int TIMEOUT_MS = 15_000;

  private final Admin admin;
  private final String name;
  private final String bootstrapServers;

  private final String remedy;

  public Topic(KafkaSettings settings, String name) {
    this(settings, name, "in the contract or with --topic");
  }

  /**
   * @param remedy where to name another, should it not exist
   */
  public Topic(KafkaSettings settings, String name, String remedy) {
    this.remedy = remedy;
    Map<String, Object> config = new HashMap<>(settings.load());
    config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 3);
    this.name = name;
    this.bootstrapServers = settings.bootstrapServers();
    try {
      this.admin = Admin.create(config);
    } catch (KafkaException e) {
      String message =
          "Kafka at "
              + bootstrapServers
              + ": "
              + rootMessage(e)
              + "; check --bootstrapServers and --kafkaConfigFile";
      // A name server may be away for a moment, as brokers may.
      throw rootMessage(e).contains("No resolvable bootstrap urls")
          ? new UnavailableException(message, e)
          : new UserException(message, e);
    }
  }

  /**
   * @param sourceId overrides what the broker says; needed where it gives no topic id
   */
  public SourceId id(@Nullable String sourceId) {
    if (sourceId != null) {
      return new SourceId(sourceId);
    }
    Uuid topicId = describe().topicId();
    if (topicId == null || topicId.equals(Uuid.ZERO_UUID)) {
      throw new UserException(
          "the broker gives topic "
              + name
              + " no id, so a re-created topic could not be told from it: name it with --sourceId");
    }
    return SourceId.of(answer(admin.describeCluster().clusterId()), name, topicId.toString());
  }

  /** How many brokers the cluster has. */
  public int brokers() {
    return answer(admin.describeCluster().nodes()).size();
  }

  /** The partitions' numbers, ascending. */
  public List<Integer> partitions() {
    return describe().partitions().stream()
        .map(partition -> partition.partition())
        .sorted()
        .toList();
  }

  private TopicDescription describe() {
    return answer(admin.describeTopics(List.of(name)).topicNameValues().get(name));
  }

  /** The first offset that Kafka still has, of each partition. */
  public Map<Integer, Long> beginnings() {
    return offsets(OffsetSpec.earliest());
  }

  /**
   * The offset behind the last one that a reader of committed records may see, of each partition.
   */
  public Map<Integer, Long> ends() {
    return offsets(OffsetSpec.latest());
  }

  /** The first offset at or after a time, or the end, of each partition. */
  public Map<Integer, Long> at(long epochMillis) {
    Map<Integer, Long> offsets = offsets(OffsetSpec.forTimestamp(epochMillis));
    Map<Integer, Long> ends = ends();
    offsets.replaceAll(
        (partition, offset) -> offset < 0 ? ends.getOrDefault(partition, 0L) : offset);
    return offsets;
  }

  private Map<Integer, Long> offsets(OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions().stream()
            .collect(Collectors.toMap(p -> new TopicPartition(name, p), p -> spec));
    Map<TopicPartition, ListOffsetsResultInfo> answers =
        answer(
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all());
    Map<Integer, Long> offsets = new TreeMap<>();
    answers.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  private <T> T answer(@Nullable KafkaFuture<T> future) {
    try {
      return java.util.Objects.requireNonNull(future)
          .get(TIMEOUT_MS + 5_000L, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new UserException(
            "topic "
                + name
                + " does not exist at "
                + bootstrapServers
                + ": create it, or name another "
                + remedy,
            e);
      }
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(e);
      }
      throw new UserException("Kafka at " + bootstrapServers + ": " + rootMessage(e), e);
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Kafka", e);
    }
  }

  private UnavailableException unreachable(Exception e) {
    return new UnavailableException(
        "no Kafka broker answers at "
            + bootstrapServers
            + ": check --bootstrapServers and the network",
        e);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).replace('\n', ' ');
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(5));
  }
}
