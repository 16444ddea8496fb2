package io.sluice.chaos;

import io.sluice.chaos.Ledger.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the events of a run in a format: good ones, and each kind of broken one that it has. */
interface EventWriter {
  /**
   * What an event says.
   *
   * @param time in milliseconds since 1970
   */
  record Action(
      long n, long time, @Nullable String name, @Nullable String user, @Nullable String platform) {
    /** As ISO 8601 has it, in UTC. */
    String isoTime() {
      return Instant.ofEpochMilli(time).toString();
    }
  }

  /**
   * An event as bytes.
   *
   * @param kept what can be read of it: the format, or the schema of the moment, need not have all
   */
  record Written(byte[] value, Action kept) {}

  Written write(Action action);

  /** One whose end is missing. */
  default byte[] cutOff(Action action) {
    byte[] whole = write(action).value();
    return Arrays.copyOf(whole, whole.length - 1);
  }

  /** One that is well formed, and of which there can be no row. */
  byte[] misfit(Action action);

  /** One at which a decoder fails, or of which it makes nothing. */
  byte[] unreadable(Action action);

  /**
   * One whose values are all a number that the contract has no place for.
   *
   * @throws UnsupportedOperationException where numbers have no text in the format
   */
  default byte[] ofNumber(String number) {
    throw new UnsupportedOperationException("a format without texts of numbers");
  }

  /** What becomes of a record without a value. */
  default Place withoutValue() {
    return Place.DEAD_LETTER;
  }

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

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A text with bytes behind it that are no UTF-8. */
  static byte[] notUtf8(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(utf8(text));
    out.write(0xC3);
    out.write(0x28);
    return out.toByteArray();
  }
}
