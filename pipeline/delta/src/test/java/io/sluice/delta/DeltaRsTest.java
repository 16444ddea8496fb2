package io.sluice.delta;

import static io.sluice.delta.TestLake.DATE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.PythonReaders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real lake as delta-rs finds it, which is not Delta's kernel. */
@Tag("slow")
class DeltaRsTest {
  private static final String LATE = "2026-01-02T00:00:03+00:00";

  @TempDir Path directory;

  private JsonNode read(PythonReaders readers, String... more) throws Exception {
    String folder = directory.resolve("lake/user_actions").toString();
    return readers.read(
        "delta_table.py",
        Stream.concat(Stream.of(folder, DATE.toString(), LATE), Stream.of(more))
            .toArray(String[]::new));
  }

  private static void assertFound(long rows, int files, JsonNode found) {
    assertEquals(rows, found.path("rows").asLong(-1), found::toString);
    assertEquals(files, found.path("files").asInt(-1), found::toString);
  }

  @Test
  void countsPartitionsAndTimeTravelAreTheLakes() throws Exception {
    PythonReaders readers = PythonReaders.open();
    try (TestLake lake = new TestLake(directory.resolve("lake"))) {
      lake.append(DATE, 0, 1, 2, 3);
      lake.append(DATE, 0, 4, 5);
      lake.append(DATE.plusDays(1), 0, 6);
      lake.follow(List.of(DATE, DATE.plusDays(1)));
      JsonNode grown = read(readers);
      assertFound(6, 3, grown.path("all"));
      assertFound(5, 2, grown.path("date"));
      assertEquals(4, grown.path("time").path("rows").asLong());
      assertEquals(0, grown.path("version").asLong(-1));
      assertEquals(
          List.of(
              "event_datetime",
              "event_name",
              "user_id",
              "platform",
              "product_name",
              "SKU",
              "event_date"),
          names(grown));

      // What it replaces stays for a grace, so that the version before is read whole.
      lake.compact(DATE, Duration.ofDays(1));
      lake.append(DATE, 0, 7);
      lake.follow(DATE);
      JsonNode after = read(readers, "0");
      assertFound(7, 3, after.path("all"));
      assertFound(6, 2, after.path("date"));
      assertEquals(5, after.path("time").path("rows").asLong());
      assertFound(6, 3, after.path("before"));
    }
  }

  private static List<String> names(JsonNode found) {
    return StreamSupport.stream(found.path("columns").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
