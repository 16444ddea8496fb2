package io.sluice.chaos;

import io.sluice.chaos.EventWriter.Action;
import io.sluice.chaos.EventWriter.Written;
import io.sluice.chaos.Ledger.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Events that carry their number, most of them good and on time, some late, some early, some
 * broken, and one of a thousand such that the decoder fails at it.
 */
final class ChaosEvents {
  private static final int USERS = 100_000;
  private static final String ERASED = "07";

  /** Says to DuckDB whether a {@code user_id} is one of {@link #erasedUsers}. */
  static final String IS_ERASED = "ends_with(user_id, '" + ERASED + "')";

  private static final String VIEW = "view";
  private static final int POISONED = 16;
  private static final int LATE = 29;
  private static final int ON_TIME = 1_000;
  private static final Duration LATEST = Duration.ofDays(3);

  /** For a registry that was away, or is slow. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final SplittableRandom random;
  private final boolean broken;
  private final EventWriter writer;

  /** Of whoever changes the schema. Events are made without it, for a registry may not answer. */
  private final ReentrantLock evolving = new ReentrantLock();

  private volatile boolean allDead;

  /**
   * @param broken false for good events alone, of which more are late and none is early
   * @param writer writes them
   */
  ChaosEvents(long seed, boolean broken, EventWriter writer) {
    this.writer = writer;
    this.random = new SplittableRandom(seed);
    this.broken = broken;
  }

  /**
   * An event.
   *
   * @param place what is to become of it
   * @param kept what its row says; null where it is to have none
   */
  record Event(byte @Nullable [] value, Place place, @Nullable Action kept) {}

  /**
   * From now on nothing is accepted that has a name, where the format does not give it one; or as
   * much as before again.
   */
  void allDead(boolean dead) {
    allDead = dead;
  }

  synchronized Event next(long n, long recordTime) {
    int kind = random.nextInt(1000);
    if (allDead) {
      kind = kind % 16;
    } else if (!broken) {
      kind = kind < 50 ? LATE : ON_TIME;
    }
    if (kind < 4) {
      return dead(writer.cutOff(action(n, recordTime, VIEW)));
    } else if (kind < 8) {
      return dead(writer.misfit(action(n, recordTime, VIEW)));
    } else if (kind < 12) {
      return new Event(null, writer.withoutValue(), null);
    } else if (kind < 16) {
      return event(action(n, recordTime, null));
    } else if (kind == POISONED) {
      return dead(writer.unreadable(action(n, recordTime, VIEW)));
    }
    long eventTime = recordTime - random.nextInt(2_000);
    if (kind <= LATE) {
      eventTime = recordTime - random.nextLong(LATEST.toMillis());
    } else if (kind < 35) {
      eventTime = recordTime + random.nextLong(Duration.ofMinutes(20).toMillis());
    }
    return event(action(n, eventTime, VIEW));
  }

  /**
   * An event whose record says another time than it: whether it is accepted depends on how far they
   * are apart. One in four is broken whatever its time is.
   */
  synchronized Event untimely(long n, long eventTime) {
    Action action = action(n, eventTime, VIEW);
    return random.nextInt(4) == 0
        ? dead(writer.cutOff(action))
        : event(writer.write(action), Place.EITHER);
  }

  /** An event whose values are all a number that the contract has no place for. */
  Event ofNumber(String number) {
    return dead(writer.ofNumber(number));
  }

  /** A record beyond the contract's limit that no codec makes smaller. */
  synchronized Event large(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return dead(value);
  }

  /**
   * From some event on, events are written by another schema, if the format has schemas. The
   * registry is asked again for up to a minute.
   *
   * @param between what happens when the registry knows it and no event is written by it
   */
  void evolve(Runnable between) throws IOException, InterruptedException {
    evolving.lockInterruptibly();
    try {
      writer.prepare(PATIENCE);
      between.run();
      writer.evolve();
    } finally {
      evolving.unlock();
    }
  }

  /**
   * The same if it can be done at once.
   *
   * @return false where others do it, or the registry does not take the schema: it stays
   */
  boolean tryEvolve() throws InterruptedException {
    if (!evolving.tryLock()) {
      return false;
    }
    try {
      writer.prepare(Duration.ZERO);
      writer.evolve();
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      evolving.unlock();
    }
  }

  /** Those of which events may be erased in a run: one in a hundred. */
  static List<String> erasedUsers() {
    return IntStream.range(0, USERS)
        .mapToObj(number -> "user_" + number)
        .filter(user -> user.endsWith(ERASED))
        .toList();
  }

  /** How many schemas there were. */
  int schemas() {
    return writer.schemas();
  }

  private Action action(long n, long time, @Nullable String name) {
    return new Action(n, time, name, "user_" + random.nextInt(USERS), "web");
  }

  private Event event(Action action) {
    Written written = writer.write(action);
    // Without a name, the second contract alone takes it.
    return event(written, written.kept().name() == null ? Place.EITHER : Place.LAKE);
  }

  private static Event event(Written written, Place place) {
    return new Event(written.value(), place, written.kept());
  }

  private static Event dead(byte[] value) {
    return new Event(value, Place.DEAD_LETTER, null);
  }
}
