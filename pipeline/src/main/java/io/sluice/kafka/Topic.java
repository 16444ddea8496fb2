package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.source.SourceId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka says of a topic. Each question has a time-out; a broker that does not answer is a
 * {@link UserException}.
 */
final class Topic implements AutoCloseable {
  /** How long a topic that may be empty is read from, where the broker does not say who may. */
  private static final Duration READ_TRY = Duration.ofSeconds(3);

  private final KafkaSettings settings;
  private final Admins.Shared shared;
  private final Admin admin;
  private final String name;
  private final String remedy;

  Topic(KafkaSettings settings, String name) {
    this(
        settings,
        name,
        "in the contract or with --topic; where a pattern is to leave it out, let it begin with /(?!"
            + name.replace(".", "\\.")
            + "$)");
  }

  /**
   * @param remedy where to name another, should it not exist
   */
  Topic(KafkaSettings settings, String name, String remedy) {
    this.settings = settings;
    this.name = name;
    this.remedy = remedy;
    this.shared = Admins.open(settings);
    this.admin = shared.admin();
  }

  /**
   * @param sourceId overrides what the broker says; needed where it gives no topic id
   */
  SourceId id(@Nullable String sourceId) {
    if (sourceId != null) {
      return new SourceId(sourceId);
    }
    return id(describe());
  }

  private SourceId id(TopicDescription described) {
    Uuid topicId = described.topicId();
    if (topicId == null || topicId.equals(Uuid.ZERO_UUID)) {
      throw new UserException(
          "the broker gives topic "
              + name
              + " no id, so a re-created topic could not be told from it: name it with --sourceId");
    }
    return new SourceId(answer(admin.describeCluster().clusterId()) + "/" + name + "/" + topicId);
  }

  /** As Kafka's Uuid writes it. */
  private static final Pattern TOPIC_ID = Pattern.compile("[A-Za-z0-9_-]{22}");

  /** The topic that an identity names; empty where it is one of {@code --sourceId}. */
  static Optional<String> ofId(String sourceId) {
    String[] parts = sourceId.split("/", -1);
    return parts.length == 3 && TOPIC_ID.matcher(parts[2]).matches()
        ? Optional.of(parts[1])
        : Optional.empty();
  }

  String name() {
    return name;
  }

  /** The topics that these settings may see, without Kafka's own. */
  static NavigableSet<String> names(KafkaSettings settings) {
    try (Admins.Shared shared = Admins.open(settings)) {
      return new TreeSet<>(
          Admins.answer(
              settings, shared, "the list of topics", shared.admin().listTopics().names()));
    }
  }

  /** How many brokers the cluster has. */
  int brokers() {
    return answer(admin.describeCluster().nodes()).size();
  }

  /** The partitions' numbers, ascending. */
  List<Integer> partitions() {
    return describe().partitions().stream()
        .map(partition -> partition.partition())
        .sorted()
        .toList();
  }

  /**
   * What a topic is at one moment.
   *
   * @param id made of the broker's topic id; null where it gives none
   */
  record State(@Nullable SourceId id, int partitions) {}

  State state() {
    TopicDescription described = describe();
    boolean hasId = described.topicId() != null && !described.topicId().equals(Uuid.ZERO_UUID);
    return new State(hasId ? id(described) : null, described.partitions().size());
  }

  private TopicDescription describe() {
    return answer(admin.describeTopics(List.of(name)).topicNameValues().get(name));
  }

