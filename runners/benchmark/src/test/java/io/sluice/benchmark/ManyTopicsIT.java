package io.sluice.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job has once does not grow with its topics. With {@code -Dsluice.topics=200
 * -Dsluice.partitions=20 -Dsluice.seconds=120} it measures what docs/operations.md says of them.
 */
class ManyTopicsIT {
  private static final int FEW = 2;
  private static final int EVERY_SECONDS = 10;

  @TempDir private Path directory;

  private static ManyTopics.Settings settings(int topics) {
    return new ManyTopics.Settings(
        topics,
        Integer.getInteger("sluice.partitions", 3),
        Integer.getInteger("sluice.seconds", 20),
        EVERY_SECONDS);
  }

  private ManyTopics.Figures measure(int topics) throws Exception {
    ManyTopics.Figures figures =
        ManyTopics.measure(
            settings(topics), Files.createDirectories(directory.resolve("of-" + topics)));
    figures.lines().forEach(System.out::println);
    assertEquals(figures.events(), figures.rows());
    return figures;
  }

  /** Some minutes: the nightly says how many topics. */
  @Test
  @EnabledIfSystemProperty(named = "sluice.topics", matches = "\\d+")
  void threadsAndConnectionsDoNotGrowWithTopics() throws Exception {
    ManyTopics.Figures few = measure(FEW);
    ManyTopics.Figures many = measure(Integer.getInteger("sluice.topics", 25));
    // Pools have as many as they needed so far: by less than a thread a topic.
    assertTrue(
        many.threads() - few.threads() < (many.settings().topics() - FEW) / 2 + 10,
        few.topThreads() + " and then " + many.topThreads());
    assertTrue(
        many.kafkaConnections() <= few.kafkaConnections() + 4,
        few.kafkaConnections() + " and then " + many.kafkaConnections());
    assertTrue(many.storeConnections() <= 64, many.storeConnections() + " connections to S3");
  }
}
