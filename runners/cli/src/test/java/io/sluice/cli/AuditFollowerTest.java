package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.follow.SwitchedKind;
import io.sluice.report.TestLake;
import io.sluice.source.ListSource;
import io.sluice.source.SourceRecord;
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

/** {@code sluice audit --follower}: lists of files are proved as a table is. */
class AuditFollowerTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final LocalDate DATE = LocalDate.of(2026, 3, 10);

  @TempDir Path directory;
  private TestLake lake;
  private ListSource source;
  private long next;
  private Ran ran = new Ran(0, "", "");

  @BeforeEach
  void makeALake() throws Exception {
    String name = directory.getFileName().toString();
    source = new ListSource(name);
    source.create(1);
    String text =
        "table: user_actions\nsource: {name: lists, of: "
            + name
            + "}\nevent_time: at\ncolumns:\n"
            + "  - {name: at, path: timestamp, type: timestamp, required: true}\n";
    Files.writeString(directory.resolve("contract.yaml"), text);
    Contract contract = ContractParser.parse(text, "contract.yaml");
    lake = new TestLake(directory, contract);
    append(5);
    append(5);
    lake.complete(DATE);
    assertEquals(0, sluice("follow", "--once", "--publish=symlink"), ran.err());
  }

  private void append(int count) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    String id = source.open().id().text();
    for (int i = 0; i < count; i++) {
      SourceRecord event = TestLake.event(0, next++, NOON);
      source.send(0, event);
      records.add(
          new SourceRecord(
              id, 0, event.offset(), event.recordTime(), null, event.value(), List.of()));
    }
    lake.append(records);
  }

  private int sluice(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--contract=" + directory.resolve("contract.yaml"));
    all.add("--lake=" + directory.resolve("lake"));
    if (!args[0].equals("follow")) {
      all.add("--deadLetters=" + directory.resolve("dead"));
    }
    ran = Ran.sluice(all.toArray(new String[0]));
    return ran.status();
  }

  @Test
  void whatIsThereIsProvedAndWhatIsBehindIsSaid() throws Exception {
    assertEquals(0, sluice("audit", "--follower=symlink"), ran.err());
    assertTrue(ran.out().contains("Every offset is there, and each once."), ran.out());
    assertTrue(
        ran.out()
            .contains(
                "audit: offsets=10 lake=10 dead=0 lost=0 duplicate=0 waiting=0 behind=0 files=2"
                    + " follower=symlink\n"),
        ran.out());
    append(3);
    assertEquals(0, sluice("audit", "--follower=symlink"), ran.err());
    assertTrue(ran.out().contains(" behind=3 "), ran.out());
    assertEquals(Main.NOT_PROVED, sluice("audit", "--follower=symlink", "--wait=0s"), ran.out());
    lake.complete(DATE);
    assertEquals(0, sluice("follow", "--once", "--publish=symlink"), ran.err());
    assertEquals(0, sluice("audit", "--follower=symlink", "--wait=0s"), ran.out());
  }

  @Test
  void aListThatLacksAFileIsNotProved() throws Exception {
    Path list =
        directory.resolve(
            "lake/_symlink_format_manifest/user_actions/event_date=2026-03-10/manifest");
    List<String> lines = Files.readAllLines(list);
    Files.write(list, lines.subList(1, 2));
    assertEquals(Main.NOT_PROVED, sluice("audit", "--follower=symlink", "--json"), ran.err());
    JsonNode json = new ObjectMapper().readTree(ran.out());
    assertEquals("symlink", json.path("follower").asText());
    assertEquals(5, json.path("missing").asInt(), ran.out());
    assertEquals("user_actions", json.path("tables").path(0).path("of").asText());
    assertEquals(10, json.path("of_lake").path("offsets").asInt());
    assertEquals(0, sluice("audit"), "the lake itself: " + ran.out());
  }

  @Test
  void whatIsWrongWithTheFlagsIsOneLine() {
    assertEquals(Main.USER_ERROR, sluice("audit", "--follower=x"));
    assertTrue(ran.err().startsWith("sluice: --follower=x: no follower is called so"), ran.err());
    assertEquals(Main.USER_ERROR, sluice("audit", "--snapshot=1"));
    assertTrue(ran.err().startsWith("sluice: --snapshot=1: name the --follower"), ran.err());
    assertEquals(Main.USER_ERROR, sluice("audit", "--follower=symlink", "--snapshot=1"));
    assertTrue(ran.err().contains("has only the present, and no snapshots"), ran.err());
    assertEquals(
        Main.USER_ERROR, sluice("audit", "--follower=symlink", "--snapshot=1", "--wait=1m"));
    assertTrue(ran.err().contains("leave --wait out"), ran.err());
    SwitchedKind.isAway();
    try {
      assertEquals(Main.USER_ERROR, sluice("audit", "--follower=switched"));
    } finally {
      SwitchedKind.reset();
    }
    assertEquals(
        "sluice: follower switched of user_actions does not say what it has: the database is away;"
            + " start it",
        ran.err().strip());
  }
}
