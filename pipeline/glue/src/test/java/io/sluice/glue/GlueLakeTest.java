package io.sluice.glue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.DuckDb;
import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.complete.Manifest;
import io.sluice.follow.Reconcile;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real lake, and what Glue has of it, whatever became of the lake. */
class GlueLakeTest {
  private static final LocalDate DATE = TestLake.DATE;
  private static final String NAME = TestLake.TABLE.name();

  @TempDir Path directory;
  private GlueEmulator glue;
  private TestLake lake;

  @BeforeEach
  void begin() throws IOException {
    glue = new GlueEmulator();
    glue.createDatabase(TestLake.DATABASE);
    lake = new TestLake(directory, glue.endpoint());
  }

  @AfterEach
  void end() {
    lake.close();
    glue.close();
  }

  /** The places that each partition leads to, by its value, as a list of partitions has them. */
  private Map<String, List<String>> found() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    for (Map.Entry<String, ObjectNode> one : glue.partitions(TestLake.DATABASE, NAME).entrySet()) {
      found.put(one.getKey(), Partitions.read(one.getValue(), lake.store));
    }
    return found;
  }

  /** The live files of each date that has one, as its newest manifest names them. */
  private Map<String, List<String>> manifests() throws IOException {
    Map<String, List<String>> named = new TreeMap<>();
    for (LocalDate date : LakeFiles.dates(lake.store, TestLake.TABLE)) {
      List<String> places =
          DateFiles.read(lake.store, TestLake.TABLE, date)
              .manifest()
              .map(Manifest::files)
              .orElse(List.of())
              .stream()
              .map(
                  file ->
                      "file://"
                          + directory
                          + "/"
                          + NAME
                          + "/event_date="
                          + date
                          + "/"
                          + file.name())
              .sorted()
              .toList();
      if (!places.isEmpty()) {
        named.put(date.toString(), places);
      }
    }
    return named;
  }

  private void assertAllDone(Map<LocalDate, Reconcile.Outcome> outcomes) {
    outcomes.forEach(
        (date, outcome) -> assertEquals(null, outcome.failed(), () -> date + " has failed"));
  }

  @Test
  void aNewTableHasTheContractsColumnsAndAPartitionForEachDate() throws IOException {
    lake.append(DATE, 0, 1, 2, 3);
    lake.publish(DATE);
    lake.follow(DATE);
    JsonNode table = glue.table(TestLake.DATABASE, NAME);
    JsonNode storage = table.path("StorageDescriptor");
    List<String> columns = new ArrayList<>();
    storage
        .path("Columns")
        .forEach(one -> columns.add(one.path("Name").asText() + " " + one.path("Type").asText()));
    assertEquals(
        LakeColumns.shape(TestLake.TABLE).columns().stream()
            .map(column -> column.name() + " " + column.type())
            .toList(),
        columns);
    assertTrue(columns.contains("event_datetime timestamp"), columns.toString());
    assertTrue(columns.contains("user_id string"), columns.toString());
    assertEquals("in UTC; never null; from timestamp", storage.at("/Columns/0/Comment").asText());
    assertEquals("event_date", table.at("/PartitionKeys/0/Name").asText());
    assertEquals("date", table.at("/PartitionKeys/0/Type").asText());
    assertEquals("EXTERNAL_TABLE", table.path("TableType").asText());
    assertEquals(
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        storage.at("/SerdeInfo/SerializationLibrary").asText());
    ObjectNode partition = glue.partitions(TestLake.DATABASE, NAME).get(DATE.toString());
    assertEquals("1", partition.at("/Parameters/sluice.manifest").asText());
    assertEquals("1", partition.at("/Parameters/sluice.files").asText());
    assertEquals("3", partition.at("/Parameters/sluice.rows").asText());
    assertEquals(storage.path("Columns"), partition.at("/StorageDescriptor/Columns"));
    assertEquals(manifests(), found());
  }

  private String rows() throws SQLException {
    String place =
        glue.partitions(TestLake.DATABASE, NAME)
            .get(DATE.toString())
            .at("/StorageDescriptor/Location")
            .asText()
            .substring("file://".length());
    return DuckDb.query(
            "set variable files = (select string_split(trim(content, chr(10)), chr(10)) from"
                + " read_text('"
                + place
                + "manifest')); select count(*), count(distinct event_datetime) from"
                + " read_parquet(getvariable('files'))")
        .get(0);
  }

  @Test
  void duckDbReadsExactlyTheLiveRowsThatAPartitionLeadsTo() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 0, 4, 5);
    lake.append(DATE, 1, 6);
    lake.publish(DATE);
    lake.follow(DATE);
    assertEquals("6 6", rows());
    lake.append(DATE, 0, 7);
    lake.publish(DATE);
    lake.follow(DATE);
    assertEquals("7 7", rows());
    lake.compact(DATE);
    assertEquals(3, lake.follow(DATE).removed().size());
    assertEquals("7 7", rows());
    assertTrue(lake.follow(DATE).isNothing());
  }

  /** As SHOW PARTITIONS has them, after whatever became of the lake and of Glue. */
  @Test
  void partitionsEqualTheManifestsAfterAnyHistory() throws IOException {
    for (int seed = 0; seed < 4; seed++) {
      random(new Random(seed), seed * 100_000L);
    }
  }

  private void random(Random random, long from) throws IOException {
    glue.pages(1 + random.nextInt(3), 1 + random.nextInt(3));
    long offset = from;
    for (int step = 0; step < 12; step++) {
      LocalDate date = DATE.plusDays(random.nextInt(6));
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          lake.append(date, random.nextInt(2), offset++, offset++);
          lake.publish(date);
        }
        // No manifest has it yet; a date without any is left alone, whatever Glue has of it.
        case 3 -> {
          if (manifests().containsKey(date.toString())
              || !glue.partitions(TestLake.DATABASE, NAME).containsKey(date.toString())) {
            lake.append(date, 0, offset++);
          }
        }
        case 4 -> {
          if (manifests().containsKey(date.toString())) {
            lake.publish(date);
            lake.compact(date);
          }
        }
        // The bucket's rule has removed a date that was old.
        case 5 ->
            lake.store.delete(
                lake.store.list(NAME + "/event_date=" + date + "/").stream()
                    .map(Store.Entry::key)
                    .toList());
        case 6 -> glue.partitions(TestLake.DATABASE, NAME).remove(date.toString());
        default -> {
          ObjectNode partition = glue.partitions(TestLake.DATABASE, NAME).get(date.toString());
          if (partition != null) {
            ((ObjectNode) partition.path("StorageDescriptor"))
                .put("Location", "file://" + directory + "/" + NAME);
          }
        }
      }
      if (random.nextBoolean()) {
        assertAllDone(lake.followAll());
        Map<String, List<String>> named = manifests();
        // What is not published is left alone, and is in no manifest.
        assertEquals(named, found(), "step " + step + " from " + from);
      }
    }
    assertAllDone(lake.followAll());
    assertEquals(manifests(), found());
  }

  @Test
  void manyDatesAreFewCalls() throws IOException {
    List<LocalDate> dates = new ArrayList<>();
    for (int day = 0; day < 30; day++) {
      LocalDate date = DATE.plusDays(day);
      dates.add(date);
      lake.append(date, 0, 1000 + day);
      lake.publish(date);
    }
    assertAllDone(lake.follow(dates));
    assertEquals(30, found().size());
    Map<String, Long> calls =
        glue.calls().stream()
            .collect(Collectors.groupingBy(call -> call, TreeMap::new, Collectors.counting()));
    assertEquals(1, calls.get("BatchCreatePartition"), calls.toString());
    assertTrue(calls.get("BatchGetPartition") <= 3, calls.toString());
    for (LocalDate date : dates) {
      lake.store.delete(
          lake.store.list(NAME + "/event_date=" + date + "/").stream()
              .map(Store.Entry::key)
              .toList());
    }
    glue.forgetCalls();
    assertAllDone(lake.followAll());
    assertEquals(Map.of(), found());
    assertEquals(
        2, glue.calls().stream().filter("BatchDeletePartition"::equals).count(), "25 a call");
  }

  @Test
  void aTableThatIsNotOursIsNeverTouched() throws IOException {
    lake.append(DATE, 0, 1);
    lake.publish(DATE);
    ObjectNode others =
        GlueEmulator.JSON.createObjectNode().put("Name", NAME).put("TableType", "EXTERNAL_TABLE");
    others.putObject("Parameters").put("projection.enabled", "true");
    glue.put(TestLake.DATABASE, others);
    Exception e = assertThrows(UserException.class, () -> lake.follow(DATE));
    assertEquals(
        "Glue's table lake.user_actions is there, and was not made by --publish=glue: name another"
            + " --glueDatabase or --glueTable, such as {table}_live, or drop it",
        e.getMessage());
    assertEquals(others, glue.table(TestLake.DATABASE, NAME));
    assertEquals(Map.of(), found());
  }
}
