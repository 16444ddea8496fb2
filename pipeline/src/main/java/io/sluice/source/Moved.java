package io.sluice.source;

import io.sluice.kafka.OldState;
import java.io.Serializable;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

// The names that savepoints of earlier versions have for classes that are in io.sluice.kafka now:
// Java reads what they hold as these, and gets those in their place. Nothing else names them.

record KafkaSettings(String bootstrapServers, @Nullable String propertiesFile)
    implements Serializable {
  private Object readResolve() {
    return OldState.settings(bootstrapServers, propertiesFile);
  }
}

record SourceSpec(
    Object kafka,
    String topic,
    SourceId source,
    boolean generatedId,
    TreeMap<Integer, Long> startOffsets,
    Duration watermarkDelay,
    @Nullable TreeMap<Integer, Long> gone)
    implements Serializable {
  private Object readResolve() {
    return OldState.spec(kafka, topic, source, generatedId, startOffsets, watermarkDelay, gone);
  }
}

final class ReadRecords {
  private ReadRecords() {}

  static final class ConsumerFactory implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Object spec;

    ConsumerFactory(Object spec) {
      this.spec = spec;
    }

    private Object readResolve() {
      return OldState.consumerFactory(spec);
    }
  }
}

final class RecordTimePolicy {
  private RecordTimePolicy() {}

  static final class Factory implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Duration delay;

    /** Null in the state of an older version still. */
    private final @Nullable Object spec;

    Factory(Duration delay, @Nullable Object spec) {
      this.delay = delay;
      this.spec = spec;
    }

    private Object readResolve() {
      return OldState.timePolicy(delay, spec);
    }
  }
}
