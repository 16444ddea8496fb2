package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reader that Flink has kept in its state, in a run whose flags name other topics. */
class RunSettingsTest {
  private static Topics topics(String test, String... names) {
    return new Topics(
        Arrays.stream(names)
            .map(
                name ->
                    new SourceSpec(
                        new KafkaSettings("127.0.0.1:1", null),
                        name,
                        new SourceId(test + "/" + name),
                        true,
                        new TreeMap<>(Map.of(0, 7L, 1, 0L)),
                        Duration.ZERO,
                        new TreeMap<>()))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "added, a, a b, topic a, topics a b",
    "removed, a b, b, topics a b, topic b",
    "another, a b, b c, topics a b, topics b c"
  })
  void aReaderOfOtherTopicsThanTheRunsIsRefused(
      String test, String state, String run, String says, String wants) {
    ReadRecords.ConsumerFactory kept =
        SerializableUtils.clone(
            new ReadRecords.ConsumerFactory(topics(test, state.split(" ", -1))));
    new ReadRecords.ToBatchFn(topics(test, run.split(" ", -1))).setup();
    UserException e = assertThrows(UserException.class, () -> kept.apply(new HashMap<>()));
    assertEquals(
        "the job's state reads "
            + says.replaceAll("(?<= \\w) ", ", ")
            + ", and this run is to read "
            + wants.replaceAll("(?<= \\w) ", ", ")
            + ": start it anew without its state, with --startFrom=lake: nothing is lost or"
            + " duplicated",
        e.getMessage());
  }

  /** What a reader hands over first. */
  private static KafkaRecord<byte[], byte[]> batch(String source, String topic) {
    ConsumerRecord<byte[], byte[]> batch =
        Batcher.empty(new SourceId(source), new TopicPartition(topic, 1), 7);
    return new KafkaRecord<>(
        topic,
        1,
        batch.offset(),
        batch.timestamp(),
        KafkaTimestampType.NO_TIMESTAMP_TYPE,
        batch.headers(),
        batch.key(),
        batch.value());
  }

  private static OutputReceiver<RecordBatch> to(List<String> sources) {
    return new OutputReceiver<>() {
      @Override
      public void output(RecordBatch batch) {
        sources.add(batch.source());
      }

      @Override
      public void outputWithTimestamp(RecordBatch batch, Instant timestamp) {
        throw new IllegalStateException("a batch keeps the time that it has");
      }

      @Override
      public OutputBuilder<RecordBatch> builder(RecordBatch batch) {
        throw new IllegalStateException("a batch keeps the time that it has");
      }
    };
  }

  /** As where a savepoint is restored with the servers of another cluster, or another sourceId. */
  @Test
  void aBatchKeepsTheSourceOfItsReaderOrIsRefusedWhateverTheTopicIsCalled() {
    ReadRecords.ToBatchFn toBatch = new ReadRecords.ToBatchFn(topics("new", "a", "b"));
    List<String> sources = new ArrayList<>();
    toBatch.process(batch("new/b", "b"), to(sources));
    toBatch.process(batch("new/a", "a"), to(sources));
    assertEquals(List.of("new/b", "new/a"), sources);
    for (String[] other : new String[][] {{"old/a", "a"}, {"old/c", "c"}, {"new/b", "a"}}) {
      UserException e =
          assertThrows(
              UserException.class, () -> toBatch.process(batch(other[0], other[1]), to(sources)));
      assertEquals(
          "the job's state reads "
              + other[0]
              + ", and this run is to read new/a, new/b: start it anew without its state, with"
              + " --startFrom=lake: nothing is lost or duplicated",
          e.getMessage());
    }
    assertEquals(2, sources.size());
  }

  @Test
  void aReaderOfTheRunsTopicsHasItsOwnOffsetsAndTheRunsServers() {
    Topics state = topics("same", "a", "b");
    Topics now =
        new Topics(
            topics("same", "b", "a").specs().stream()
                .map(
                    spec ->
                        new SourceSpec(
                            new KafkaSettings("127.0.0.1:2", null),
                            spec.topic(),
                            spec.source(),
                            true,
                            new TreeMap<>(Map.of(0, 99L)),
                            Duration.ofSeconds(3),
                            new TreeMap<>()))
                .toList());
    new ReadRecords.ToBatchFn(now).setup();
    Topics read =
        RunSettings.of(SerializableUtils.clone(new ReadRecords.ConsumerFactory(state)).topics());
    assertEquals(List.of("a", "b"), read.specs().stream().map(SourceSpec::topic).toList());
    for (SourceSpec spec : read.specs()) {
      assertEquals("127.0.0.1:2", spec.kafka().bootstrapServers());
      assertEquals(Duration.ofSeconds(3), spec.watermarkDelay());
      assertEquals(7L, spec.startOffsets().get(0));
    }
    assertEquals(
        List.of(
            new TopicPartition("a", 0),
            new TopicPartition("a", 1),
            new TopicPartition("b", 0),
            new TopicPartition("b", 1)),
        read.partitions());
  }
}
