package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.report.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice compact --all} as a CronJob calls it: one date does not stop the others. */
class CompactCommandTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 10);
  private static final LocalDate SECOND = FIRST.plusDays(1);
  private static final LocalDate THIRD = FIRST.plusDays(2);

  @TempDir Path directory;
  private TestLake lake;
  private String out = "";
  private String err = "";

  /** Three dates of two files each. */
  @BeforeEach
  void makeALake() throws Exception {
    lake = new TestLake(directory);
    for (int i = 0; i < 6; i++) {
      lake.append(List.of(TestLake.event(0, i, NOON.plusSeconds(86_400L * (i % 3)))));
    }
    for (LocalDate date : List.of(FIRST, SECOND, THIRD)) {
      lake.complete(date);
    }
  }

  private int compact(String... args) {
    List<String> all =
        new ArrayList<>(List.of("compact", "--lake=" + directory.resolve("lake"), "--settle=0s"));
    all.addAll(List.of(args));
    Ran ran = Ran.sluice(all.toArray(new String[0]));
    out = ran.out();
    err = ran.err();
    return ran.status();
  }

  /** How many files of a date its newest manifest names. */
  private int files(LocalDate date) throws IOException {
    Path folder = directory.resolve("lake/user_actions/event_date=" + date);
    ObjectMapper json = new ObjectMapper();
    JsonNode success = json.readTree(folder.resolve("_SUCCESS").toFile());
    return json.readTree(folder.resolve(success.path("manifest").asText()).toFile())
        .path("files")
        .size();
  }

  private void damage(LocalDate date) throws IOException {
    Path file = lake.files(date).get(0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[10] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void whatWasReplacedStaysForTheGraceThatIsAskedFor() throws Exception {
    assertEquals(0, compact("--all", "--grace=1h"), err);
    assertEquals(1, files(FIRST));
    assertEquals(3, lake.files(FIRST).size());
    assertEquals(0, compact("--all", "--grace=1h"), err);
    assertTrue(
        out.contains(
            "left out: " + FIRST + " was rewritten, and the files that were replaced stay"),
        out);
    assertEquals(3, lake.files(FIRST).size());
    assertEquals(0, compact("--all"), "no follower has snapshots here: " + err);
    assertEquals(1, lake.files(FIRST).size());
    assertEquals(2, compact("--all", "--grace=long"));
    assertTrue(err.startsWith("sluice: --grace=long: not a duration"), err);
  }

  @Test
  void aDateThatIsNotCompleteIsLeftOut() throws Exception {
    try (Stream<Path> all = Files.list(lake.files(SECOND).get(0).resolveSibling("."))) {
      for (Path path : all.filter(one -> one.getFileName().toString().startsWith("_")).toList()) {
        Files.delete(path);
      }
    }
    assertEquals(0, compact("--all"), err);
    assertTrue(out.contains("left out: " + SECOND + " of user_actions is not complete"), out);
    assertEquals(1, files(FIRST));
    assertEquals(1, files(THIRD));
  }

  @Test
  void aLateFileThatNoManifestNamesYetKeepsNoDateFromBeingCompacted() throws Exception {
    lake.append(List.of(TestLake.event(0, 6, NOON.plusSeconds(86_400))));
    assertEquals(0, compact("--all"), err);
    assertFalse(out.contains("left out"), out);
    assertEquals(1, files(SECOND));
  }

  @Test
  void oneTableAloneIsTakenByItsNameAlsoOfSeveralContracts() throws Exception {
    Path contracts = Files.createDirectories(directory.resolve("contracts"));
    for (String table : List.of("other", "user_actions")) {
      Files.writeString(
          contracts.resolve(table + ".yaml"),
          "table: %s\ntopic: %s\nevent_time: event_datetime\ncolumns:\n".formatted(table, table)
              + "  - {name: event_datetime, path: timestamp, type: timestamp, required: true}\n");
    }
    String dead = "--deadLetters=" + directory.resolve("dead");
    assertEquals(
        0,
        compact("--all", dead, "--contract=" + contracts, "--table=user_actions_dead_letters"),
        err);
    assertEquals(2, files(FIRST));
    assertEquals(0, compact("--all", dead, "--contract=" + contracts, "--table=user_actions"), err);
    assertEquals(1, files(FIRST));
    assertEquals(2, compact("--all", "--table=nobody"), out);
    assertEquals(
        "sluice: --table=nobody: the contract has user_actions and user_actions_dead_letters\n",
        err);
  }

  @Test
  void aDamagedDateIsNamedAndTheOthersAreCompacted() throws Exception {
    damage(SECOND);
    assertEquals(2, compact("--all"), out);
    assertTrue(err.contains("event_date=" + SECOND) && err.contains("is damaged"), err);
    assertTrue(err.endsWith("; the other dates are done\n"), err);
    assertEquals(1, err.lines().count(), err);
    assertEquals(1, files(FIRST));
    assertEquals(2, files(SECOND));
    assertEquals(1, files(THIRD));
    assertEquals(2, compact("--date=" + FIRST, "--to=" + THIRD, "--json"), out);
    assertFalse(
        new ObjectMapper().readTree(out).path("dates").path(1).path("skipped").isMissingNode());
  }

  @Test
  void severalDamagedDatesAreOneLine() throws Exception {
    damage(FIRST);
    damage(THIRD);
    assertEquals(2, compact("--all"), out);
    assertTrue(err.endsWith("; and 1 more date, above; the other dates are done\n"), err);
    assertTrue(out.contains("event_date=" + THIRD), out);
    assertEquals(1, files(SECOND));
  }

  @Test
  void todayIsLeftOut() throws Exception {
    Instant now = Instant.now();
    lake.append(List.of(TestLake.event(0, 7, now)));
    assertEquals(0, compact("--all"), err);
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    assertTrue(out.contains("left out: " + today + " has not ended yet"), out);
  }
}
