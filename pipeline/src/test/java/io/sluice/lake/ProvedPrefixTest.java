package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvedPrefixTest {
  @TempDir private Path directory;

  /** Of two audits at once the slower one writes what it knew when it began. */
  @Test
  void anAuditThatKnewLessTakesNothingBack() throws Exception {
    try (Store store = new LocalStore(directory)) {
      ProvedPrefix.record(store, "t", "source", Map.of(0, 50L), Instant.EPOCH, "0.1.0");
      ProvedPrefix.record(store, "t", "source", Map.of(0, 100L), Instant.EPOCH, "0.1.0");
      Path folder = directory.resolve("_sluice/t/proved");
      Files.copy(folder.resolve("0000000001.json"), folder.resolve("0000000003.json"));
      assertEquals(Map.of(0, 100L), ProvedPrefix.read(store, "t", "source"));
    }
  }
}
