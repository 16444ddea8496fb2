package io.sluice.metrics;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How what is made of a table was at the last look of this JVM, for the metrics {@code
 * sluice_derived_…}. One thread changes it, any may read it. It says nothing where there is none.
 */
public final class DerivedState implements AutoCloseable {
  private static final Set<DerivedState> STATES = ConcurrentHashMap.newKeySet();
  private static final double MILLIS = 1000;

  private record Version(long number, Instant made, long rows, Map<String, Long> lacking) {}

  private record Lag(int files, long rows, @Nullable Instant oldest) {}

  /** What a gauge is told. */
  interface Taker {
    void take(String kind, String table, double value);
  }

  /** The same with why. */
  interface LackingTaker {
    void take(String kind, String table, String cause, double value);
  }

  private final String kind;
  private final String table;
  private volatile @Nullable Version version;
  private volatile @Nullable Lag lag;

  /** A worker's share, to be closed with it. */
  public DerivedState(String kind, String table) {
    this.kind = kind;
    this.table = table;
    STATES.add(this);
  }

  private interface OfVersion {
    double value(Version version);
  }

  private interface OfLag {
    double value(Lag lag);
  }

  private static void forEachVersion(OfVersion what, Taker taker) {
    for (DerivedState state : STATES) {
      Version version = state.version;
      if (version != null) {
        taker.take(state.kind, state.table, what.value(version));
      }
    }
  }

  private static void forEachLag(OfLag what, Taker taker) {
    for (DerivedState state : STATES) {
      Lag lag = state.lag;
      if (lag != null) {
        taker.take(state.kind, state.table, what.value(lag));
      }
    }
  }

  static void forEachNumber(Taker taker) {
    forEachVersion(Version::number, taker);
  }

  /** When each version was switched to, in seconds since the epoch. */
  static void forEachMade(Taker taker) {
    forEachVersion(version -> version.made().toEpochMilli() / MILLIS, taker);
  }

  static void forEachRows(Taker taker) {
    forEachVersion(Version::rows, taker);
  }

  static void forEachFilesBehind(Taker taker) {
    forEachLag(Lag::files, taker);
  }

  static void forEachRowsBehind(Taker taker) {
    forEachLag(Lag::rows, taker);
  }

  /** How long the oldest file that each lacks has been there, in seconds; 0 where it lacks none. */
  static void forEachBehind(Instant now, Taker taker) {
    forEachLag(
        lag ->
            lag.oldest() == null
                ? 0
                : Math.max(0, now.toEpochMilli() - lag.oldest().toEpochMilli()) / MILLIS,
        taker);
  }

  static void forEachLacking(LackingTaker taker) {
    for (DerivedState state : STATES) {
      Version version = state.version;
      if (version != null) {
        version
            .lacking()
            .forEach((cause, number) -> taker.take(state.kind, state.table, cause, number));
      }
    }
  }

  /** It was not begun, or is gone. */
  public void isNotThere() {
    version = null;
    lag = null;
  }

  /**
   * Readers find a version.
   *
   * @param made when they were switched to it
   * @param lacking how many values or changes it does not have, by why
   */
  public void isAt(long number, Instant made, long rows, Map<String, Long> lacking) {
    version = new Version(number, made, rows, Map.copyOf(lacking));
  }

  /**
   * It lacks files of its table.
   *
   * @param rows of these files
   * @param oldest since when the oldest has been there; null where it lacks none
   */
  public void lacks(int files, long rows, @Nullable Instant oldest) {
    lag = new Lag(files, rows, oldest);
  }

  @Override
  public void close() {
    STATES.remove(this);
  }
}
