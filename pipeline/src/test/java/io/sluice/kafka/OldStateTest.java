package io.sluice.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.source.SourceId;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * What a savepoint holds of a reader of Kafka that was written while its classes were in {@code
 * io.sluice.source}: Flink reads it by the names of then.
 */
class OldStateTest {
  private static final SourceSpec SPEC =
      new SourceSpec(
          new KafkaSettings("kafka:9092", "/etc/sluice/client.properties"),
          "events",
          new SourceId("cluster/events/id"),
          true,
          new TreeMap<>(Map.of(0, 17L, 3, 4L)),
          Duration.ofSeconds(10),
          new TreeMap<>(Map.of(3, 2L)));

  @Test
  void aReaderOfASavepointOfBeforeIsTheOneOfToday() throws Exception {
    byte[] bytes;
    try (InputStream file = OldStateTest.class.getResourceAsStream("reader-of-before.b64")) {
      bytes = Base64.getMimeDecoder().decode(new String(file.readAllBytes(), US_ASCII));
    }
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      ReadRecords.ConsumerFactory factory = (ReadRecords.ConsumerFactory) in.readObject();
      assertEquals(List.of(SPEC), factory.topics().specs());
      RecordTimePolicy.Factory policies = (RecordTimePolicy.Factory) in.readObject();
      RecordTimePolicy policy =
          (RecordTimePolicy)
              policies.createTimestampPolicy(new TopicPartition("events", 0), Optional.empty());
      assertEquals(org.joda.time.Duration.standardSeconds(10), policy.delay());
    }
  }
}
