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
import java.util.Locale;
import java.util.Properties;

/**
 * Which events a demo makes: kept in its directory, so that one that is resumed makes the same.
 *
 * @param bad percent of broken events
 * @param source where they come from
 */
public record DemoScenario(
    long events, LocalDate firstDate, int dates, double bad, DemoSource source) {
  static final int PARTITIONS = 4;

  /** {@code --windowSize} of the demo's run. */
  static final Duration WINDOW = Duration.ofHours(1);

  private static final String FILE = "demo.properties";

  /** Begins one, over dates that have ended. */
  static DemoScenario begin(Path directory, long events, int dates, double bad, DemoSource source)
      throws IOException {
    DemoScenario scenario =
        new DemoScenario(events, lastEnded(Instant.now()).minusDays(dates - 1), dates, bad, source);
    Properties properties = new Properties();
    properties.setProperty("events", String.valueOf(events));
    properties.setProperty("dates", String.valueOf(dates));
    properties.setProperty("bad", String.valueOf(bad));
    properties.setProperty("format", source.format());
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

  /**
   * Reads the one that a directory has.
   *
   * @throws UserException where this class path has no such format
   */
  static DemoScenario resume(Path directory) throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(directory.resolve(FILE))) {
      properties.load(in);
    }
    // A demo that was begun before there were others; names were in capitals.
    String format = properties.getProperty("format", "json").toLowerCase(Locale.ROOT);
    return new DemoScenario(
        Long.parseLong(properties.getProperty("events")),
        LocalDate.parse(properties.getProperty("firstDate")),
        Integer.parseInt(properties.getProperty("dates")),
        Double.parseDouble(properties.getProperty("bad")),
        DemoSource.of(format)
            .orElseThrow(
                () ->
                    new UserException(
                        "--resume: "
                            + directory
                            + " holds a demo of the format "
                            + format
                            + ", which is not on the class path: run it by ./sluice")));
  }

  /** The last date whose last window has ended: one of just after midnight would be waited for. */
  static LocalDate lastEnded(Instant now) {
    return LocalDate.ofInstant(now.minus(WINDOW).minusSeconds(60), ZoneOffset.UTC).minusDays(1);
  }

  /** The events as such, however they get to Kafka. */
  public UserActions userActions() {
    return new UserActions(events, firstDate, dates, bad);
  }

  /** How many of the events Kafka has already. */
  long sent(String bootstrapServers) {
    try (SourceReader topic =
        new KafkaSource(new KafkaSettings(bootstrapServers, null), source.topic(), null).open()) {
      return topic.ends().values().stream().mapToLong(Long::longValue).sum();
    } catch (UserException e) {
      return 0;
    }
  }
}
