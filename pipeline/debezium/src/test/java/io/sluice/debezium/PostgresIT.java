package io.sluice.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
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

/** A real PostgreSQL with each type that the connector documents, and what SQL says of the rows. */
class PostgresIT {
  @TempDir static Path folder;

  private static EmbeddedPostgres server;
  private static DatabaseTypes types;
  private static List<SourceRecord> records;
  private static SourceRecord large;

  @BeforeAll
  static void capture() throws Exception {
    Connector.assumeBinaries();
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("timezone", "UTC")
            .setServerConfig("lc_monetary", "C")
            .setPGStartupWait(Duration.ofMinutes(3))
            .start();
    try (Connection connection = server.getPostgresDatabase().getConnection()) {
      types = new DatabaseTypes("types", PostgresTypes.ALL, connection);
      for (String sql :
          List.of(
              "create type mood as enum ('happy', 'sad \"1\"')",
              "create domain positive as int check (value > 0)",
              "create extension citext",
              "create extension ltree",
              "create extension hstore")) {
        types.execute(sql);
      }
      types.createTable("");
      types.execute("alter table types replica identity full");
      types.insert(0, "r");
      try (Connector connector = new Connector(folder, settings())) {
        records = new ArrayList<>(connector.take(record -> isRow(record, types.changes() - 1)));
        types.insert(100, "c");
        types.update(100);
        types.delete(0);
        types.execute("truncate types");
        types.execute("select pg_logical_emit_message(true, 'prefix', 'content')");
        types.execute("insert into types (id) values (1000)");
        records.addAll(connector.take(record -> isRow(record, 1000)));
        records.remove(records.size() - 1);
        large = updateBesideALargeValue(connector);
      }
    }
  }

  /** A large value is stored apart, and is not logged by an update of another column. */
  private static SourceRecord updateBesideALargeValue(Connector connector) throws Exception {
    types.execute("alter table types replica identity default");
    types.execute(
        "insert into types (id, c_text, c_bytea, c_numeric, c_hstore, c_json, c_int_list, c_text_list, c_uuid_list)"
            + " select 2000, string_agg(md5(i::text), ''), decode(string_agg(md5(i::text), ''), 'hex'),"
            + " null, hstore(array_agg(md5(i::text)), array_agg(md5(i::text))),"
            + " to_json(array_agg(md5(i::text))), array_agg(hashint4(i)), array_agg(md5(i::text)),"
            + " array_agg(md5(i::text)::uuid) from generate_series(1, 5000) i");
    types.execute("update types set c_integer = 7 where id = 2000");
    return connector.take(record -> isRow(record, 2000) && "u".equals(operation(record))).stream()
        .filter(record -> "u".equals(operation(record)))
        .findFirst()
        .orElseThrow();
  }

  private static String operation(SourceRecord record) {
    return record.value() instanceof Struct envelope && envelope.schema().field("op") != null
        ? envelope.getString("op")
        : "";
  }

