package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.PythonReaders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real lake as pyiceberg finds it, through a REST catalog and through one of its own. */
@Tag("slow")
class PyIcebergTest {
  private static final String LATE = "2026-01-02T00:00:03+00:00";

  @TempDir Path directory;

  private static void assertFound(long rows, int files, JsonNode found) {
    assertEquals(rows, found.path("rows").asLong(-1), found::toString);
    assertEquals(files, found.path("files").asInt(-1), found::toString);
  }

  private static String metadata(Catalog catalog) {
    return ((HasTableOperations) catalog.loadTable(NAME))
        .operations()
        .current()
        .metadataFileLocation();
  }

  @Test
  void countsPartitionsAndTimeTravelAreTheLakes() throws Exception {
    PythonReaders readers = PythonReaders.open();
    Path warehouse = directory.resolve("warehouse");
    try (RestServer server = new RestServer(JdbcCatalogTest.jdbc(warehouse, "pyiceberg"));
        TestLake lake = new TestLake(directory.resolve("lake"))) {
      Map<String, String> settings = server.settings();
      Catalog catalog = CatalogUtil.buildIcebergCatalog("sluice", settings, new Configuration());
      lake.append(DATE, 0, 1, 2, 3);
      lake.append(DATE, 0, 4, 5);
      lake.append(DATE.plusDays(1), 0, 6);
      lake.follow(catalog, List.of(DATE, DATE.plusDays(1)));
      String first = String.valueOf(catalog.loadTable(NAME).currentSnapshot().snapshotId());
      String uri = String.valueOf(settings.get("uri"));
      for (String place : List.of(uri, metadata(catalog))) {
        JsonNode grown = readers.read("iceberg_table.py", place, DATE.toString(), LATE, first);
        assertFound(6, 3, grown.path("all"));
        assertFound(5, 2, grown.path("date"));
        // By the files' bounds: one file of three has no such time.
        assertEquals(4, grown.path("time").path("rows").asLong());
        assertFound(6, 3, grown.path("snapshot"));
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
      }

      lake.append(DATE, 0, 7);
      lake.follow(catalog, DATE);
      for (String place : List.of(uri, metadata(catalog))) {
        JsonNode after = readers.read("iceberg_table.py", place, DATE.toString(), LATE, first);
        assertFound(7, 4, after.path("all"));
        assertFound(6, 3, after.path("date"));
        assertEquals(5, after.path("time").path("rows").asLong());
        assertFound(6, 3, after.path("snapshot"));
      }
    }
  }

  private static List<String> names(JsonNode found) {
    return StreamSupport.stream(found.path("columns").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
