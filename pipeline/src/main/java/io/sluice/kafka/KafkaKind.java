package io.sluice.kafka;

import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.contract.Plugged;
import io.sluice.source.Source;
import io.sluice.source.SourceKind;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** A topic: the contract's {@code topic}, or another of the same records with {@code --topic}. */
public final class KafkaKind implements SourceKind {
  private static final String TOPIC = "topic";

  /** The broker's and topic's message.max.bytes where nobody set it (Kafka's documentation). */
  private static final int MAX_BYTES = 1_048_588;

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.required(
                TOPIC, KeySpec.Type.TEXT, "The Kafka topic; --topic names another.", "user-actions")
            .matching(new KeySpec.Form("[A-Za-z0-9._-]{1,249}", "a Kafka topic's name")));
  }

  @Override
  public String topic(Plugged source, String sourceId) {
    return Topic.ofId(sourceId).orElseGet(() -> source.keys().text(TOPIC));
  }

  @Override
  public Optional<Limit> limit() {
    return Optional.of(
        new Limit(
            MAX_BYTES,
            "what Kafka takes where nobody sets it",
            "max_bytes: 1048576, or raise max.message.bytes of the topic too"));
  }

  @Override
  public Source of(KeyValues keys, PipelineOptions options) {
    KafkaOptions flags = options.as(KafkaOptions.class);
    String topic = flags.getTopic() == null ? keys.text(TOPIC) : flags.getTopic();
    return new KafkaSource(KafkaSettings.of(flags), topic, flags.getSourceId());
  }
}
