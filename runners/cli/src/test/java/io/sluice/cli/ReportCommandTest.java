package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.complete.Publication;
import io.sluice.contract.ContractParser;
import io.sluice.report.TestLake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sluice report} as a user calls it. */
class ReportCommandTest {
  private static final Instant TIME = Instant.parse("2026-03-10T12:00:00Z");

  @TempDir Path directory;
  private TestLake lake;
  private String out = "";
  private String err = "";

  @BeforeEach
  void makeALake() throws Exception {
    lake = new TestLake(directory);
    lake.append(
        List.of(
            TestLake.event(0, 0, TIME),
            TestLake.event(0, 1, TIME),
            TestLake.record(0, 2, TIME, "{secret")));
  }

  private int report(String... args) {
    List<String> all = new ArrayList<>(List.of("report"));
    for (String arg : args) {
      all.add(arg.replace("DIR", directory.toString()));
    }
    Ran ran = Ran.sluice(all.toArray(new String[0]));
    out = ran.out();
    err = ran.err();
    return ran.status();
  }

  @Test
  void aPageIsWrittenOverTheOneBeforeAndNothingElseIsLeft() throws Exception {
    Path page = Files.writeString(directory.resolve("page.html"), "the one before");
    assertEquals(
        0, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--out=DIR/page.html"), err);
    assertTrue(out.contains("2 rows of 1 date in 1 file, 1 dead letter; "), out);
    assertTrue(out.endsWith("report: " + page + "\n"), out);
    String html = Files.readString(page);
    assertTrue(html.startsWith("<!DOCTYPE html>"), html.substring(0, 20));
    assertTrue(html.contains("secret"));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("dead", "lake", "page.html"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals(
        0,
        report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--out=DIR/page.html", "--noValues"));
    assertFalse(Files.readString(page).contains("secret"));
  }

  @Test
  void foldersThatAreNotThereAreMadeForWhatIsWritten() throws Exception {
    assertEquals(
        0,
        report(
            "--lake=DIR/lake",
            "--deadLetters=DIR/dead",
            "--out=DIR/pages/today/page.html",
            "--json=DIR/data/today/report.json"),
        err);
    Path page = directory.resolve("pages/today/page.html");
    assertTrue(out.endsWith("report: " + page + "\n"), out);
    assertTrue(Files.readString(page).startsWith("<!DOCTYPE html>"));
    assertTrue(Files.size(directory.resolve("data/today/report.json")) > 0);

    Path linked =
        Files.createSymbolicLink(directory.resolve("linked"), directory.resolve("pages/today"));
    Files.delete(page);
    assertEquals(
        0, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--out=" + linked + "/page.html"));
    assertTrue(Files.exists(page), "the folder is a link");
  }

  private void publish() throws Exception {
    LocalDate date = LocalDate.parse("2026-03-10");
    new Publication(lake.lake, ContractParser.userActions().lakeTable(), date).complete(Map.of());
  }

  @Test
  void whatFollowsIsOnThePageWithHowFarItIs() throws Exception {
    publish();
    String[] flags = {"--lake=DIR/lake", "--deadLetters=DIR/dead", "--publish=symlink", "--json"};
    assertEquals(0, report(flags), err);
    JsonNode followers = new ObjectMapper().readTree(out).path("followers");
    assertEquals(2, followers.size(), "the rows and the dead letters");
    JsonNode rows = followers.get(0);
    assertEquals("symlink", rows.path("follower").asText());
    assertEquals("user_actions", rows.path("table").asText());
    assertEquals(1, rows.path("missing").asInt(), out);
    assertEquals(1, rows.path("datesBehind").asInt());
    assertEquals(0, rows.path("files").asInt());
    Ran ran =
        Ran.sluice("follow", "--once", "--publish=symlink", "--lake=" + directory.resolve("lake"));
    assertEquals(0, ran.status(), ran.err());
    assertEquals(0, report(flags), err);
    rows = new ObjectMapper().readTree(out).path("followers").get(0);
    assertEquals(1, rows.path("files").asInt());
    assertEquals(0, rows.path("missing").asInt());
    assertEquals(0, rows.path("datesBehind").asInt());
    assertFalse(rows.has("snapshot"), "lists have only the present");
  }

  @Test
  void aFollowerThatCannotBeAskedKeepsNothingFromThePage() throws Exception {
    publish();
    Files.createDirectories(
        directory.resolve(
            "lake/_symlink_format_manifest/user_actions/event_date=2026-03-10/manifest"));
    assertEquals(
        0,
        report(
            "--lake=DIR/lake",
            "--deadLetters=DIR/dead",
            "--publish=symlink",
            "--out=DIR/page.html"),
        err);
    String page = Files.readString(directory.resolve("page.html"));
    assertTrue(page.contains("1 could not be asked. The others have exactly the live files."));
    assertTrue(page.contains("2 rows") || page.contains("Rows"));
  }

  @Test
  void jsonIsOneLineAndThereIsNoPage() throws Exception {
    assertEquals(0, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--json"), err);
    assertEquals(1, out.lines().count(), out);
    JsonNode json = new ObjectMapper().readTree(out);
    assertEquals(2, json.path("totals").path("rows").asLong());
    assertEquals(1, json.path("totals").path("deadLetters").asLong());
    assertFalse(Files.exists(Path.of("report.html")));
  }

  @Test
  void whatIsDuplicateIsExitStatus3AndOnThePage() throws Exception {
    lake.copy(lake.files(LocalDate.parse("2026-03-10")).get(0));
    assertEquals(3, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--out=DIR/page.html"));
    assertTrue(out.contains("Not proved: 2 offsets duplicated."), out);
    assertTrue(
        Files.readString(directory.resolve("page.html"))
            .contains("Not proved: 2 offsets duplicated."));
  }

  @Test
  void whatTheBucketsRuleHasDeletedIsNotDamaged() throws Exception {
    LocalDate date = LocalDate.parse("2026-03-10");
    Path file = lake.files(date).get(0);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(91))));
    lake.complete(date);
    Files.delete(file);
    assertEquals(3, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--json"));
    assertEquals(
        3, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--json", "--expireDays=92"));
    assertTrue(out.contains("which is not there"), out);
    assertEquals(
        0, report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--json", "--expireDays=90"), out);
  }

  private void contract(String table) throws Exception {
    Files.writeString(
        Files.createDirectories(directory.resolve("contracts")).resolve(table + ".yaml"),
        """
        table: %s
        topic: %s-topic
        event_time: at
        columns:
          - {name: at, path: timestamp, type: timestamp, required: true}
        """
            .formatted(table, table));
  }

  private TestLake written(String table) throws Exception {
    contract(table);
    String text = Files.readString(directory.resolve("contracts").resolve(table + ".yaml"));
    return new TestLake(directory, ContractParser.parse(text, table));
  }

  @Test
  void ofSeveralTablesEachHasAPageAndAllHaveOneThatLinksToThem() throws Exception {
    written("orders").append(List.of(TestLake.event(0, 0, TIME)));
    TestLake clicks = written("clicks").append(List.of(TestLake.event(0, 0, TIME)));
    clicks.copy(clicks.files(LocalDate.parse("2026-03-10")).get(0));
    contract("never_written");
    int status =
        report(
            "--lake=DIR/lake",
            "--deadLetters=DIR/dead",
            "--contract=DIR/contracts",
            "--out=DIR/my page #1.html");
    assertEquals(3, status, out + err);
    assertEquals(
        "sluice: never_written: "
            + directory
            + "/lake has no table never_written: check --lake and --contract\n",
        err);
    assertTrue(
        out.endsWith(
            "report: "
                + directory
                + "/my page #1.html is the page of the lake; that of each table is beside it: my"
                + " page #1-TABLE.html\n"),
        out);
    assertTrue(out.contains("  3 tables: 1 of 3 tables is not proved, and 1 could not be read."));
    String all = Files.readString(directory.resolve("my page #1.html"));
    for (String table : List.of("clicks", "orders")) {
      assertTrue(
          all.contains("<a href=\"./my%20page%20%231-" + table + ".html\">" + table + "</a>"), all);
      assertTrue(
          Files.readString(directory.resolve("my page #1-" + table + ".html"))
              .contains("<a href=\"./my%20page%20%231.html\">All tables</a>"));
    }
    assertTrue(all.contains("<th scope=\"row\">never_written</th>"), all);
    assertFalse(Files.exists(directory.resolve("my page #1-never_written.html")));
  }

  @Test
  void aFolderForThePagesOfSeveralTablesIsAnsweredWithWhatIsWrittenWhere() throws Exception {
    contract("orders");
    contract("clicks");
    assertEquals(
        2,
        report(
            "--lake=DIR/lake", "--deadLetters=DIR/dead", "--contract=DIR/contracts", "--out=DIR"));
    assertEquals(
        "sluice: --out="
            + directory
            + " is a directory: name a file, as "
            + directory
            + "/report.html; the page of each table, report-TABLE.html, goes beside it\n",
        err);
  }

  @Test
  void jsonOfSeveralTablesKeepsItsFormWhereOneCannotBeRead() throws Exception {
    written("orders").append(List.of(TestLake.event(0, 0, TIME)));
    contract("never_written");
    assertEquals(
        2,
        report("--lake=DIR/lake", "--deadLetters=DIR/dead", "--contract=DIR/contracts", "--json"),
        err);
    JsonNode json = new ObjectMapper().readTree(out);
    assertEquals(1, json.path("orders").path("totals").path("rows").asLong(), out);
    assertFalse(json.has("never_written"), out);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--deadLetters=DIR/dead | --lake is missing",
        "--lake=DIR/lake | --deadLetters is missing",
        "--lake=DIR/none --deadLetters=DIR/dead | DIR/none has no table user_actions: check --lake",
        "--lake=DIR/lake --deadLetters=DIR/lake | DIR/lake has no table user_actions_dead_letters: check --deadLetters",
        "--lake=DIR/lake --deadLetters=DIR/dead --contract=DIR/no.yaml | DIR/no.yaml: no such file",
        "--lake=DIR/lake --deadLetters=DIR/dead --out=DIR | is a directory: name a file",
        "--lake=DIR/lake --deadLetters=DIR/dead --out=/dev/null/no/page.html | --out=/dev/null/no/page.html: the folder /dev/null/no cannot be made: a file is in the way; name another",
        "--lake=DIR/lake --deadLetters=DIR/dead --out=/dev/null | --out=/dev/null is no file",
        "--lake=DIR/lake --deadLetters=DIR/dead --out=/proc/page.html | --out=/proc/page.html",
        "--lake=DIR/lake --deadLetters=DIR/dead --hours=week | --hours=week: not a duration",
        "--lake=DIR/lake --deadLetters=DIR/dead --hours=32d | --hours=32d: at most 31d",
        "--lake=DIR/lake --deadLetters=DIR/dead --samples=-1 | --samples=-1: a whole number from 0 to 100",
        "--lake=DIR/lake --deadLetters=DIR/dead --samples=few | --samples",
        "--lake=DIR/lake --deadLetters=DIR/dead --expireDays=0 | --expireDays=0: the days of the bucket's rule, 1 or more",
        "--lake=DIR/lake --deadLetters=DIR/dead --sampels=4 | unknown flag --sampels",
      })
  void whatTheUserCanMendIsOneLineAndExitStatus2(String args, String message) {
    assertEquals(2, report(args.split(" ")), err);
    assertEquals("", out);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("sluice: "), err);
    assertTrue(err.contains(message.replace("DIR", directory.toString())), err);
  }
}
