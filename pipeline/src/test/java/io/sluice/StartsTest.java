package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.report.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartsTest {
  private static final Instant TIME = Instant.parse("2026-05-01T00:00:00Z");

  @TempDir private Path directory;

  private static void append(TestLake lake, long from, long end) throws IOException {
    lake.append(
        LongStream.range(from, end).mapToObj(offset -> TestLake.event(0, offset, TIME)).toList());
  }

  private static long first(TestLake lake) throws IOException {
    return firstOf(lake, TestLake.SOURCE);
  }

  /** The first run began at the end of the topic, and what it wrote was proved. */
  @Test
  void whatWasProvedHidesNothingThatLiesBelow() throws IOException {
    TestLake lake = new TestLake(directory);
    append(lake, 10, 20);
    ProvedOffsets proved = new ProvedOffsets();
    proved.add(0, new Range(10, 20));
    proved.record(lake.lake, lake.contract.table(), TestLake.SOURCE, TIME, "1");
    assertEquals(0, first(lake));
    append(lake, 0, 10);
    // At 20 was a marker, which is in no file.
    assertEquals(21, first(lake));
    Files.delete(lake.files(LocalDate.of(2026, 5, 1)).get(0));
    assertEquals(List.of(21L, 0L), List.of(first(lake), firstOf(lake, "another")));
  }

  private static long firstOf(TestLake lake, String source) throws IOException {
    return Starts.committed(lake.lake, lake.deadLetters, lake.contract, source)
        .firstMissing(source, 0, 0);
  }
}
