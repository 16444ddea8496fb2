package io.sluice.kafka;

import io.sluice.source.SourceId;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the state of earlier versions is read as: there, these classes were in {@code
 * io.sluice.source}, and Flink keeps a reader, with what it was made of, under the names of its
 * classes.
 */
public final class OldState {
  private OldState() {}

  public static Object settings(String bootstrapServers, @Nullable String propertiesFile) {
    return new KafkaSettings(bootstrapServers, propertiesFile);
  }

  public static Object spec(
      Object kafka,
      String topic,
      SourceId source,
      boolean generatedId,
      TreeMap<Integer, Long> startOffsets,
      Duration watermarkDelay,
      @Nullable TreeMap<Integer, Long> gone) {
    return new SourceSpec(
        (KafkaSettings) kafka, topic, source, generatedId, startOffsets, watermarkDelay, gone);
  }

  public static Object consumerFactory(Object spec) {
    return new ReadRecords.ConsumerFactory(new Topics(List.of((SourceSpec) spec)));
  }

  public static Object timePolicy(Duration delay, @Nullable Object spec) {
    return new RecordTimePolicy.Factory(delay, (SourceSpec) spec);
  }
}
