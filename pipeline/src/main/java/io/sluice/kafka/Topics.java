package io.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.UserException;
import io.sluice.source.SourceId;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The topics that one reader reads, one at least, all of one cluster. */
final class Topics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LinkedHashMap<String, SourceSpec> byName = new LinkedHashMap<>();

  /** Null in the state of an older version. */
  private final @Nullable TreeSet<String> rules;

  /** Null in the state of an older version. */
  private final @Nullable TreeSet<String> leftOut;

  Topics(List<SourceSpec> specs) {
    this(specs, Set.of(), Set.of());
  }

  /**
   * @param rules of those that fit, and are not here, the job says that it does not read them
   * @param leftOut of those, what no other start reads by these rules
   */
  Topics(List<SourceSpec> specs, Set<String> rules, Set<String> leftOut) {
    specs.forEach(spec -> byName.put(spec.topic(), spec));
    this.rules = new TreeSet<>(rules);
    this.leftOut = new TreeSet<>(leftOut);
  }

  Set<String> rules() {
    return rules == null ? Set.of() : rules;
  }

  Set<String> leftOut() {
    return leftOut == null ? Set.of() : leftOut;
  }

  List<SourceSpec> specs() {
    return List.copyOf(byName.values());
  }

  /** Any one, for what is the same for all. */
  SourceSpec any() {
    return byName.values().iterator().next();
  }

  SourceSpec of(String topic) {
    SourceSpec spec = byName.get(topic);
    if (spec == null) {
      throw new IllegalStateException("topic " + topic + " is not read here");
    }
    return spec;
  }

  Optional<SourceSpec> find(SourceId source) {
    return byName.values().stream().filter(spec -> spec.source().equals(source)).findFirst();
  }

  /**
   * Which source a batch of a topic is of. The name alone does not say it: a reader that Flink has
   * kept in its state reads on what it read, in the cluster where it read it, and a topic of that
   * name may be another one in this run.
   *
   * @param reader the source that the reader reads, in UTF-8
   * @throws UserException where these do not have it
   */
  SourceId read(String topic, byte[] reader) {
    SourceSpec spec = byName.get(topic);
    if (spec == null || !Arrays.equals(spec.source().text().getBytes(UTF_8), reader)) {
      throw RunSettings.otherState(
          new String(reader, UTF_8),
          byName.values().stream()
              .map(one -> one.source().text())
              .collect(Collectors.joining(", ")));
    }
    return spec.source();
  }

  SourceSpec of(TopicPartition partition) {
    return of(partition.topic());
  }

  NavigableSet<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  /** What the job is to read from, in the order of the contracts. */
  List<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Map.Entry<String, SourceSpec> one : byName.entrySet()) {
      for (int partition : one.getValue().startOffsets().keySet()) {
        partitions.add(new TopicPartition(one.getKey(), partition));
      }
    }
    return partitions;
  }
}
