package io.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.source.SourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which answers of a broker end a job, and which it lives through. */
class TopicWatchTest {
  private static final SourceId SOURCE = new SourceId("the topic");
  private static final Duration LONG = Duration.ofHours(1);

  /** What the broker says next. */
  private Supplier<Topic.State> answer = TopicWatchTest::known;

  private static Topic.State known() {
    return new Topic.State(SOURCE, 1);
  }

  private static Topic.State unknown() {
    throw new Topic.UnknownTopicException("no such topic", new RuntimeException());
  }

  private static Topic.State withId(@Nullable SourceId id) {
    return new Topic.State(id, 1);
  }

  private TopicWatch watch(Duration interval) {
    KafkaSettings nobody = new KafkaSettings("127.0.0.1:1", null);
    SourceSpec spec =
        new SourceSpec(
            nobody, "events", SOURCE, true, new TreeMap<>(), Duration.ZERO, new TreeMap<>());
    return new TopicWatch(
        spec, new TopicWatch.Pace(interval, LONG), new Topic(nobody, "events"), () -> answer.get());
  }

  @Test
  void aBrokerThatHasJustStartedAndKnowsNoTopicYetEndsNothing() {
    answer = TopicWatchTest::unknown;
    TopicWatch watch = watch(LONG);
    try {
      watch.require();
      watch.look();
      watch.require();
      answer = TopicWatchTest::known;
      watch.look();
      answer = TopicWatchTest::unknown;
      watch.look();
      watch.require();
      answer = () -> withId(null);
      watch.look();
      watch.require();
    } finally {
      watch.stop();
    }
  }

  @Test
  void aTopicThatStaysUnknownWasDeleted() throws InterruptedException {
    TopicWatch watch = watch(Duration.ofMillis(1));
    try {
      answer = TopicWatchTest::unknown;
      UserException e =
          assertThrows(
              UserException.class,
              () -> {
                for (int i = 0; i < 1000; i++) {
                  watch.look();
                  watch.require();
                  TimeUnit.MILLISECONDS.sleep(10);
                }
              });
      assertTrue(e.getMessage().contains("was deleted: create it"), e.getMessage());
    } finally {
      watch.stop();
    }
  }

  @Test
  void anotherIdIsBelievedAtOnce() {
    TopicWatch watch = watch(LONG);
    try {
      answer = () -> withId(new SourceId("another"));
      watch.look();
      assertThrows(UserException.class, watch::require);
    } finally {
      watch.stop();
    }
  }

  /** A job may read hundreds of topics. */
  @Test
  void manyTopicsAreLookedAtByAFewThreads() throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    answer =
        () -> {
          looks.incrementAndGet();
          return known();
        };
    List<TopicWatch> watches = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        watches.add(watch(Duration.ofMillis(1)));
      }
      for (int i = 0; i < 10_000 && looks.get() < 1_000; i++) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      assertTrue(looks.get() >= 1_000, looks + " looks");
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("sluice-topic-watch"))
              .count();
      assertTrue(threads > 0 && threads <= 4, threads + " threads");
    } finally {
      watches.forEach(TopicWatch::stop);
    }
    // One may have begun before it was stopped.
    TimeUnit.MILLISECONDS.sleep(100);
    int before = looks.get();
    TimeUnit.MILLISECONDS.sleep(100);
    assertEquals(before, looks.get());
  }
}
