package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.contract.Family;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.contract.Plugged;
import io.sluice.source.Source;
import io.sluice.source.SourceKind;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
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
                TOPIC,
                KeySpec.Type.TEXT,
                "The Kafka topic; --topic names another. Or /PATTERN/, a regular expression of Java: each topic of which the whole name fits has a table of its own, whose name has {topic} in it.",
                "user-actions")
            .matching(
                new KeySpec.Form(
                    "[A-Za-z0-9._-]{1,249}|/.{1,1000}/",
                    "a Kafka topic's name, or /PATTERN/ for each that fits it")));
  }

  @Override
  public String topic(Plugged source, String sourceId) {
    return Topic.ofId(sourceId).orElseGet(() -> source.keys().text(TOPIC));
  }

  @Override
  public Optional<Family> family(Plugged source) {
    String topic = source.keys().text(TOPIC);
    if (!topic.startsWith("/")) {
      return Optional.empty();
    }
    Predicate<String> fits = fits(topic);
    return Optional.of(
        new Family(
            topic, fits, one -> new Plugged(name(), new KeyValues(Map.of(TOPIC, (Object) one)))));
  }

  /**
   * @param rule a pattern between slashes, which no topic has in its name
   * @throws IllegalArgumentException where it is none
   */
  static Predicate<String> fits(String rule) {
    try {
      return Pattern.compile(rule.substring(1, rule.length() - 1)).asMatchPredicate();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "topic "
              + rule
              + " is no regular expression: "
              + e.getDescription()
              + (e.getIndex() < 0 ? "" : ", at its character " + (e.getIndex() + 1)),
          e);
    }
  }

  @Override
  public NavigableSet<String> names(PipelineOptions options) {
    return Topic.names(KafkaSettings.of(options.as(KafkaOptions.class)));
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
    if (topic.startsWith("/")) {
      throw new UserException(
          "--topic="
              + topic
              + " is a pattern, and the flag is of one topic: name that, or write the pattern in the"
              + " contract");
    }
    return new KafkaSource(KafkaSettings.of(flags), topic, flags.getSourceId());
  }
}
