package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.lake.Positions.Range;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvedOffsetsTest {
  @TempDir private Path directory;

  private static ProvedOffsets of(Range... ranges) {
    ProvedOffsets proved = new ProvedOffsets();
    List.of(ranges).forEach(range -> proved.add(0, range));
    return proved;
  }

  private static void record(Store store, Range... ranges) throws Exception {
    of(ranges).record(store, "t", "source", Instant.EPOCH, "0.1.0");
  }

  private static List<Range> read(Store store) throws Exception {
    return ProvedOffsets.read(store, "t", "source").of(0);
  }

  /** Of two audits at once the slower one writes what it knew when it began. */
  @Test
  void anAuditThatKnewLessTakesNothingBack() throws Exception {
    try (Store store = new LocalStore(directory)) {
      record(store, new Range(0, 49));
      record(store, new Range(50, 99));
      Path folder = directory.resolve("_sluice/t/proved");
      Files.copy(folder.resolve("0000000001.json"), folder.resolve("0000000003.json"));
      assertEquals(List.of(new Range(0, 99)), read(store));
    }
  }

  @Test
  void whatDoesNotMeetStaysApartUntilWhatLiesBetweenIsProved() throws Exception {
    try (Store store = new LocalStore(directory)) {
      record(store, new Range(500, 999));
      record(store, new Range(0, 99));
      assertEquals(List.of(new Range(0, 99), new Range(500, 999)), read(store));
      record(store, new Range(60, 499));
      assertEquals(List.of(new Range(0, 999)), read(store));
    }
  }

  @Test
  void anObjectThatDoesNotSayFromWhereOnProvesNothing() throws Exception {
    try (Store store = new LocalStore(directory)) {
      store.create(
          "_sluice/t/proved/0000000001.json",
          "{\"format\":1,\"source\":\"source\",\"offsets\":{\"0\":100}}"
              .getBytes(StandardCharsets.UTF_8),
          "token");
      assertEquals(List.of(), read(store));
    }
  }

  @Test
  void whatIsLeftOfRangesAndWhereTheFirstGapIs() {
    ProvedOffsets proved = of(new Range(10, 19), new Range(30, 39));
    assertEquals(
        List.of(new Range(0, 9), new Range(20, 29), new Range(40, 50)),
        proved.without(0, List.of(new Range(0, 50))));
    assertEquals(List.of(), proved.without(0, List.of(new Range(12, 15), new Range(30, 39))));
    assertEquals(20, proved.firstMissing(0, 10));
    assertEquals(9, proved.firstMissing(0, 9));
    assertEquals(10, proved.firstMissing(1, 10));
  }
}
