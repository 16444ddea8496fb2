package io.sluice.registry;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when a registry begins not to answer and when it answers again, once each. */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final String registry;
  private final Time time;
  private boolean isOn;
  private long since;

  Outage(String registry, Time time) {
    this.registry = registry;
    this.time = time;
  }

  synchronized void begins(Unanswered why) {
    if (!isOn) {
      isOn = true;
      since = time.nanos();
      LOG.warn(
          "schema registry {} does not answer, and records wait for it: {}",
          registry,
          why.getMessage());
    }
  }

  synchronized void ends() {
    if (isOn) {
      isOn = false;
      LOG.warn(
          "schema registry {} answers again, after {} s",
          registry,
          Duration.ofNanos(time.nanos() - since).toSeconds());
    }
  }
}
