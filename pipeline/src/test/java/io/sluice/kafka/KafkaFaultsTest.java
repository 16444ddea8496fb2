package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** A right that is missing is one sentence, whether or not Kafka's exception names the topic. */
class KafkaFaultsTest {
  @Test
  void aMissingRightIsNamed() {
    String rights =
        ": allow it READ and DESCRIBE on a topic that is read, WRITE and DESCRIBE on one that is"
            + " written";
    assertEquals(
        "Kafka at b:9092: topic x: the principal lacks a right (Topic authorization failed)"
            + rights,
        message(new TopicAuthorizationException("Topic authorization failed.")));
    assertEquals(
        "Kafka at b:9092: topic x: the principal has no right to topic x" + rights,
        message(new TopicAuthorizationException(Set.of("x"))));
  }

  @Test
  void theDotOfALibraryStandsNotBeforeWhatToDo() {
    assertEquals(
        "Kafka at b:9092: topic x: The server disconnected; check --bootstrapServers",
        message(new DisconnectException("The server disconnected. ")));
    assertEquals(
        "Kafka at b:9092: topic x: The request is of an invalid topic; a topic's name has at most"
            + " 249 letters, digits, dots, _ and -, and nothing else",
        message(new InvalidTopicException("The request is of an invalid topic.")));
  }

  private static String message(RuntimeException thrown) {
    return KafkaFaults.of(
            new KafkaSettings("b:9092", null), "topic x", new ExecutionException(thrown))
        .getMessage();
  }
}
