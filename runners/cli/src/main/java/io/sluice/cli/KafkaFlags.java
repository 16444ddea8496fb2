package io.sluice.cli;

import picocli.CommandLine.Command;

/** How to reach Kafka, and which topic. */
@Command
final class KafkaFlags extends PipelineFlags {
  private static final String HEADING = "Kafka";
  private static final Flag SERVERS = Flag.of("bootstrapServers", "HOST:PORT");
  private static final Flag CONFIG = Flag.of("kafkaConfigFile", "FILE");

  KafkaFlags() {
    super(HEADING, SERVERS, CONFIG, Flag.of("topic", "TOPIC"), Flag.of("sourceId", "ID"));
  }

  private KafkaFlags(Flag... flags) {
    super(HEADING, flags);
  }

  /** Of a verb that has a topic of its own. */
  static KafkaFlags ofBrokers() {
    return new KafkaFlags(SERVERS, CONFIG);
  }
}
