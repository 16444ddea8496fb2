package io.sluice.source;

import java.io.Serializable;

/**
 * What a position means: which source an offset of a partition belongs to. A name alone would not
 * do: a topic that is deleted and created again starts at offset 0, and its records must not be
 * taken for replays of the old ones.
 *
 * @param text of Kafka, cluster id, topic and topic id with a slash between, or what {@code
 *     --sourceId} says
 */
public record SourceId(String text) implements Serializable {
  @Override
  public String toString() {
    return text;
  }
}
