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

/** A dead letter that came back is no duplicate; everything else that is there twice is one. */
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
            null,
            recovered);
    return new LakeFiles.DataFile(new Store.Entry(part.key(), 1, Instant.EPOCH), part, footer);
  }

  private static Covered covered(LakeFiles.DataFile... files) {
    Pass pass = Pass.whole();
    Coverage lake = new Coverage(pass, null);
    List.of(files).forEach(lake::add);
    Coverage deadLetters = new Coverage(pass, null);
    deadLetters.add(file(0, DEAD, "1", false));
    return Coverage.covered(lake, deadLetters);
  }

  @Test
  void aDeadLetterThatAReplayMadeGoodIsRecovered() {
    Covered covered =
        covered(file(0, offsets(0, 10), "1", false), file(1, offsets(12, 15), "1", true));
    assertEquals(offsets(12, 15), covered.recovered());
    assertEquals(new Positions(), covered.duplicate());
  }

  @Test
  void aDeadLetterThatAChangedContractAcceptsIsRecovered() {
    Covered covered = covered(file(0, offsets(5, 12), "2", false));
    assertEquals(offsets(10, 12), covered.recovered());
    assertEquals(new Positions(), covered.duplicate());
  }

  @Test
  void aDeadLetterInANormalFileOfTheSameContractIsADuplicate() {
    Covered covered =
        covered(file(0, offsets(5, 12), "1", false), file(1, offsets(12, 15), "1", true));
    assertEquals(offsets(10, 12), covered.duplicate());
    assertEquals(offsets(12, 15), covered.recovered());
  }

  @Test
  void whatIsTwiceInTheLakeIsADuplicateRecoveredOrNot() {
    assertEquals(
        offsets(13, 15),
        covered(file(0, offsets(12, 15), "1", true), file(1, offsets(13, 16), "1", true))
            .duplicate());
    assertEquals(
        offsets(12, 13),
        covered(file(0, offsets(12, 15), "1", true), file(1, offsets(12, 13), "2", false))
            .duplicate());
  }
}
