package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A dead letter that came back is no double; everything else that is there twice is one. */
class AuditOverlapTest {
  private static final Positions DEAD = offsets(10, 20);

  private static Positions offsets(long from, long end) {
    Positions positions = new Positions();
    positions.addRange("source", 0, from, end);
    return positions;
  }

  private static LakeFiles.DataFile file(
      int sequence, Positions positions, String contract, boolean recovered) {
    PartFile part = new PartFile("events", "event_date", LocalDate.of(2026, 5, 1), 0, sequence);
    Footer footer =
        new Footer(
            positions.size(),
            positions,
            contract,
            new Footer.TimeRange(Instant.EPOCH, Instant.EPOCH),
            recovered);
    return new LakeFiles.DataFile(new Store.Entry(part.key(), 1), part, footer);
  }

  private static Audit.Overlap overlap(LakeFiles.DataFile... lake) {
    return Audit.overlap(
        new Audit.Coverage(List.of(lake)), new Audit.Coverage(List.of(file(0, DEAD, "1", false))));
  }

  @Test
  void aDeadLetterThatAReplayMadeGoodIsRecovered() {
    Audit.Overlap overlap =
        overlap(file(0, offsets(0, 10), "1", false), file(1, offsets(12, 15), "1", true));
    assertEquals(offsets(12, 15), overlap.recovered());
    assertEquals(new Positions(), overlap.duplicate());
  }

  @Test
  void aDeadLetterThatAChangedContractAcceptsIsRecovered() {
    Audit.Overlap overlap = overlap(file(0, offsets(5, 12), "2", false));
    assertEquals(offsets(10, 12), overlap.recovered());
    assertEquals(new Positions(), overlap.duplicate());
  }

  @Test
  void aDeadLetterInANormalFileOfTheSameContractIsADouble() {
    Audit.Overlap overlap =
        overlap(file(0, offsets(5, 12), "1", false), file(1, offsets(12, 15), "1", true));
    assertEquals(offsets(10, 12), overlap.duplicate());
    assertEquals(offsets(12, 15), overlap.recovered());
  }

  @Test
  void whatIsTwiceInTheLakeIsADoubleRecoveredOrNot() {
    assertEquals(
        offsets(13, 15),
        overlap(file(0, offsets(12, 15), "1", true), file(1, offsets(13, 16), "1", true))
            .duplicate());
    assertEquals(
        offsets(12, 13),
        overlap(file(0, offsets(12, 15), "1", true), file(1, offsets(12, 13), "2", false))
            .duplicate());
  }
}
