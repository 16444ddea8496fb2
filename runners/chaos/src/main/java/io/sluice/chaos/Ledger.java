package io.sluice.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the producer knows of its records, as CSV: partition, offset, number of the event, what is
 * known of it, what is to become of it, and what can be read of it.
 */
final class Ledger implements AutoCloseable {
  /** What the broker said. */
  enum Known {
    ACKNOWLEDGED,
    /** Part of a transaction that was aborted: nobody may ever see it. */
    ABORTED,
    /** No answer, or none that says whether a transaction was committed: may be there, once. */
    IN_DOUBT
  }

  /** Where an event belongs. */
  enum Place {
    LAKE,
    DEAD_LETTER,
    /** A dead letter under the first contract, a row under the second. */
    EITHER,
    /** In neither table: the format makes no row of it, and no dead letter. */
    SKIPPED
  }

  private final Path file;
  private final BufferedWriter out;
  private long acknowledged;

  Ledger(Path file) throws IOException {
    this.file = file;
    this.out = Files.newBufferedWriter(file);
  }

  Path file() {
    return file;
  }

  /**
   * @param kept what its row says; null where it is to have none
   */
  synchronized void write(
      int partition,
      long offset,
      long n,
      Known known,
      Place place,
      EventWriter.@Nullable Action kept) {
    try {
      out.write(partition + "," + offset + "," + n + "," + known + "," + place + ",");
      if (kept == null) {
        out.write(",,,\n");
      } else {
        out.write(kept.time() + "," + cell(kept.name()) + "," + cell(kept.user()) + ",");
        out.write(cell(kept.platform()) + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (known == Known.ACKNOWLEDGED) {
      acknowledged++;
    }
  }

  private static String cell(@Nullable String text) {
    return text == null ? "" : text;
  }

  synchronized long acknowledged() {
    return acknowledged;
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
