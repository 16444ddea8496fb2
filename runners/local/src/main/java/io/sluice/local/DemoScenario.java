package io.sluice.local;

import io.sluice.UserException;
import io.sluice.kafka.KafkaSettings;
import io.sluice.kafka.KafkaSource;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Properties;

/**
 * Which events a demo makes: kept in its directory, so that one that is resumed makes the same.
 *
 * @param bad percent of broken events
 * @param format how they are written
 */
record DemoScenario(long events, LocalDate firstDate, int dates, double bad, DemoFormat format) {
  static final String TOPIC = "user-actions";
  static final int PARTITIONS = 4;

  /** {@code --windowSize} of the demo's run. */
  static final Duration WINDOW = Duration.ofHours(1);

  private static final String FILE = "demo.properties";

  /** Begins one, over dates that have ended. */
  static DemoScenario begin(Path directory, long events, int dates, double bad, DemoFormat format)
      throws IOException {
    DemoScenario scenario =
        new DemoScenario(events, lastEnded(Instant.now()).minusDays(dates - 1), dates, bad, format);
    Properties properties = new Properties();
    properties.setProperty("events", String.valueOf(events));
    properties.setProperty("dates", String.valueOf(dates));
    properties.setProperty("bad", String.valueOf(bad));
    properties.setProperty("format", format.name());
    properties.setProperty("firstDate", scenario.firstDate.toString());
    try (var out = Files.newBufferedWriter(directory.resolve(FILE))) {
      properties.store(out, null);
    }
    return scenario;
  }

  /** Whether a directory has one. */
  static boolean isIn(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /** Reads the one that a directory has. */
  static DemoScenario resume(Path directory) throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(directory.resolve(FILE))) {
      properties.load(in);
    }
    return new DemoScenario(
        Long.parseLong(properties.getProperty("events")),
        LocalDate.parse(properties.getProperty("firstDate")),
        Integer.parseInt(properties.getProperty("dates")),
        Double.parseDouble(properties.getProperty("bad")),
        // A demo that was begun before there were others.
        DemoFormat.valueOf(properties.getProperty("format", DemoFormat.JSON.name())));
  }

  /** The last date whose last window has ended: one of just after midnight would be waited for. */
  static LocalDate lastEnded(Instant now) {
    return LocalDate.ofInstant(now.minus(WINDOW).minusSeconds(60), ZoneOffset.UTC).minusDays(1);
  }

  UserActions userActions() {
    return new UserActions(events, firstDate, dates, bad);
  }

  /** How many of the events Kafka has already. */
  long sent(EmbeddedKafka kafka) {
    try (SourceReader topic =
        new KafkaSource(new KafkaSettings(kafka.bootstrapServers(), null), TOPIC, null).open()) {
      return topic.ends().values().stream().mapToLong(Long::longValue).sum();
    } catch (UserException e) {
      return 0;
    }
  }
}
