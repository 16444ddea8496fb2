package io.sluice.audit;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.Store;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Supplier;

/** Records that somebody has taken note of offsets that nobody can bring back any more. */
public final class Acknowledge {
  private final Store lake;
  private final Store deadLetters;
  private final Contract contract;
  private final Supplier<SourceReader> topic;

  public Acknowledge(Store lake, Store deadLetters, Contract contract, Source source) {
    this(lake, deadLetters, contract, source::open);
  }

  Acknowledge(Store lake, Store deadLetters, Contract contract, Supplier<SourceReader> topic) {
    this.lake = lake;
    this.deadLetters = deadLetters;
    this.contract = contract;
    this.topic = topic;
  }

  /**
   * Makes sure that they are gone, and records it.
   *
   * @param offsets from the first to the last: those that files have between them are left out
   * @param by who says so
   * @param why what is known of it
   * @throws UserException where Kafka has one of them, or files have all
   */
  public Acknowledgement record(
      int number, Range offsets, String by, String why, Instant at, String version)
      throws IOException {
    String source;
    Long beginning;
    try (SourceReader log = topic.get()) {
      source = log.id().text();
      beginning = log.beginnings().get(number);
    }
    if (beginning == null) {
      throw new UserException(
          "--partition=" + number + ": the topic has no such partition; see sluice audit");
    }
    if (offsets.to() >= beginning) {
      throw new UserException(
          "offsets "
              + Math.max(offsets.from(), beginning)
              + ".."
              + offsets.to()
              + " of partition "
              + number
              + " are not gone: Kafka has those from "
              + beginning
              + " on, and a job reads them, or a rebuild brings them back");
    }
    Covered covered =
        Audit.covered(lake, deadLetters, contract, Audit.Expiry.NEVER, Audit.Visitor.NONE);
    Positions asked = new Positions();
    asked.addRange(source, number, offsets.from(), offsets.to() + 1);
    Positions holes = asked.minus(covered.lake()).minus(covered.deadLetters());
    if (holes.isEmpty()) {
      throw new UserException(
          "offsets "
              + offsets.from()
              + ".."
              + offsets.to()
              + " of partition "
              + number
              + " are not gone: all of them are in the lake; name those that sluice audit calls GONE");
    }
    Acknowledgement done =
        new Acknowledgement(source, number, offsets, holes, by.strip(), why.strip(), at, version);
    done.record(lake, contract.table());
    return done;
  }
}
