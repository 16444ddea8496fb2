package io.sluice.kafka;

import io.sluice.source.SourceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the flags of this run say of each source. Flink keeps a reader, and what it was made of, in
 * its state: one that comes from a savepoint asks here for the settings of today. Where nobody has
 * said any, those of the state hold.
 */
final class RunSettings {
  private static final Map<SourceId, SourceSpec> NOW = new ConcurrentHashMap<>();

  private RunSettings() {}

  static void are(SourceSpec spec) {
    NOW.put(spec.source(), spec);
  }

  /** The same reading, with the servers, the settings and the delay of this run. */
  static SourceSpec of(SourceSpec state) {
    SourceSpec now = NOW.getOrDefault(state.source(), state);
    return new SourceSpec(
        now.kafka(),
        state.topic(),
        state.source(),
        state.generatedId(),
        state.startOffsets(),
        now.watermarkDelay(),
        now.gone());
  }
}
