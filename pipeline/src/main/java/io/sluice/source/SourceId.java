package io.sluice.source;

import java.io.Serializable;

/**
 * Which topic a position belongs to. The name alone would not do: a topic that is deleted and
 * created again starts at offset 0, and its records must not be taken for replays of the old ones.
 *
 * @param text cluster id, topic and topic id with a slash between, or what {@code --sourceId} says
 */
public record SourceId(String text) implements Serializable {
  public static SourceId of(String clusterId, String topic, String topicId) {
    return new SourceId(clusterId + "/" + topic + "/" + topicId);
  }

  @Override
  public String toString() {
    return text;
  }
}
