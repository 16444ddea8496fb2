package io.sluice.local.debezium;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Whether an engine goes on: it may fail, end unasked, or try the same again without end. */
final class EngineState {
  /** It tries again where the database is away for a moment; a busy machine is slow. */
  static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

  private final LongSupplier nanos;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile long heard;
  private volatile boolean closed;

  /**
   * @param nanos a clock
   */
  EngineState(LongSupplier nanos) {
    this.nanos = nanos;
    heard = nanos.getAsLong();
  }

  /** Kafka has something that it had not. */
  void sent() {
    heard = nanos.getAsLong();
  }

  /** From now on somebody waits for what is to be sent. */
  void waited() {
    heard = nanos.getAsLong();
  }

  void failed(Throwable reason) {
    failure.compareAndSet(null, reason);
  }

  /** Its thread has nothing more to do, whatever it says of that. */
  void ended() {
    if (!closed) {
      failed(new IllegalStateException("nobody has closed it"));
    }
  }

  /** From now on it may end. */
  void closed() {
    closed = true;
  }

  /**
   * Whether there is something to wait for.
   *
   * @throws IllegalStateException with the reason where there is not
   */
  void requireProgress() {
    Throwable reason = failure.get();
    if (reason != null) {
      throw new IllegalStateException("Debezium has ended", reason);
    }
    if (nanos.getAsLong() - heard > LONGEST_SILENCE.toNanos()) {
      throw new IllegalStateException(
          "Debezium has sent nothing for "
              + LONGEST_SILENCE.toMinutes()
              + " minutes, though there are changes; with --keep DIR, DIR/postgresql/log says what"
              + " PostgreSQL says of it");
    }
  }
}
