package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.glue.GlueEmulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables in Glue, by Iceberg's own client of its API. */
class GlueCatalogTest extends CatalogContract {
  private final Map<String, GlueEmulator> catalogs = new HashMap<>();

  @BeforeAll
  static void credentials() {
    System.setProperty("aws.accessKeyId", "of-a-test");
    System.setProperty("aws.secretAccessKey", "of-a-test");
  }

  @AfterAll
  static void noCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  @AfterEach
  void stop() {
    catalogs.values().forEach(GlueEmulator::close);
  }

  @Override
  Catalog open(Path warehouse, String name) throws IOException {
    GlueEmulator glue = catalogs.get(name);
    if (glue == null) {
      glue = new GlueEmulator();
      glue.createDatabase("lake");
      catalogs.put(name, glue);
    }
    return CatalogUtil.buildIcebergCatalog(
        "sluice",
        Map.of(
            "type",
            "glue",
            "glue.id",
            "111122223333",
            "glue.endpoint",
            glue.endpoint().toString(),
            "client.region",
            "eu-central-1",
            "warehouse",
            warehouse.toString(),
            "io-impl",
            LocalFileIO.class.getName()),
        new Configuration());
  }

  @Test
  void glueIsAskedForNoMoreThanTerraformsRolesMayDo() throws Exception {
    try (TestLake lake = new TestLake(directory.resolve("of-files"))) {
      Path warehouse = directory.resolve("warehouse");
      lake.append(DATE, 0, 1, 2, 3);
      lake.append(DATE.plusDays(1), 0, 4);
      lake.follow(open(warehouse, "asked"), List.of(DATE, DATE.plusDays(1)));
      lake.append(DATE, 0, 5);
      lake.follow(open(warehouse, "asked"), DATE);
      lake.follow(open(warehouse, "asked"), DATE);
      assertEquals(5, TestLake.rows(open(warehouse, "asked")));
    }
    // CommitInGlue of terraform/modules/identity.
    assertEquals(
        Set.of("GetDatabase", "GetTable", "CreateTable", "UpdateTable"),
        new TreeSet<>(catalogs.get("asked").calls()));
  }
}
