package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.sluice.UnavailableException;
import io.sluice.source.SourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said of topics that appear while a job runs. */
class UnreadTopicsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(UnreadTopics.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  private static final String NOBODY = "nobody answers";

  /** What the broker has; {@link #NOBODY} while it does not answer. */
  private volatile Set<String> there = Set.of("shop.a", "other");

  private final Semaphore looks = new Semaphore(0);

  @BeforeEach
  void listen() {
    said.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(said);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(said);
    logger.setLevel(null);
  }

  private static Topics topics(String topic) {
    SourceSpec read =
        new SourceSpec(
            new KafkaSettings("127.0.0.1:1", null),
            topic,
            new SourceId("a"),
            true,
            new TreeMap<>(),
            Duration.ZERO,
            new TreeMap<>());
    return new Topics(List.of(read), Set.of("/shop\\..*/", "/web-[0-9]+/"), Set.of("shop.A"));
  }

  private UnreadTopics watch() {
    return watch("shop.a");
  }

  private UnreadTopics watch(String read) {
    return UnreadTopics.join(
        topics(read),
        () -> {
          looks.release();
          Set<String> now = there;
          if (now.contains(NOBODY)) {
            throw new UnavailableException("no broker", new RuntimeException());
          }
          return new TreeSet<>(now);
        },
        Duration.ofMillis(1));
  }

  /** Two looks at least: the first of them may have begun before. */
  private void look() throws InterruptedException {
    looks.drainPermits();
    looks.acquire(3);
  }

  private static double unread() {
    GaugeSnapshot metric =
        (GaugeSnapshot)
            PrometheusRegistry.defaultRegistry
                .scrape(name -> name.equals("sluice_unread_topics"))
                .get(0);
    return metric.getDataPoints().get(0).getValue();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    List.copyOf(said.list).forEach(event -> lines.add(event.getFormattedMessage()));
    return lines;
  }

  /** A consumer that is opened to ask for partitions is closed again at once. */
  @Test
  void aLookThatTheEndInterruptsSaysNothing() throws Exception {
    Semaphore asks = new Semaphore(0);
    Semaphore answered = new Semaphore(0);
    UnreadTopics watch =
        UnreadTopics.join(
            topics("shop.asked"),
            () -> {
              asks.release();
              try {
                new Semaphore(0).acquire();
              } catch (InterruptedException e) {
                answered.release();
                throw new IllegalStateException("interrupted while asking Kafka", e);
              }
              return new TreeSet<>(Set.of("shop.b"));
            },
            Duration.ofMillis(1));
    asks.acquire();
    watch.close();
    answered.acquire();
    // What the look has to say, it has said when the next one of another watch is done.
    UnreadTopics other = watch();
    look();
    other.close();
    assertEquals(List.of(), lines());
    assertEquals(0, unread());
  }

  /** No start reads it by the pattern, so that none is advised. */
  @Test
  void aTopicThatWasLeftOutIsCountedAndSaidOnceByWhicheverReaderLooks() throws Exception {
    there = Set.of("shop.first", "shop.A");
    try (UnreadTopics watch = watch("shop.first")) {
      look();
      assertEquals(1, unread());
    }
    try (UnreadTopics again = watch("shop.first")) {
      look();
      assertEquals(1, unread());
    }
    assertEquals(
        List.of(
            "topic shop.A fits /shop\\..*/ or /web-[0-9]+/, and this job does not read it: it can"
                + " have no table of its own by this, so give it a contract of its own, or write a"
                + " pattern without it"),
        lines());
  }

  @Test
  void eachTopicThatFitsAndIsNotReadIsSaidOnceAndCounted() throws Exception {
    UnreadTopics watch = watch();
    UnreadTopics same = watch();
    try {
      assertEquals(watch, same);
      look();
      assertEquals(List.of(), lines());
      there = Set.of("shop.a", "shop.b", "web-1", "web-x", "shop", "other");
      look();
      look();
      String end =
          " fits /shop\\..*/ or /web-[0-9]+/, and this job does not read it: start it anew without"
              + " its state, with --startFrom=lake, to read it";
      assertEquals(List.of("topic shop.b" + end, "topic web-1" + end), lines());
      assertEquals(2, unread());
      there = Set.of(NOBODY);
      look();
      look();
      assertEquals(
          "topics could not be listed, so one that was added is not seen: no broker",
          lines().get(2));
      there = Set.of("shop.a", "web-1");
      look();
      look();
      assertEquals(3, lines().size(), lines().toString());
      assertEquals(1, unread());
    } finally {
      same.close();
      watch.close();
    }
    assertEquals(0, unread());
  }
}
