package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.follow.SwitchedKind;
import io.sluice.report.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice follow --once}, as a CronJob calls it after a compaction. */
class FollowCommandTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 10);
  private static final LocalDate SECOND = FIRST.plusDays(1);
  private static final LocalDate THIRD = FIRST.plusDays(2);

  @TempDir Path directory;
  private TestLake lake;
  private String out = "";
  private String err = "";

  /** Three dates of two files each; the third has no manifest. */
  @BeforeEach
  void makeALake() throws Exception {
    lake = new TestLake(directory);
    for (int i = 0; i < 6; i++) {
      lake.append(List.of(TestLake.event(0, i, NOON.plusSeconds(86_400L * (i % 3)))));
    }
    lake.complete(FIRST);
    lake.complete(SECOND);
  }

  private int sluice(String... args) {
    Ran ran = Ran.sluice(args);
    out = ran.out();
    err = ran.err();
    return ran.status();
  }

  private int follow(String... args) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "follow", "--once", "--publish=symlink", "--lake=" + directory.resolve("lake")));
    all.addAll(List.of(args));
    return sluice(all.toArray(new String[0]));
  }

  private Path list(LocalDate date) {
    return directory.resolve(
        "lake/_symlink_format_manifest/user_actions/event_date=" + date + "/manifest");
  }

  private List<String> lines(LocalDate date) throws IOException {
    return Files.readAllLines(list(date));
  }

  @Test
  void eachDateGetsItsListAndTheNextCallFindsNothingToDo() throws Exception {
    assertEquals(0, follow(), err);
    assertEquals(
        lake.files(FIRST).stream().map(file -> "file://" + file).sorted().toList(), lines(FIRST));
    assertEquals(2, lines(SECOND).size());
    assertFalse(Files.exists(list(THIRD)));
    assertTrue(
        out.contains("2026-03-10   user_actions                 symlink             1          2"),
        out);
    assertTrue(
        out.contains("2026-03-12   user_actions                 symlink      waits for its first"),
        out);
    assertTrue(out.contains("  0 dates were equal already, 2 changed\n"), out);
    assertEquals(0, follow(), err);
    assertFalse(out.contains("2026-03-10"), out);
    assertTrue(out.contains("  2 dates were equal already, none changed\n"), out);
  }

  @Test
  void afterACompactionItSaysWhatIsToChangeAndThenChangesIt() throws Exception {
    assertEquals(0, follow(), err);
    assertEquals(
        0, sluice("compact", "--all", "--settle=0s", "--lake=" + directory.resolve("lake")), err);
    List<String> before = lines(FIRST);
    assertEquals(Main.NOT_PROVED, follow("--dry-run", "--json"), err);
    JsonNode report = new ObjectMapper().readTree(out);
    assertTrue(report.path("dry_run").asBoolean(), out);
    assertEquals(3, report.path("dates").size(), out);
    assertEquals(
        "{\"follower\":\"symlink\",\"table\":\"user_actions\",\"date\":\"2026-03-10\","
            + "\"published\":true,\"manifest\":2,\"files\":1,\"added\":1,\"removed\":2}",
        report.path("dates").get(0).toString());
    assertEquals(before, lines(FIRST), "a dry run");
    assertEquals(0, follow("--date=2026-03-11"), err);
    assertEquals(before, lines(FIRST), "another date");
    assertEquals(1, lines(SECOND).size());
    assertEquals(0, follow(), err);
    assertEquals(1, lines(FIRST).size());
    assertEquals(0, follow("--dry-run"), err);
  }

  @Test
  void aCompactionWithPublishNeedsNoCallAfterIt() throws Exception {
    assertEquals(0, follow(), err);
    String place = "--lake=" + directory.resolve("lake");
    assertEquals(0, sluice("compact", "--all", "--settle=0s", "--publish=symlink", place), err);
    assertEquals(1, lines(FIRST).size());
    assertTrue(Files.exists(Path.of(lines(FIRST).get(0).substring("file://".length()))));
    assertEquals(0, follow("--dry-run"), out);
  }

  @Test
  void oneDateThatFailsKeepsNoOtherFromBeingFollowed() throws Exception {
    Files.write(
        directory.resolve("lake/user_actions/event_date=2026-03-10/_manifest-000001.json"),
        new byte[9]);
    assertEquals(Main.USER_ERROR, follow());
    assertEquals(2, lines(SECOND).size());
    assertTrue(out.contains("symlink      failed: "), out);
    assertEquals(1, err.lines().count(), err);
    assertTrue(
        err.startsWith("sluice: follower symlink of user_actions is not equal to 2026-03-10: "),
        err);
    assertTrue(err.contains("manifest 1, the newest, cannot be read"), err);
  }

  /** What asking again would not mend is a failure as any other: the others are followed. */
  @Test
  void oneFollowerThatCannotBeUsedKeepsNoOtherFromFollowing() throws Exception {
    SwitchedKind.refuses();
    try {
      for (List<String> more :
          List.of(List.<String>of(), List.of("--date=" + FIRST, "--dry-run"))) {
        List<String> words =
            new ArrayList<>(
                List.of(
                    "follow",
                    "--once",
                    "--publish=switched,symlink",
                    "--lake=" + directory.resolve("lake")));
        words.addAll(more);
        assertEquals(Main.USER_ERROR, sluice(words.toArray(new String[0])), err);
        assertTrue(
            err.contains("the database is somebody else's; name another; all others are done"),
            err);
      }
    } finally {
      SwitchedKind.reset();
    }
    assertEquals(2, lines(FIRST).size());
    assertEquals(2, lines(SECOND).size());
  }

  @Test
  void oneFollowerThatIsAwayKeepsNoOtherFromFollowing() throws Exception {
    SwitchedKind.isAway();
    try {
      assertEquals(
          Main.USER_ERROR,
          sluice(
              "follow",
              "--once",
              "--publish=switched,symlink",
              "--json",
              "--lake=" + directory.resolve("lake"),
              "--deadLetters=" + directory.resolve("dead")));
    } finally {
      SwitchedKind.reset();
    }
    assertEquals(2, lines(FIRST).size());
    assertEquals(2, lines(SECOND).size());
    assertEquals(
        "sluice: follower switched of user_actions is not equal to any of its dates: the database"
            + " is away; start it; and 1 more failure, above; all others are done",
        err.strip());
    assertEquals(
        "{\"follower\":\"switched\",\"table\":\"user_actions\","
            + "\"failed\":\"the database is away; start it\"}",
        new ObjectMapper().readTree(out).path("dates").get(0).toString());
  }

  @Test
  void whatIsMissingIsNamed() {
    String place = "--lake=" + directory.resolve("lake");
    assertEquals(Main.USER_ERROR, sluice("follow", "--publish=symlink", place));
    assertTrue(err.contains("--once"), err);
    assertEquals(Main.USER_ERROR, sluice("follow", "--once", place));
    assertTrue(err.contains("--publish is missing"), err);
    assertEquals(Main.USER_ERROR, sluice("follow", "--once", "--publish=x", place));
    assertTrue(err.contains("--publish=x: no follower is called so"), err);
    assertEquals(Main.USER_ERROR, follow("--to=2026-03-10"));
    assertTrue(err.contains("--to=2026-03-10"), err);
    assertEquals(Main.USER_ERROR, follow("--date=2020-01-01"));
    assertTrue(err.contains("has nothing of --date=2020-01-01"), err);
    assertEquals(Main.USER_ERROR, sluice("follow", "--once", "--publish=symlink", "--lake=/none"));
    assertTrue(err.contains("has no table user_actions"), err);
  }
}
