package io.sluice.chaos;

import io.sluice.chaos.Ledger.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Events that carry their number, most of them good and on time, some late, some early, some
 * broken, and one of a thousand such that the decoder fails at it.
 */
final class ChaosEvents {
  private static final int POISONED = 16;
  private static final int LATE = 29;
  private static final int ON_TIME = 1_000;
  private static final Duration LATEST = Duration.ofDays(3);

  private final SplittableRandom random;
  private final boolean broken;
  private volatile boolean allDead;

  /**
   * @param broken false for good events alone, of which more are late and none is early
   */
  ChaosEvents(long seed, boolean broken) {
    this.random = new SplittableRandom(seed);
    this.broken = broken;
  }

  /**
   * An event.
   *
   * @param place what is to become of it
   */
  record Event(byte @Nullable [] value, Place place) {}

  /** From now on nothing is accepted, or as much as before again. */
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
      return new Event(
          utf8("{\"timestamp\":\"" + Instant.ofEpochMilli(recordTime)), Place.DEAD_LETTER);
    } else if (kind < 8) {
      return new Event(json(n, "\"soon\"", "\"view\""), Place.DEAD_LETTER);
    } else if (kind < 12) {
      return new Event(null, Place.DEAD_LETTER);
    } else if (kind < 16) {
      return new Event(json(n, time(recordTime), "null"), Place.EITHER);
    } else if (kind == POISONED) {
      return new Event(poisoned(json(n, time(recordTime), "\"view\"")), Place.DEAD_LETTER);
    }
    long eventTime = recordTime - random.nextInt(2_000);
    if (kind <= LATE) {
      eventTime = recordTime - random.nextLong(LATEST.toMillis());
    } else if (kind < 35) {
      eventTime = recordTime + random.nextLong(Duration.ofMinutes(20).toMillis());
    }
    return new Event(json(n, time(eventTime), "\"view\""), Place.LAKE);
  }

  /**
   * An event whose record says another time than it: whether it is accepted depends on how far they
   * are apart. One in four is broken whatever its time is.
   */
  synchronized Event untimely(long n, long eventTime) {
    return random.nextInt(4) == 0
        ? new Event(utf8("{\"timestamp\":\"" + eventTime), Place.DEAD_LETTER)
        : new Event(json(n, time(eventTime), "\"view\""), Place.EITHER);
  }

  /** An event whose time, name and number are a number that the contract has no place for. */
  synchronized Event withNumber(String number) {
    return new Event(
        utf8(
            "{\"timestamp\":%1$s,\"event_name\":%1$s,\"n\":%1$s,\"unknown\":[%1$s]}"
                .formatted(number)),
        Place.DEAD_LETTER);
  }

  /** A record beyond the contract's limit that no codec makes smaller. */
  synchronized Event large(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return new Event(value, Place.DEAD_LETTER);
  }

  private static String time(long epochMillis) {
    return "\"" + Instant.ofEpochMilli(epochMillis).truncatedTo(ChronoUnit.MILLIS) + "\"";
  }

  private byte[] json(long n, String time, String name) {
    return utf8(
        "{\"timestamp\":"
            + time
            + ",\"event_name\":"
            + name
            + ",\"n\":"
            + n
            + ",\"user_identifiers\":{\"platform\":\"web\",\"id\":\"user_"
            + random.nextInt(100_000)
            + "\"}}");
  }

  /** With a name that the exact decoder alone reads, which is made to fail at it. */
  private static byte[] poisoned(byte[] json) {
    String open = new String(json, 0, json.length - 1, StandardCharsets.UTF_8);
    return utf8(open + "," + Failpoint.POISON + ":1}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
