package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.source.Source;

/** A topic that dead letters are sent to, beside their table. */
public record DeadLetterTopic(KafkaSettings kafka, String name) {
  /**
   * Makes sure that it can be written.
   *
   * @param read what the run reads
   * @return what was found out
   * @throws UserException where it is not there, may not be written, or is the one that is read
   */
  public String check(Source read) {
    if (name.equals(read.name())) {
      throw new UserException(
          "--deadLetterTopic="
              + name
              + " is the topic that is read, so each dead letter would be read again: name"
              + " another");
    }
    try (Topic topic = new Topic(kafka, name, "with --deadLetterTopic")) {
      return topic.requireWrite()
          ? name + " may be written"
          : name + " is there; writing to it was not tried";
    }
  }

  /** What sends them. */
  public SendDeadLetters send() {
    return new SendDeadLetters(kafka, name);
  }
}
