package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.metrics.SluiceMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every ten seconds whether a topic is still the one that a job reads, and has the partitions
 * that it had: once in a JVM, for all of the job's readers there, and with the same few threads for
 * all of their topics. One answer that does not come is counted and borne; where none comes for a
 * minute, the broker hangs, and the readers fail. That there is no such topic is believed once it
 * was said for a while: a broker that has just started knows none yet.
 */
final class TopicWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Pace PACE = new Pace(Duration.ofSeconds(10), Duration.ofMinutes(1));

  /** A job may read hundreds of topics. Where a look hangs, the others have three threads. */
  private static final int THREADS = 4;

  static final ScheduledThreadPoolExecutor LOOKS = threads();
  private static final Map<SourceSpec, TopicWatch> OPEN = new ConcurrentHashMap<>();

  /**
   * How often it looks.
   *
   * @param interval between two looks
   * @param patience how long no answer is borne
   */
  record Pace(Duration interval, Duration patience) {
    /** How long a topic has to be unknown, without any other answer, to count as deleted. */
    Duration doubt() {
      return interval.multipliedBy(2);
    }
  }

  private final SourceSpec spec;
  private final Pace pace;
  private final Topic topic;
  private final Supplier<Topic.State> look;
  private final ScheduledFuture<?> looks;
  private int users;

  /** What ends the job; null while all is well. */
  private volatile @Nullable String changed;

  private volatile long answered;
  private volatile boolean isClosed;
  private int partitions;
  private boolean silent;

  /** Since when the broker does not know the topic; null while it does. */
  private @Nullable Long unknownSince;

  private TopicWatch(SourceSpec spec, Pace pace) {
    this(spec, pace, new Topic(spec.kafka(), spec.topic()), null);
  }

  /**
   * @param look what is asked; null for the topic itself
   */
  TopicWatch(SourceSpec spec, Pace pace, Topic topic, @Nullable Supplier<Topic.State> look) {
    this.spec = spec;
    this.pace = pace;
    this.partitions = spec.startOffsets().size();
    this.topic = topic;
    this.look = look == null ? topic::state : look;
    // A counter that begins with its first failure has no increase that an alert could see.
    SluiceMetrics.TOPIC_CHECK_FAILURES.labelValues(spec.topic());
    try {
      look();
    } catch (RuntimeException e) {
      topic.close();
      throw e;
    }
    this.looks =
        LOOKS.scheduleWithFixedDelay(
            this::lookPatiently,
            pace.interval().toMillis(),
            pace.interval().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static ScheduledThreadPoolExecutor threads() {
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            task -> {
              Thread made = new Thread(task, "sluice-topic-watch");
              made.setDaemon(true);
              return made;
            });
    threads.setRemoveOnCancelPolicy(true);
    // A job that has ended leaves none behind, which would hold its classes.
    threads.setKeepAliveTime(1, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Joins the readers of a topic; the first one looks before it reads.
   *
   * @throws UserException where the topic is not there, or is another one by now
   */
  static TopicWatch join(SourceSpec spec) {
    return join(spec, PACE);
  }

  static TopicWatch join(SourceSpec spec, Pace pace) {
    TopicWatch watch =
        OPEN.compute(
            spec,
            (same, open) -> {
              TopicWatch joined = open == null ? new TopicWatch(spec, pace) : open;
              joined.users++;
              return joined;
            });
    try {
      watch.require();
      return watch;
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
  }

  /**
   * Does nothing while the topic is the same and its broker answers.
   *
   * @throws UserException otherwise, without a cause: it is the cause
   */
  void require() {
    String text = changed;
    if (text != null) {
      throw new UserException(text);
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - answered);
    if (seconds > pace.patience().toSeconds()) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no Kafka broker at "
              + spec.kafka().bootstrapServers()
              + " has answered for "
              + seconds
              + " s: the job starts anew until one does");
    }
  }

  /** Looks now; what it finds, {@link #require} says. */
  synchronized void look() {
    try {
      Topic.State state = look.get();
      unknownSince = null;
      // A broker that gives no id does not say that it is another topic.
      if (spec.generatedId() && state.id() != null && !spec.source().equals(state.id())) {
        end(
            "topic "
                + spec.topic()
                + " was deleted and created again: it was "
                + spec.source()
                + " and is "
                + state.id()
                + "; start the job anew without its state, with --startFrom=lake: nothing is lost"
                + " or duplicated");
      }
      seePartitions(state.partitions());
    } catch (Topic.UnknownTopicException e) {
      unknown();
    }
    if (silent) {
      silent = false;
      LOG.info("the broker of topic {} answers", spec.topic());
    }
    answered = System.nanoTime();
  }

  private void unknown() {
    long now = System.nanoTime();
    if (unknownSince == null) {
      unknownSince = now;
      LOG.warn(
          "the broker knows no topic {}: either it has just started, or the topic was deleted, which is believed after {} s",
          spec.topic(),
          pace.doubt().toSeconds());
    } else if (now - unknownSince >= pace.doubt().toNanos()) {
      end(
          "topic "
              + spec.topic()
              + ", which this job reads as "
              + spec.source()
              + ", was deleted: create it, and start the job anew without its state, with"
              + " --startFrom=lake");
    }
  }

  private void end(String text) {
    if (!text.equals(changed)) {
      changed = text;
      LOG.error("{}", text);
    }
  }

  private void seePartitions(int now) {
    int read = spec.startOffsets().size();
    SluiceMetrics.unreadPartitions(spec.topic(), Math.max(0, now - read));
    if (now != partitions) {
      partitions = now;
      if (now > read) {
        LOG.warn(
            "topic {} has {} partitions, this job reads {}: start it anew without its state, with --startFrom=lake, to read all",
            spec.topic(),
            now,
            read);
      }
    }
  }

  private void lookPatiently() {
    try {
      look();
    } catch (RuntimeException e) {
      if (isClosed) {
        return;
      }
      SluiceMetrics.TOPIC_CHECK_FAILURES.labelValues(spec.topic()).inc();
      synchronized (this) {
        if (!silent) {
          silent = true;
          LOG.warn(
              "topic {} could not be described, which is tried every {} s; the job fails after {} s without an answer: {}",
              spec.topic(),
              pace.interval().toSeconds(),
              pace.patience().toSeconds(),
              e.getMessage());
        }
      }
    }
  }

  Topic topic() {
    return topic;
  }

  @Override
  public void close() {
    OPEN.computeIfPresent(
        spec,
        (same, watch) -> {
          if (--watch.users > 0) {
            return watch;
          }
          watch.stop();
          return null;
        });
  }

  void stop() {
    isClosed = true;
    looks.cancel(true);
    topic.close();
  }
}
