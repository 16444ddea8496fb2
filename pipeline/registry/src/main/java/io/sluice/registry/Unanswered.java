package io.sluice.registry;

import io.sluice.metrics.SchemaMetrics.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A try that came to nothing and may do better later. */
final class Unanswered extends Exception {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final Duration leaveAlone;

  /**
   * @param leaveAlone how long the server asks for no request
   */
  Unanswered(Outcome outcome, String message, Duration leaveAlone, @Nullable Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
    this.leaveAlone = leaveAlone;
  }

  Unanswered(Outcome outcome, String message, @Nullable Throwable cause) {
    this(outcome, message, Duration.ZERO, cause);
  }

  Outcome outcome() {
    return outcome;
  }

  Duration leaveAlone() {
    return leaveAlone;
  }
}
