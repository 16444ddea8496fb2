package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.source.Source;
import java.util.List;

/** A topic that dead letters are sent to, beside their table. */
public record DeadLetterTopic(KafkaSettings kafka, String name) {
  /**
   * Makes sure that it can be written.
   *
   * @param read what the run reads
   * @return what was found out
   * @throws UserException where it is not there, may not be written, or is one that is read
   */
  public String check(List<Source> read) {
    requireApart(read);
    try (Topic topic = new Topic(kafka, name, "with --deadLetterTopic")) {
      return topic.requireWrite()
          ? name + " may be written"
          : name + " is there; writing to it was not tried";
    }
  }

  /**
   * Makes sure that a run does not read it.
   *
   * @throws UserException otherwise
   */
  public void requireApart(List<Source> read) {
    if (read.stream().anyMatch(source -> name.equals(source.name()))) {
      throw new UserException(
          "--deadLetterTopic="
              + name
              + " is "
              + (read.size() == 1 ? "the topic that is read" : "one of the topics that are read")
              + ", so each dead letter would be read again: name another");
    }
  }

  /** What sends them. */
  public SendDeadLetters send() {
    return new SendDeadLetters(kafka, name);
  }
}