  /**
   * Whether the principal of these settings may do something with the topic.
   *
   * @return nothing where the broker does not say
   */
  private Optional<Boolean> allows(AclOperation operation) {
    Set<AclOperation> allowed =
        answer(
                admin
                    .describeTopics(
                        List.of(name),
                        new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues()
                    .get(name))
            .authorizedOperations();
    return allowed == null || allowed.isEmpty()
        ? Optional.empty()
        : Optional.of(allowed.contains(operation));
  }

  /**
   * Makes sure that the topic may be read, by reading from it where the broker does not say.
   *
   * @throws UserException where it may not
   */
  void requireRead() {
    if (allows(AclOperation.READ).orElse(false)) {
      return;
    }
    // Some brokers answer with what an operation implies only, so a no is tried.
    Map<String, Object> config = settings.consumer("earliest");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          partitions().stream().map(partition -> new TopicPartition(name, partition)).toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long deadline = System.nanoTime() + READ_TRY.toNanos();
      while (consumer.poll(Duration.ofMillis(200)).isEmpty() && System.nanoTime() < deadline) {
        // An empty topic that may be read gives nothing, either.
      }
    } catch (KafkaException e) {
      throw KafkaFaults.of(settings, "reading topic " + name, e);
    }
  }

  /**
   * Makes sure that the topic may be written, as far as the broker says.
   *
   * @return whether the broker says so; if not, it is found out by writing only
   * @throws UserException where it may not
   */
  boolean requireWrite() {
    Optional<Boolean> allowed = allows(AclOperation.WRITE);
    if (!allowed.orElse(true)) {
      throw new UserException(
          "topic "
              + name
              + " may not be written: allow WRITE on it to the principal of --kafkaConfigFile, or"
              + " name another "
              + remedy);
    }
    return allowed.isPresent();
  }

  /** The first offset that Kafka still has, of each partition. */
  Map<Integer, Long> beginnings() {
    return offsets(OffsetSpec.earliest());
  }

  /**
   * The offset behind the last one that a reader of committed records may see, of each partition.
   */
  Map<Integer, Long> ends() {
    return offsets(OffsetSpec.latest());
  }

  /** The offset behind the last record, committed or not, of each partition. */
  Map<Integer, Long> logEnds() {
    return offsets(OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** The first offset at or after a time, or the end, of each partition. */
  Map<Integer, Long> at(long epochMillis) {
    Map<Integer, Long> offsets = offsets(OffsetSpec.forTimestamp(epochMillis));
    Map<Integer, Long> ends = ends();
    offsets.replaceAll(
        (partition, offset) -> offset < 0 ? ends.getOrDefault(partition, 0L) : offset);
    return offsets;
  }

  /** The topic's {@code cleanup.policy}; empty where the broker does not let us see it. */
  Optional<String> cleanupPolicy() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try {
      return Optional.of(answer(admin.describeConfigs(List.of(resource)).all()))
          .map(configs -> configs.get(resource))
          .map(config -> config.get(TopicConfig.CLEANUP_POLICY_CONFIG))
          .map(ConfigEntry::value);
    } catch (UserException e) {
      if (e.getCause() instanceof ExecutionException
          && e.getCause().getCause() instanceof AuthorizationException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Map<Integer, Long> offsets(OffsetSpec spec) {
    return offsets(spec, IsolationLevel.READ_COMMITTED);
  }

  private Map<Integer, Long> offsets(OffsetSpec spec, IsolationLevel level) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions().stream()
            .collect(Collectors.toMap(p -> new TopicPartition(name, p), p -> spec));
    Map<TopicPartition, ListOffsetsResultInfo> answers =
        answer(admin.listOffsets(asked, new ListOffsetsOptions(level)).all());
    Map<Integer, Long> offsets = new TreeMap<>();
    answers.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  private <T> T answer(@Nullable KafkaFuture<T> future) {
    try {
      return Admins.answer(settings, shared, "topic " + name, Objects.requireNonNull(future));
    } catch (UserException e) {
      Throwable cause = e.getCause();
      if (cause != null && KafkaFaults.isUnknownTopic(cause)) {
        throw new UnknownTopicException(
            "topic "
                + name
                + " does not exist at "
                + settings.bootstrapServers()
                + ": create it, or name another "
                + remedy,
            cause);
      }
      throw e;
    }
  }

  /** The topic is not there. */
  static final class UnknownTopicException extends UserException {
    private static final long serialVersionUID = 1L;

    UnknownTopicException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Override
  public void close() {
    shared.close();
  }
}
