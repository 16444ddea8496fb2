package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.source.RecordBatch;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * A topic of Kafka: committed records only. A position's offset is Kafka's.
 *
 * @param topic its name
 * @param sourceId overrides what the broker says of its identity; needed where it gives no topic id
 * @param watched rules for topics; those that fit, and that the job does not read, are said
 * @param leftOut of these, the topics that no start reads by these rules
 */
public record KafkaSource(
    KafkaSettings settings,
    String topic,
    @Nullable String sourceId,
    Set<String> watched,
    Set<String> leftOut)
    implements Source {
  public KafkaSource {
    watched = Set.copyOf(watched);
    leftOut = Set.copyOf(leftOut);
  }

  public KafkaSource(KafkaSettings settings, String topic, @Nullable String sourceId) {
    this(settings, topic, sourceId, Set.of(), Set.of());
  }

  @Override
  public Source watching(Set<String> rules, Set<String> leftOut) {
    return new KafkaSource(settings, topic, sourceId, rules, leftOut);
  }

  @Override
  public String name() {
    return topic;
  }

  @Override
  public String address() {
    return settings.bootstrapServers();
  }

  @Override
  public List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    String file = settings.propertiesFile();
    if (file != null) {
      probes.add(
          new Probe(
              "kafkaConfigFile",
              "name a Java properties file",
              () -> settings.load().size() - 1 + " settings in " + file,
              "--kafkaConfigFile could not be read"));
    }
    probes.add(
        new Probe(
            "brokers",
            "check --bootstrapServers and --kafkaConfigFile",
            this::brokers,
            "no broker was reached"));
    return probes;
  }

  private String brokers() {
    try (Topic asked = new Topic(settings, topic)) {
      return asked.brokers() + " at " + address();
    }
  }

  @Override
  public SourceReader open() {
    return new KafkaLog(settings, topic, sourceId);
  }

  @Override
  public PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others) {
    List<SourceSpec> specs = new ArrayList<>();
    specs.add(spec(from));
    for (Reading other : others) {
      if (!(other.source() instanceof KafkaSource kafka) || !kafka.settings.equals(settings)) {
        throw new UserException(
            "one run reads topics of one cluster: "
                + topic
                + " is at "
                + address()
                + ", "
                + other.source().name()
                + " is at "
                + other.source().address()
                + "; start a run for each");
      }
      specs.add(kafka.spec(other.from()));
    }
    return new ReadRecords(new Topics(specs, watched, leftOut));
  }

  private SourceSpec spec(From from) {
    return new SourceSpec(
        settings,
        topic,
        from.id(),
        sourceId == null,
        from.offsets(),
        from.watermarkDelay(),
        from.gone());
  }
}
