package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplacedTest {
  private static PartFile file(long sequence, @Nullable String rewrite) {
    return new PartFile("t", "event_date", LocalDate.of(2026, 5, 1), 0, sequence, rewrite);
  }

  /** A log whose numbers have holes, and files of many rewrites: nothing of it is a range. */
  @Test
  void tensOfThousandsOfFilesThatAreNoRangeAreNamed() {
    List<PartFile> files =
        IntStream.range(0, 40_000)
            .mapToObj(i -> file(2L * i, i % 2 == 0 ? null : "6920c3a1b7e2-000"))
            .toList();
    Replaced replaced = Replaced.of(files);
    assertEquals(
        files.stream().map(PartFile::name).collect(Collectors.toCollection(TreeSet::new)),
        replaced.names(file(80_000, "6920c3a1b7e3-000")));
    assertEquals(replaced, new Replaced(replaced.text()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "0 ", " 0", "0  1", "0-", "-1", "x", "0 x", "1_", "1-2-3", "0\n"})
  void whatNamesNoFilesIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new Replaced(text));
  }
}
