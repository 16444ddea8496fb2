package io.sluice.kafka;

import io.sluice.contract.Contract;
import io.sluice.source.Source;
import io.sluice.source.SourceKind;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** A topic: the contract's {@code topic}, or another of the same records with {@code --topic}. */
public final class KafkaKind implements SourceKind {
  @Override
  public Optional<Source> of(Contract contract, PipelineOptions options) {
    KafkaOptions flags = options.as(KafkaOptions.class);
    String topic = flags.getTopic() == null ? contract.topic() : flags.getTopic();
    return Optional.of(new KafkaSource(KafkaSettings.of(flags), topic, flags.getSourceId()));
  }
}
