package io.sluice.iceberg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.AfterEach;

/** Tables of a catalog that is asked over HTTP. */
class RestCatalogTest extends CatalogContract {
  private final Map<String, RestServer> servers = new HashMap<>();

  @AfterEach
  void stop() {
    servers.values().forEach(RestServer::close);
  }

  @Override
  Catalog open(Path warehouse, String name) throws IOException {
    RestServer server = servers.get(name);
    if (server == null) {
      server = new RestServer(JdbcCatalogTest.jdbc(warehouse, name));
      servers.put(name, server);
    }
    return CatalogUtil.buildIcebergCatalog("sluice", server.settings(), new Configuration());
  }
}
