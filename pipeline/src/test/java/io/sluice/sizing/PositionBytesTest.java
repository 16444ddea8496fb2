package io.sluice.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.write.FilePolicy;
import org.junit.jupiter.api.Test;

class PositionBytesTest {
  @Test
  void contiguousPositionsNeverCloseAFile() {
    assertEquals(100_000_000, PositionBytes.rowsOfOneFile(100_000_000, 100_000_000));
  }

  @Test
  void scatteredPositionsCloseAFileAt64Kibibytes() {
    // Two bytes for each of one offset in a hundred.
    long rows = PositionBytes.rowsOfOneFile(1_000_000, 100_000_000);
    assertEquals(32_768, rows, FilePolicy.CHECK_ROWS);
    // A bitmap of one bit for each offset, where every second one is there.
    assertEquals(
        262_144, PositionBytes.rowsOfOneFile(10_000_000, 20_000_000), FilePolicy.CHECK_ROWS);
  }
}
