package io.sluice.kafka;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** The flags by which a run reaches Kafka. */
public interface KafkaOptions extends PipelineOptions {
  @Description("Kafka brokers, as host:port,host:port.")
  @Nullable String getBootstrapServers();

  void setBootstrapServers(@Nullable String value);

  @Description("The topic; default: the contract's.")
  @Nullable String getTopic();

  void setTopic(@Nullable String value);

  @Description(
      "Kafka client settings (security, for one), a properties file that every worker can read.")
  @Nullable String getKafkaConfigFile();

  void setKafkaConfigFile(@Nullable String value);

  @Description("Names the topic's identity where the broker gives it no id.")
  @Nullable String getSourceId();

  void setSourceId(@Nullable String value);
}
