package io.sluice.chaos;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes the events of a run in a format: good ones, and each kind of broken one that it has. */
interface EventWriter {
  /**
   * What an event says.
   *
   * @param time in milliseconds since 1970
   */
  record Action(
      long n, long time, @Nullable String name, @Nullable String user, @Nullable String platform) {}

  /**
   * An event as bytes.
   *
   * @param kept what can be read of it: the schema of the moment need not have all
   */
  record Written(byte[] value, Action kept) {}

  Written write(Action action);

  /** One whose end is missing. */
  byte[] cutOff(Action action);

  /** One that is well formed, and of which there can be no row. */
  byte[] misfit(Action action);

  /** One at which a decoder fails, or of which it makes nothing. */
  byte[] unreadable(Action action);

  /**
   * Registers the schema that comes next, if there are schemas. Nothing is written by it before
   * {@link #evolve}, and others may write meanwhile.
   *
   * @param patience how long it is tried again and again; zero: once
   * @throws IOException where the registry does not take it: the schema stays what it is
   */
  default void prepare(Duration patience) throws IOException, InterruptedException {}

  /** Writes by the schema that was prepared last. */
  default void evolve() {}

  /** How many schemas events were written by; 0 for a format without. */
  default int schemas() {
    return 0;
  }
}
