package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.follow.SwitchedKind;
import io.sluice.report.TestLake;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice maintain}: what it takes and says; what it does is Iceberg's own tests' matter. */
class MaintainCommandTest {
  @TempDir Path directory;
  private Ran ran = new Ran(0, "", "");

  @BeforeEach
  void makeALake() throws Exception {
    TestLake lake = new TestLake(directory);
    lake.append(List.of(TestLake.event(0, 0, Instant.parse("2026-03-10T12:00:00Z"))));
    lake.complete(LocalDate.of(2026, 3, 10));
  }

  private int maintain(String... args) {
    List<String> all = new ArrayList<>(List.of("maintain"));
    all.addAll(List.of(args));
    all.add("--lake=" + directory.resolve("lake"));
    ran = Ran.sluice(all.toArray(new String[0]));
    return ran.status();
  }

  @Test
  void aFollowerThatHasOnlyThePresentHasNothingToMaintain() {
    assertEquals(
        0, maintain("--publish=symlink", "--deadLetters=" + directory.resolve("dead")), ran.err());
    assertTrue(ran.out().contains("  user_actions  "), ran.out());
    assertTrue(ran.out().contains("  user_actions_dead_letters  "), ran.out());
    assertTrue(ran.out().contains("has only the present: nothing to maintain"), ran.out());
    assertEquals(0, maintain("--publish=symlink", "--json", "--dry-run"), ran.err());
    assertEquals(
        "{\"dry_run\":true,\"tables\":[{\"follower\":\"symlink\",\"table\":\"user_actions\","
            + "\"expired\":0,\"left\":0,\"manifests_before\":0,\"manifests_after\":0,"
            + "\"metadata_deleted\":0,\"orphans\":0,"
            + "\"notes\":[\"has only the present: nothing to maintain\"]}]}\n",
        ran.out());
  }

  @Test
  void oneThatCannotBeUsedKeepsNoOtherFromBeingMaintained() {
    SwitchedKind.refuses();
    try {
      assertEquals(
          Main.USER_ERROR,
          maintain("--publish=switched,symlink", "--deadLetters=" + directory.resolve("dead")));
    } finally {
      SwitchedKind.reset();
    }
    assertTrue(
        ran.err()
            .contains(
                "follower switched of user_actions could not be maintained: the database is"
                    + " somebody else's; name another; and 1 more failure, above; all others are"
                    + " done"),
        ran.err());
    assertEquals(2, ran.out().split("has only the present", -1).length - 1, ran.out());
  }

  @Test
  void whatIsWrongWithTheFlagsIsOneLine() {
    assertEquals(Main.USER_ERROR, maintain());
    assertTrue(ran.err().startsWith("sluice: --publish is missing"), ran.err());
    assertEquals(Main.USER_ERROR, maintain("--publish=symlink", "--keepLast=0"));
    assertTrue(ran.err().startsWith("sluice: --keepLast=0: a whole number from 1"), ran.err());
    assertEquals(Main.USER_ERROR, maintain("--publish=symlink", "--orphans=1h"));
    assertTrue(ran.err().startsWith("sluice: --orphans=1h: at least 1d"), ran.err());
    assertEquals(Main.USER_ERROR, maintain("--publish=symlink", "--olderThan=long"));
    assertTrue(ran.err().startsWith("sluice: --olderThan=long: not a duration"), ran.err());
  }
}
