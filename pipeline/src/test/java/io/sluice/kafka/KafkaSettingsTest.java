package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The file of client settings may say how to reach Kafka, and not what is read or sent. */
class KafkaSettingsTest {
  @TempDir Path directory;

  private KafkaSettings settings(String... lines) throws IOException {
    Path file = directory.resolve("client.properties");
    Files.writeString(file, String.join("\n", lines));
    return new KafkaSettings("127.0.0.1:9092", file.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "isolation.level=read_uncommitted",
        "auto.offset.reset=latest",
        "auto.offset.reset=earliest",
        "enable.auto.commit=true",
        "key.deserializer=org.apache.kafka.common.serialization.StringDeserializer",
        "value.deserializer=org.apache.kafka.common.serialization.StringDeserializer",
        "interceptor.classes=com.example.DropsEverySecondRecord",
        "check.crcs=false",
        "allow.auto.create.topics=true",
        "group.protocol=consumer",
        "acks=1",
        "enable.idempotence=false",
        "max.in.flight.requests.per.connection=6",
        "transactional.id=mine",
        "key.serializer=org.apache.kafka.common.serialization.StringSerializer",
        "value.serializer=org.apache.kafka.common.serialization.StringSerializer"
      })
  void aSettingThatAGuaranteeRestsOnIsRefusedByName(String line) throws IOException {
    UserException e = assertThrows(UserException.class, settings(line)::load);
    assertTrue(e.getMessage().contains(line + " is not possible: "), e.getMessage());
    assertTrue(e.getMessage().endsWith("; remove it from the file"), e.getMessage());
    assertTrue(e.getMessage().startsWith("--kafkaConfigFile "), e.getMessage());
  }

  @Test
  void oneThatSaysWhatIsDoneAnywayIsNoFault() throws IOException {
    settings(
            "isolation.level=read_committed",
            "enable.auto.commit=false",
            "acks=all",
            "enable.idempotence=true",
            "interceptor.classes=")
        .load();
  }

  @Test
  void whatTheFileLeavesOpenIsForced() throws IOException {
    KafkaSettings kafka =
        settings("group.id=theirs", "group.instance.id=a", "fetch.min.bytes=7", "retries=0");
    Map<String, Object> consumer = kafka.consumer("none");
    assertEquals("read_committed", consumer.get("isolation.level"));
    assertEquals("none", consumer.get("auto.offset.reset"));
    assertEquals(false, consumer.get("enable.auto.commit"));
    assertEquals(false, consumer.get("allow.auto.create.topics"));
    assertEquals("7", consumer.get("fetch.min.bytes"));
    assertFalse(consumer.containsKey("group.id"));
    assertFalse(consumer.containsKey("group.instance.id"));
    Map<String, Object> producer = kafka.producer();
    assertEquals("all", producer.get("acks"));
    assertEquals(true, producer.get("enable.idempotence"));
    // They are settings that clients take.
    new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()).close();
    new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer()).close();
  }

  @Test
  void aMisspeltNameIsNamedOnce() throws IOException {
    Logger logger = (Logger) LoggerFactory.getLogger(KafkaSettings.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(said);
    try {
      KafkaSettings kafka = settings("sasl.mechansim=PLAIN", "sasl.mechanism=PLAIN", "group.id=g");
      kafka.load();
      kafka.load();
    } finally {
      logger.detachAppender(said);
      logger.setLevel(null);
    }
    assertEquals(2, said.list.size(), said.list.toString());
    assertTrue(
        said.list.stream()
            .anyMatch(
                line -> line.getFormattedMessage().contains("sasl.mechansim is not a setting")));
    assertTrue(
        said.list.stream()
            .anyMatch(line -> line.getFormattedMessage().contains("group.id has no effect")));
  }
}