  private static boolean isRow(SourceRecord record, int id) {
    return record.value() instanceof Struct envelope
        && envelope.schema().field("after") != null
        && envelope.getStruct("after") != null
        && envelope.getStruct("after").getInt32("id") == id;
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.put("plugin.name", "pgoutput");
    settings.put("database.port", String.valueOf(server.getPort()));
    settings.put("database.user", "postgres");
    settings.put("database.password", "postgres");
    settings.put("database.dbname", "postgres");
    settings.put("table.include.list", "public.types");
    settings.put("include.unknown.datatypes", "false");
    settings.put("skipped.operations", "none");
    settings.put("provide.transaction.metadata", "true");
    settings.put("heartbeat.interval.ms", "100");
    return settings;
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachTypeHasTheValueThatSqlSays(Written.Form form) {
    types.assertDecoded(records, form);
  }

  /** What is no row is skipped by what it is: none of it is a dead letter. */
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
    assertEquals(Set.of("heartbeat", "message", "tombstone", "transaction", "truncate"), skipped);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheSourceSaysOfAChangeIsAsked(Written.Form form) {
    TestDebezium.Registry registry = new TestDebezium.Registry();
    Written written = new Written(registry);
    Contract contract =
        TestDebezium.contract(
            form.keys(),
            "name: id, type: int32",
            "name: op, path: _op, type: string",
            "name: lsn, path: _lsn, type: int64",
            "name: ts, path: _ts, type: timestamp",
            "name: db, path: _db, type: string",
            "name: schema, path: _schema, type: string",
            "name: table, path: _table, type: string",
            "name: snapshot, path: _snapshot, type: string",
            "name: tx, path: _tx_id, type: int64",
            "name: order, path: _transaction.total_order, type: int64",
            "name: old, path: _before.c_integer, type: int32",
            "name: old_day, path: _before.c_date, type: date",
            "name: connector, path: _source.connector, type: string");
    ValueDecoder decoder =
        new DebeziumFormat().decoder(contract, registry, new TestDebezium.Events());
    int rows = 0;
    for (SourceRecord record : records) {
      Outcome outcome = TestDebezium.decode(decoder, written.value(record, form));
      if (outcome instanceof Outcome.Skipped) {
        continue;
      }
      rows++;
      Map<String, Object> row = TestDebezium.row(contract, outcome);
      Struct envelope = (Struct) record.value();
      Struct source = envelope.getStruct("source");
      assertEquals(
          ChronoUnit.MICROS.addTo(Instant.EPOCH, source.getInt64("ts_us")), row.get("changed_at"));
      assertEquals(
          ChronoUnit.MICROS.addTo(Instant.EPOCH, envelope.getInt64("ts_us")), row.get("ts"));
      assertEquals(source.getInt64("lsn"), row.get("lsn"));
      assertEquals(
          "postgres public types postgresql",
          row.get("db")
              + " "
              + row.get("schema")
              + " "
              + row.get("table")
              + " "
              + row.get("connector"));
      assertEquals(source.get("snapshot"), row.get("snapshot"));
      assertEquals(source.getInt64("txId"), row.get("tx"));
      Struct before = envelope.getStruct("before");
      assertEquals(before == null ? null : before.getInt32("c_integer"), row.get("old"));
      Integer day = before == null ? null : before.getInt32("c_date");
      assertEquals(day == null ? null : LocalDate.ofEpochDay(day), row.get("old_day"));
      Struct transaction = envelope.getStruct("transaction");
      assertEquals(
          transaction == null ? null : transaction.getInt64("total_order"), row.get("order"));
    }
    assertEquals(types.changes(), rows);
  }

  @ParameterizedTest
  @EnumSource
  void aLargeValueThatIsNotLoggedIsNullAndNamed(Written.Form form) {
    assertEquals(
        "{id=2000, c_text=null, c_bytea=null, c_hstore=null, c_json=null, c_int_list=null,"
            + " c_text_list=null, c_uuid_list=null, names=[c_text, c_bytea, c_json, c_hstore,"
            + " c_int_list, c_text_list, c_uuid_list]}",
        large(form, ""));
    String kept = large(form, ", unavailable: keep");
    assertTrue(kept.contains("c_text=__debezium_unavailable_value"), kept);
    String refused = large(form, ", unavailable: dead_letter");
    assertTrue(refused.startsWith("Rejected[reason=MISSING_FIELD, path=c_text,"), refused);
  }

  private static String large(Written.Form form, String keys) {
    TestDebezium.Registry registry = new TestDebezium.Registry();
    Contract contract =
        TestDebezium.contract(
            form.keys() + keys,
            "name: id, type: int32",
            "name: c_text, type: string",
            "name: c_bytea, type: bytes",
            "name: c_hstore, type: json",
            "name: c_json, type: " + (keys.contains("keep") ? "string" : "json"),
            "name: c_int_list, type: {list: int32}",
            "name: c_text_list, type: {list: string}",
            "name: c_uuid_list, type: {list: string}",
            "name: names, path: _unavailable, type: {list: string}");
    Outcome outcome =
        TestDebezium.decode(
            new DebeziumFormat().decoder(contract, registry, new TestDebezium.Events()),
            new Written(registry).value(large, form));
    if (outcome instanceof Outcome.Rejected) {
      return outcome.toString();
    }
    Map<String, Object> row = TestDebezium.row(contract, outcome);
    row.remove("changed_at");
    return row.toString();
  }
}
