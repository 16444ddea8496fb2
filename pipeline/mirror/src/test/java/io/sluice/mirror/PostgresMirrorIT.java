package io.sluice.mirror;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL, whose large values are not logged where they do not change. */
class PostgresMirrorIT extends DatabaseMirrorContract {
  private @Nullable EmbeddedPostgres server;

  @Override
  void start(Path folder) throws Exception {
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("timezone", "UTC")
            .setPGStartupWait(Duration.ofMinutes(3))
            .start();
  }

  @Override
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  @Override
  List<String> prepare() {
    return List.of(
        "create table items (shop text, id bigint, total int, large text, primary key (shop, id))",
        "alter table items alter large set storage external",
        "insert into items select 'shop-0', i, i, " + large() + " from generate_series(0, 30) i");
  }

  @Override
  String large() {
    return "(select string_agg(md5(random()::text), '') from generate_series(1, 100))";
  }

  /** PostgreSQL does not log it, and the row of the old key is gone. */
  @Override
  boolean movesLargeValues() {
    return false;
  }

  @Override
  Map<String, String> settings() {
    return Map.of(
        "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
        "plugin.name", "pgoutput",
        "database.port", String.valueOf(server.getPort()),
        "database.user", "postgres",
        "database.password", "postgres",
        "database.dbname", "postgres",
        "table.include.list", "public.items",
        // The slot stays behind, so that what was sent is sent again.
        "flush.lsn.source", "false");
  }

  @Override
  String placeColumns() {
    return """
      - {name: lsn, path: _lsn, type: int64}
      - {name: unavailable, path: _unavailable, type: {list: string}}
    """;
  }
}
