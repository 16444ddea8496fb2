package io.sluice.kafka;

import io.sluice.metrics.SluiceMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every ten seconds which topics fit a rule of the job's contracts and are not read: once in
 * a JVM, for all readers of the same topics. The job's next start finds them; until then this says
 * so, in the log once for each, whichever reader looks, and as a number in the metrics. An answer
 * that does not come changes nothing: {@link TopicWatch} sees to brokers that are silent.
 */
final class UnreadTopics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadTopics.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Map<Watched, UnreadTopics> OPEN = new ConcurrentHashMap<>();

  /** What the log has: a job opens readers, and closes them, before those that stay. */
  private static final Map<Watched, NavigableSet<String>> SAID = new ConcurrentHashMap<>();

  /** What tells one watch from another. */
  private record Watched(
      KafkaSettings settings,
      NavigableSet<String> rules,
      NavigableSet<String> leftOut,
      NavigableSet<String> read) {}

  private final Watched watched;
  private final Supplier<NavigableSet<String>> names;
  private final Predicate<String> fits;
  private final ScheduledFuture<?> looks;
  private final NavigableSet<String> said;
  private boolean isSilent;
  private boolean isClosed;
  private int users;

  private UnreadTopics(Watched watched, Supplier<NavigableSet<String>> names, Duration interval) {
    this.watched = watched;
    this.said = SAID.computeIfAbsent(watched, same -> new ConcurrentSkipListSet<>());
    this.names = names;
    this.fits =
        watched.rules().stream().map(KafkaKind::fits).reduce(Predicate::or).orElse(name -> false);
    this.looks =
        TopicWatch.LOOKS.scheduleWithFixedDelay(
            this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Joins the readers of some topics, which have a rule. */
  static UnreadTopics join(Topics topics) {
    KafkaSettings settings = topics.any().kafka();
    return join(topics, () -> Topic.names(settings), INTERVAL);
  }

  static UnreadTopics join(Topics topics, Supplier<NavigableSet<String>> names, Duration interval) {
    Watched watched =
        new Watched(
            topics.any().kafka(),
            new TreeSet<>(topics.rules()),
            new TreeSet<>(topics.leftOut()),
            topics.names());
    return OPEN.compute(
        watched,
        (same, open) -> {
          UnreadTopics joined = open == null ? new UnreadTopics(watched, names, interval) : open;
          joined.users++;
          return joined;
        });
  }

  private void look() {
    try {
      TreeSet<String> unread = new TreeSet<>(names.get());
      unread.removeIf(name -> watched.read().contains(name) || !fits.test(name));
      say(unread);
    } catch (RuntimeException e) {
      sayNothingSeen(e);
    }
  }

  private synchronized void say(TreeSet<String> unread) {
    if (isClosed) {
      return;
    }
    SluiceMetrics.unreadTopics(unread.size());
    said.retainAll(unread);
    for (String topic : unread) {
      if (said.add(topic)) {
        LOG.warn(
            "topic {} fits {}, and this job does not read it: {}",
            topic,
            String.join(" or ", watched.rules()),
            watched.leftOut().contains(topic)
                ? "it can have no table of its own by this, so give it a contract of its own, or write a pattern without it"
                : "start it anew without its state, with --startFrom=lake, to read it");
      }
    }
    isSilent = false;
  }

  private synchronized void sayNothingSeen(RuntimeException e) {
    // A look that the end of the watch interrupts has failed for no other reason.
    if (!isClosed && !isSilent) {
      isSilent = true;
      LOG.warn("topics could not be listed, so one that was added is not seen: {}", e.getMessage());
    }
  }

  private synchronized void end() {
    isClosed = true;
    looks.cancel(true);
    SluiceMetrics.unreadTopics(0);
  }

  @Override
  public void close() {
    OPEN.computeIfPresent(
        watched,
        (same, watch) -> {
          if (--watch.users > 0) {
            return watch;
          }
          watch.end();
          return null;
        });
  }
}
