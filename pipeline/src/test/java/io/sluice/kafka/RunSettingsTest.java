package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.source.SourceId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.kafka.common.TopicPartition;
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
