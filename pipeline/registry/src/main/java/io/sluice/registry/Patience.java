package io.sluice.registry;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often, and how long, a registry is asked again for what it says it has not.
 *
 * <p>A serializer registers a schema before it sends a record, and the registry's nodes follow each
 * other within some milliseconds; four seconds are many of those. But a topic in which half of the
 * records are no such records at all names a new id with each: so all this waiting together may
 * take half a minute at once and a tenth of the time from then on. Beyond, an id is asked for once.
 */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofMillis(1000),
          Duration.ofMillis(2000));
  private static final long MOST = Duration.ofSeconds(30).toNanos();
  private static final int SHARE = 10;

  private final String registry;
  private final Time time;
  private long left = MOST;
  private long asOf;
  private boolean isSaid;

  Patience(String registry, Time time) {
    this.registry = registry;
    this.time = time;
    this.asOf = time.nanos();
  }

  private synchronized boolean takes(Duration delay) {
    long now = time.nanos();
    left = Math.min(MOST, left + (now - asOf) / SHARE);
    asOf = now;
    if (left == MOST) {
      isSaid = false;
    }
    if (left < delay.toNanos()) {
      if (!isSaid) {
        isSaid = true;
        LOG.warn(
            "records name so many schemas that {} has not that it is asked once for each, and not"
                + " again some seconds later",
            registry);
      }
      return false;
    }
    left -= delay.toNanos();
    return true;
  }

  private synchronized void giveBack(Duration spent) {
    left = Math.min(MOST, left + spent.toNanos());
  }

  Share begin() {
    return new Share();
  }

  /** The patience with one thing. For one thread. */
  final class Share {
    private int asked;
    private Duration spent = Duration.ZERO;

    private Share() {}

    /** How long to wait before it is asked for again; nothing where it is not there. */
    Optional<Duration> next() {
      if (asked == DELAYS.size() || !takes(DELAYS.get(asked))) {
        return Optional.empty();
      }
      Duration delay = DELAYS.get(asked++);
      spent = spent.plus(delay);
      return Optional.of(delay);
    }

    /** It was there in the end, and the waiting was not in vain. */
    void found() {
      giveBack(spent);
    }
  }
}
