package io.sluice.erase;

import io.sluice.compact.BeforeDeletion;
import io.sluice.complete.LiveFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A lake of people: each record is of one of ten, a second apart. */
abstract class EraseFixture {
  static final String YAML =
      """
      table: people
      topic: people
      event_time: t
      version: one
      position_columns: %s
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: user_id, type: string, bloom_filter: true, dictionary: false}
        - {name: named, type: string}
        - {name: number, type: int64}
        - {name: small, type: int32}
        - {name: uuid, type: uuid}
        - {name: money, type: "decimal(30,2)"}
        - {name: day, type: date}
        - {name: raw, type: bytes}
        - {name: who, type: {struct: [{name: id, type: int64}, {name: tags, type: {list: string}}]}}
      """;
  static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  static final Instant BEGIN = Instant.parse("2026-05-01T00:00:00Z");

  @TempDir Path directory;

  static Contract contract(boolean positions) {
    return ContractParser.parse(YAML.formatted(positions), "people.yaml");
  }

  TestLake lake(boolean positions) throws IOException {
    return new TestLake(directory, contract(positions));
  }

  /** A key as it is nowhere else. */
  static String user(long person) {
    return "user-%04d-naïve".formatted(person * 7919);
  }

  static String uuid(long person) {
    return "0f8fad5b-d9cb-469f-a165-70867728%04d".formatted(person);
  }

  /** The record of an offset: of person offset modulo 10. */
  static String json(long offset) {
    long person = offset % 10;
    return "{\"t\":\"%s\",\"user_id\":\"%s\",\"named\":\"name of %d\",\"number\":%d,\"small\":%d,\"uuid\":\"%s\",\"money\":%d.25,\"day\":\"2000-01-%02d\",\"raw\":\"%s\",\"who\":{\"id\":%d,\"tags\":[\"a\",\"%d\"]}}"
        .formatted(
            BEGIN.plusSeconds(offset),
            user(person),
            offset,
            5_000_000_000L + person,
            person - 5,
            uuid(person),
            person,
            person + 1,
            "AAE" + "ABCDEFGHIJ".charAt((int) person),
            person * 1000,
            offset);
  }

  static SourceRecord record(long offset, String json) {
    return TestLake.record(0, offset, BEGIN.plusSeconds(offset), json);
  }

  static List<SourceRecord> records(long from, long end) {
    List<SourceRecord> records = new ArrayList<>();
    for (long offset = from; offset < end; offset++) {
      records.add(record(offset, json(offset)));
    }
    return records;
  }

  /** Three files a shard at least, and the date complete. */
  TestLake filled(boolean positions) throws IOException {
    TestLake lake = lake(positions);
    lake.append(records(0, 40)).append(records(40, 80)).append(records(80, 100));
    return lake.complete(DATE);
  }

  static Where where(TestLake lake, String text) {
    return Where.parse(text, List.of(lake.contract));
  }

  static Erase erase(Store store, Table table, BeforeDeletion before, boolean dryRun) {
    return new Erase(
        store, table, new Erase.Settings(Duration.ZERO, 3, false, dryRun), before, files -> {});
  }

  static Erase.Result erase(TestLake lake, String where) throws IOException {
    return erase(lake.lake, lake.contract.lakeTable(), BeforeDeletion.NOTHING, false)
        .run(DATE, where(lake, where));
  }

  static EraseLetters letters(TestLake lake, String where, boolean byBytes, boolean dryRun) {
    return new EraseLetters(
        lake.deadLetters,
        lake.contract,
        erase(lake.deadLetters, DeadLetters.table(lake.contract), BeforeDeletion.NOTHING, dryRun),
        where(lake, where),
        byBytes);
  }

  static List<LakeFiles.DataFile> live(Store store, Table table) throws IOException {
    return LiveFiles.read(store, table).files();
  }

  static Positions erased(Store store, Table table) throws IOException {
    Positions erased = new Positions();
    live(store, table).forEach(file -> erased.addAll(file.footer().erased().positions()));
    return erased;
  }

  /** The positions of offsets of partition 0. */
  static Positions positions(long... offsets) {
    Positions positions = new Positions();
    for (long offset : offsets) {
      positions.add(TestLake.SOURCE, 0, offset);
    }
    return positions;
  }

  /** What DuckDB finds in the live files of a table. */
  List<String> query(String root, Store store, Table table, String select, String rest)
      throws Exception {
    List<String> files = new ArrayList<>();
    for (LakeFiles.DataFile file : live(store, table)) {
      files.add("'" + directory.resolve(root).resolve(file.entry().key()) + "'");
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select "
                    + select
                    + " from read_parquet(["
                    + String.join(",", files)
                    + "]) "
                    + rest)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  /** How many rows there are of which a condition holds. */
  long count(TestLake lake, String condition) throws Exception {
    return Long.parseLong(
        query("lake", lake.lake, lake.contract.lakeTable(), "count(*)", "where " + condition)
            .get(0));
  }

  Path folder(TestLake lake) {
    Table table = lake.contract.lakeTable();
    return directory
        .resolve("lake")
        .resolve(PartFile.folder(table.name(), table.dateColumn(), DATE));
  }

  Path keys(String... lines) throws IOException {
    return Files.writeString(directory.resolve("keys.txt"), String.join("\n", lines) + "\n");
  }
}
