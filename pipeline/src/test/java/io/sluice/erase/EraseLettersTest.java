package io.sluice.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.compact.BeforeDeletion;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.replay.DeadLetterFiles;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Letters go by the place of their column, or by what was erased in the lake; else it is said. */
@Tag("slow")
class EraseLettersTest extends EraseFixture {
  private static final String GONE = user(3);

  private TestLake letters() throws IOException {
    TestLake lake = lake(true);
    lake.append(
        List.of(
            // Of the key, by its place: the time is missing.
            record(0, "{\"user_id\":\"" + GONE + "\",\"number\":1}"),
            // Of another, and the key stands elsewhere.
            record(1, "{\"user_id\":\"somebody\",\"named\":\"" + GONE + "\"}"),
            // Cut off: nothing decides.
            record(2, "{\"t\":\"x\",\"user_id\":\"" + GONE + "\",\"nu"),
            // No place, and no mention.
            record(3, "not JSON at all"),
            // No place, with a mention, escaped.
            record(4, "{\"named\":\"user-23757-na\\u00efve\"}"),
            // A longer key that begins the same is another.
            record(5, "cut off " + GONE + "2"),
            new SourceRecord(
                TestLake.SOURCE,
                0,
                6,
                BEGIN.toEpochMilli(),
                GONE.getBytes(UTF_8),
                "nor this".getBytes(UTF_8),
                List.of())));
    return lake;
  }

  private List<String> left(TestLake lake) throws Exception {
    return query(
        "dead",
        lake.deadLetters,
        DeadLetters.table(lake.contract),
        "\"offset\"",
        "order by \"offset\"");
  }

  @Test
  void thePlaceOfTheColumnDecidesAndWhatIsUndecidedIsNamed() throws Exception {
    TestLake lake = letters();
    Table table = DeadLetters.table(lake.contract);
    EraseLetters erase = letters(lake, "user_id = " + GONE, false, false);
    Erase.Result result = erase.run(DATE, new Positions());
    assertEquals(1, result.rows());
    assertEquals(List.of("1", "2", "3", "4", "5", "6"), left(lake));
    assertEquals(positions(2, 4, 6), erase.undecided().get(DATE));
    assertEquals(positions(0), erased(lake.deadLetters, table));
    for (LakeFiles.DataFile file : live(lake.deadLetters, table)) {
      assertTrue(file.footer().addsUp());
    }
    assertEquals(
        0, letters(lake, "user_id = " + GONE, false, false).run(DATE, new Positions()).rows());
    // A job that reads Kafka again from the beginning does not bring it back.
    lake.append(List.of(record(0, "{\"user_id\":\"" + GONE + "\",\"number\":1}")));
    assertEquals(List.of("1", "2", "3", "4", "5", "6"), left(lake));
  }

  @Test
  void byBytesAllGoThatHaveTheKeySomewhereAndNoPlace() throws Exception {
    TestLake lake = letters();
    EraseLetters erase = letters(lake, "user_id = " + GONE, true, false);
    assertEquals(4, erase.run(DATE, new Positions()).rows());
    assertEquals(List.of("1", "3", "5"), left(lake));
    assertTrue(erase.undecided().isEmpty());
  }

  @Test
  void aLetterOfARecordThatWasErasedInTheLakeGoes() throws Exception {
    TestLake lake = letters();
    EraseLetters erase = letters(lake, "user_id = " + GONE, false, false);
    assertEquals(2, erase.run(DATE, positions(2, 50)).rows());
    assertEquals(List.of("1", "3", "4", "5", "6"), left(lake));
    assertEquals(positions(4, 6), erase.undecided().get(DATE));
  }

  @Test
  void numbersStandAlone() throws Exception {
    TestLake lake = lake(true);
    lake.append(
        List.of(
            record(0, "{\"number\":42}"),
            record(1, "{\"number\":\"42\"}"),
            record(2, "{\"number\":421, \"x"),
            record(3, "{\"number\":42, \"x"),
            record(4, "{\"number\":43, \"named\":\"42\"}")));
    EraseLetters erase = letters(lake, "number = 42", false, false);
    assertEquals(2, erase.run(DATE, new Positions()).rows());
    assertEquals(positions(3), erase.undecided().get(DATE));
  }

  /** A file that was replaced stays for its grace, and no replay reads the letter from it. */
  @Test
  void aReplayDoesNotFindALetterThatWasErased() throws Exception {
    TestLake lake = letters();
    Table table = DeadLetters.table(lake.contract);
    EraseLetters erase =
        new EraseLetters(
            lake.deadLetters,
            lake.contract,
            erase(lake.deadLetters, table, BeforeDeletion.NOTHING.with(Duration.ofHours(1)), false),
            where(lake, "user_id = " + GONE),
            false);
    erase.run(DATE, new Positions());
    assertTrue(
        LakeFiles.list(lake.deadLetters, table).size() > live(lake.deadLetters, table).size());
    Positions read = new Positions();
    new DeadLetterFiles(lake.deadLetters, lake.contract)
        .read(
            DATE,
            Set.of(),
            DeadLetterFiles.Columns.ALL,
            letter ->
                read.add(
                    letter.record().source(),
                    letter.record().partition(),
                    letter.record().offset()));
    assertEquals(positions(1, 2, 3, 4, 5, 6), read);
    assertFalse(read.contains(TestLake.SOURCE, 0, 0));
  }
}
