package io.sluice.chaos;

import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EmbeddedS3;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/**
 * A catalog of Iceberg: a {@link CatalogServer}, its own process, behind a proxy that makes its
 * answers go wrong. The metadata of its tables is on the S3 server of the run, and the catalog and
 * its clients reach that through the faults of S3.
 */
final class TableCatalog implements AutoCloseable {
  /** The bucket of the metadata. */
  static final String BUCKET = "tables";

  private static final String NAME = "sluice";

  private final Path directory;
  private final Path database;
  private final int port;
  private final JavaProcess process;
  private final S3FaultProxy proxy;

  private TableCatalog(Path directory, URI s3, long seed) throws IOException {
    this.directory = directory;
    database = directory.resolve("catalog.db");
    port = EmbeddedKafka.freePort();
    List<String> options = new ArrayList<>(List.of("-Xmx160m"));
    EmbeddedS3.CREDENTIALS.forEach((key, value) -> options.add("-D" + key + "=" + value));
    process =
        new JavaProcess(
            "catalog",
            directory.resolve("logs"),
            options,
            CatalogServer.class.getName(),
            List.of(database.toString(), String.valueOf(port), s3.toString()));
    proxy = new S3FaultProxy("the catalog", port, seed, TableCatalog::isCommit);
  }

  /**
   * Starts one.
   *
   * @param s3 where it finds the store, with the store's faults
   */
  static TableCatalog start(Path directory, URI s3, long seed)
      throws IOException, InterruptedException {
    TableCatalog catalog = new TableCatalog(directory, s3, seed);
    try {
      catalog.restart();
      return catalog;
    } catch (InterruptedException | RuntimeException e) {
      catalog.close();
      throw e;
    }
  }

  /** The request by which a table becomes another one; what tells of metrics is none. */
  private static boolean isCommit(S3Request request) {
    return request.method().equals("POST")
        && request.target().matches("/v1/namespaces/[^/?]+/tables/[^/?]+");
  }

  /**
   * Opens the catalog by its database, as its server does.
   *
   * @param s3 where the store is
   */
  static Catalog open(Path database, URI s3) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("type", "jdbc");
    // Requests come at once: who comes second waits, and does not fail.
    settings.put("uri", "jdbc:sqlite:" + database + "?busy_timeout=30000");
    settings.put("jdbc.schema-version", "V1");
    settings.put("warehouse", "s3://" + BUCKET);
    settings.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    settings.put("s3.client-factory-impl", "io.sluice.iceberg.LakeS3Clients");
    settings.put("s3.endpoint", s3.toString());
    settings.put("s3.path-style-access", "true");
    settings.put("client.region", "us-east-1");
    return CatalogUtil.buildIcebergCatalog(NAME, settings, new Configuration());
  }

  /** For whoever looks from outside at what is there, whatever the server answers. */
  Catalog open(URI s3) {
    return open(database, s3);
  }

  /** The flags by which a follower keeps the tables of a namespace. */
  List<String> flags(String follower, String namespace) throws IOException {
    Path config = directory.resolve("iceberg-" + namespace + ".properties");
    Files.writeString(
        config,
        """
        type=rest
        uri=%s
        rest.client.connection-timeout-ms=5000
        rest.client.socket-timeout-ms=5000
        sluice.namespace=%s
        """
            .formatted(proxy.endpoint(), namespace));
    return List.of("--publish=" + follower, "--icebergConfig=" + config);
  }

  JavaProcess process() {
    return process;
  }

  /** What stands before it, and makes its answers go wrong. */
  S3FaultProxy proxy() {
    return proxy;
  }

  /** Starts one that was killed, with all that it has answered for. */
  void restart() throws InterruptedException {
    process.start();
    JavaProcess.awaitPort(port);
  }

  @Override
  public void close() {
    process.close();
    proxy.close();
  }
}
