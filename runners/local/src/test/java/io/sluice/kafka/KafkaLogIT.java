package io.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EventProducer;
import io.sluice.source.Gap;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What audit and rebuild read of a real broker, and what they say where it gives nothing. */
class KafkaLogIT {
  private static final int RECORDS = 3000;
  private static final byte[] HEADER = {1, 2, 3};

  @TempDir Path directory;
  private EmbeddedKafka kafka;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    EventProducer.createTopic(kafka.bootstrapServers(), "events", 2);
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>("events", i % 2, ("" + i).getBytes(UTF_8), new byte[1000]);
        record.headers().add("trace", HEADER);
        producer.send(record);
      }
    }
  }

  @AfterEach
  void stop() {
    kafka.close();
  }

  private KafkaLog log(String... settings) throws Exception {
    Path file = directory.resolve("client.properties");
    Files.writeString(file, String.join("\n", settings));
    return new KafkaLog(
        new KafkaSettings(kafka.bootstrapServers(), file.toString()), "events", null, 3);
  }

  @Test
  void eachRecordOfTheRangesIsReadOnceAndWhole() throws Exception {
    List<SourceRecord> read = new ArrayList<>();
    try (KafkaLog log = log()) {
      log.read(Map.of(0, 10L, 1, 1490L), Map.of(0, 1200L, 1, 1500L), read::add);
      log.read(1, 1490, 1499, read::add);
      assertEquals(SourceReader.Cleanup.RETENTION, log.cleanup());
    }
    assertEquals(1190 + 10 + 10, read.size());
    Set<String> positions = new TreeSet<>();
    for (SourceRecord record : read) {
      positions.add(record.partition() + "@" + record.offset());
      assertEquals(
          "" + (record.offset() * 2 + record.partition()), new String(record.key(), UTF_8));
      assertEquals("trace", record.headers().get(0).key());
      assertArrayEquals(HEADER, record.headers().get(0).value());
    }
    assertEquals(1200, positions.size());
  }

  @Test
  void aReaderThatHasEnoughEndsIt() throws Exception {
    List<SourceRecord> read = new ArrayList<>();
    try (KafkaLog log = log()) {
      log.read(
          0,
          0,
          1499,
          record -> {
            read.add(record);
            return read.size() < 3;
          });
    }
    assertEquals(3, read.size());
  }

  @Test
  void whatRetentionHasTakenIsSaidAndTheRestIsRead() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition("events", 0), RecordsToDelete.beforeOffset(700)))
          .all()
          .get();
    }
    List<SourceRecord> read = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    try (KafkaLog log = log()) {
      log.read(
          Map.of(0, 0L, 1, 0L),
          Map.of(0, 1500L, 1, 1500L),
          new SourceReader.Reader<RuntimeException>() {
            @Override
            public boolean read(SourceRecord record) {
              return read.add(record);
            }

            @Override
            public void gap(Gap gap) {
              gaps.add(gap);
            }
          });
    }
    assertEquals(List.of(new Gap(0, 0, 699, Gap.Why.DELETED)), gaps);
    assertEquals(800 + 1500, read.size());
  }

  @Test
  void aBrokerThatGoesAwayWhileItIsReadIsOneLine() throws Exception {
    int[] read = {0};
    try (KafkaLog log =
        log(
            "default.api.timeout.ms=1000",
            "request.timeout.ms=500",
            "max.partition.fetch.bytes=65536",
            "fetch.max.bytes=65536")) {
      UserException e =
          assertThrows(
              UserException.class,
              () ->
                  log.read(
                      0,
                      0,
                      1499,
                      record -> {
                        if (read[0]++ == 0) {
                          kafka.close();
                        }
                        return true;
                      }));
      assertTrue(read[0] < 1500, "it has read all");
      assertTrue(e.getMessage().startsWith("no Kafka broker answers at "), e.getMessage());
    }
  }

  @Test
  void anEndThatNeverComesIsOneLine() throws Exception {
    try (KafkaLog log = log()) {
      UserException e =
          assertThrows(UserException.class, () -> log.read(1, 1498, 1600, record -> true));
      assertTrue(
          e.getMessage()
              .contains(
                  "has given nothing of topic events, partition 1, from offset 1500 on for 3 s, and"
                      + " its end is 1500: its end was cut off"),
          e.getMessage());
    }
  }
}
