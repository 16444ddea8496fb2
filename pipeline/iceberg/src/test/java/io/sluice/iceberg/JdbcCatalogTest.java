package io.sluice.iceberg;

import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/** Tables in a database. */
class JdbcCatalogTest extends CatalogContract {
  static Catalog jdbc(Path warehouse, String name) {
    return CatalogUtil.buildIcebergCatalog(
        "sluice",
        Map.of(
            "type",
            "jdbc",
            "io-impl",
            LocalFileIO.class.getName(),
            "uri",
            "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE",
            "jdbc.schema-version",
            "V1",
            "warehouse",
            warehouse.toString()),
        new Configuration());
  }

  @Override
  Catalog open(Path warehouse, String name) {
    return jdbc(warehouse, name);
  }
}
