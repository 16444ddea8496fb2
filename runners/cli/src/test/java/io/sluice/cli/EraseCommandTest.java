package io.sluice.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.contract.ContractParser;
import io.sluice.report.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice erase} as a person's request is answered, from the dry run to the record. */
class EraseCommandTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final String KEY = "person-4711-somewhere";
  private static final String CONTRACT =
      """
      table: people
      topic: people
      event_time: t
      version: one
      position_columns: true
      columns:
        - {name: t, type: timestamp, required: true}
        - {name: user_id, type: string, bloom_filter: true}
        - {name: number, type: int32}
      """;

  @TempDir Path directory;
  private Path contract;
  private TestLake lake;
  private String out = "";
  private String err = "";

  /** Two dates of two files each, and dead letters. */
  @BeforeEach
  void makeALake() throws Exception {
    contract = Files.writeString(directory.resolve("people.yaml"), CONTRACT);
    lake = new TestLake(directory, ContractParser.read(contract));
    for (int i = 0; i < 8; i++) {
      Instant time = NOON.plusSeconds(86_400L * (i % 2));
      lake.append(
          List.of(
              TestLake.record(
                  0,
                  i,
                  time,
                  "{\"t\":\""
                      + time
                      + "\",\"user_id\":\""
                      + (i < 4 ? KEY : "other")
                      + "\",\"number\":"
                      + i
                      + "}")));
    }
    lake.append(
        List.of(
            TestLake.record(1, 0, NOON, "{\"user_id\":\"" + KEY + "\"}"),
            TestLake.record(1, 1, NOON, "{\"user_id\":\"" + KEY + "\", cut off"),
            TestLake.record(1, 2, NOON, "{\"user_id\":\"other\"}")));
    for (int day = 0; day < 2; day++) {
      lake.complete(LocalDate.of(2026, 3, 10 + day));
    }
  }

  private int erase(String where, String... args) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "erase",
                "--where=" + where,
                "--contract=" + contract,
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead")));
    all.addAll(List.of(args));
    if (all.stream().noneMatch(arg -> arg.startsWith("--settle"))) {
      all.add("--settle=0s");
    }
    Ran ran = Ran.sluice(all.toArray(new String[0]));
    out = ran.out();
    err = ran.err();
    assertFalse((out + err).contains(KEY), "a key is said: " + out + err);
    return ran.status();
  }

  private Path keys(String... lines) throws IOException {
    return Files.writeString(directory.resolve("keys.txt"), String.join("\n", lines) + "\n");
  }

  /** Where a text stands below a folder. */
  private static List<Path> having(Path folder, String text) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> found = new ArrayList<>();
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(path), ISO_8859_1).contains(text)) {
          found.add(path);
        }
      }
      return found;
    }
  }

  private List<JsonNode> records() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    Path folder = directory.resolve("lake/_sluice/people/erasures");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path path : all.sorted().toList()) {
          records.add(new ObjectMapper().readTree(Files.readString(path)));
        }
      }
    }
    return records;
  }

  @Test
  void aRequestIsAnsweredFromTheDryRunToTheRecord() throws Exception {
    Path keys = keys(KEY, "nobody");
    assertFalse(having(directory.resolve("lake"), KEY).isEmpty());
    assertEquals(Main.NOT_PROVED, erase("user_id in " + keys, "--dry-run"), err);
    assertTrue(out.contains("erase: keys=2 found=1 rows=5 left=0 undecided=1 files="), out);
    assertTrue(out.contains("(a dry run: nothing was changed)"), out);
    assertEquals(List.of(), records());
    // A letter that nothing decides is named, and erased once somebody says so.
    assertEquals(Main.NOT_PROVED, erase("user_id in " + keys), err);
    assertTrue(out.contains("erase: keys=2 found=1 rows=5 left=0 undecided=1"), out);
    assertTrue(
        out.contains(
            "/people_dead_letters/dead_letter_date=2026-03-10/*.parquet') where \"partition\" = 1 and \"offset\" between 1 and 1;"),
        out);
    assertEquals(0, erase("user_id in " + keys, "--deadLettersByBytes"), err);
    assertTrue(out.contains("erase: keys=2 found=0 rows=1 left=0 undecided=0"), out);
    assertEquals(0, erase("user_id in " + keys), err);
    assertTrue(out.contains("rows=0 left=0 undecided=0"), out);
    for (String root : List.of("lake", "dead")) {
      assertEquals(List.of(), having(directory.resolve(root), KEY), root);
    }
    List<JsonNode> records = records();
    assertEquals(3, records.size());
    JsonNode record =
        records.stream()
            .filter(one -> one.path("keys_found").asInt() == 1)
            .findFirst()
            .orElseThrow();
    assertEquals("people", record.path("table").asText());
    assertEquals("user_id", record.path("where").path("column").asText());
    assertEquals(2, record.path("where").path("keys").asInt());
    assertEquals(3, record.path("dates").size(), record.toString());
    assertEquals(2, record.path("dates").path(0).path("rows").asInt());
    assertEquals(1, record.path("undecided").path("letters").asInt());
    assertFalse(record.path("done").asBoolean());
    assertTrue(record.has("finished"));
    assertTrue(record.path("still_held_by").size() > 2);
    assertEquals(1, record.path("format").asInt());
    assertTrue(records.stream().anyMatch(one -> one.path("done").asBoolean()));
  }

  @Test
  void whatStillHoldsItIsNamed() throws Exception {
    assertEquals(0, erase("user_id = other", "--grace=1h", "--deadLetterTopic=dead-people"), err);
    assertTrue(out.contains("the replaced files of "), out);
    assertTrue(out.contains("they stay until 2"), out);
    assertTrue(out.contains("the topic dead-people"), out);
    assertTrue(out.contains("the topic of people: Kafka has the records"), out);
    assertTrue(out.contains("checkpoints and savepoints"), out);
    assertTrue(out.contains("name it with --publish"), out);
    assertFalse(having(directory.resolve("lake"), "other").isEmpty());
    assertEquals(0, erase("user_id = other", "--grace=0s", "--publish=symlink"), err);
    assertFalse(out.contains("replaced files"), out);
    assertFalse(out.contains("name it with --publish"), out);
  }

  /** What is derived is found by the service loader alone, and the lake need not have it. */
  @Test
  void whatIsDerivedLosesTheRowsToo() throws Exception {
    // Here is no module that knows what a mirror is.
    Path version = directory.resolve("lake/people_current/_versions/0000000001.json");
    Files.createDirectories(version.getParent());
    Files.writeString(version, "{}");
    assertEquals(0, erase("user_id = nobody"), err);
    assertTrue(out.contains(" derived=0\n"), out);
    assertEquals(0, records().get(0).path("derived").size());
    Path counts = Files.writeString(directory.resolve("lake/people_counts"), "72");
    assertEquals(Main.NOT_PROVED, erase("user_id = nobody", "--dry-run"), err);
    assertTrue(out.contains("left=2 undecided=0"), out);
    assertTrue(out.contains(" derived=7 (a dry run"), out);
    assertEquals("72", Files.readString(counts));
    assertEquals(Main.NOT_PROVED, erase("user_id = nobody"), err);
    assertTrue(out.contains("  left out: somebody is at people_counts: run this again"), out);
    assertTrue(out.contains("  - the table beside it: it stays until " + DerivedCounts.KEPT), out);
    JsonNode record =
        records().stream().filter(one -> one.path("derived").size() == 1).findFirst().orElseThrow();
    assertFalse(record.path("done").asBoolean());
    JsonNode derived = record.path("derived").path(0);
    assertEquals("people_counts", derived.path("table").asText());
    assertEquals(7, derived.path("rows").asInt());
    assertEquals(2, derived.path("left").asInt());
    assertEquals(DerivedCounts.KEPT.toString(), derived.path("replaced_files_until").asText());
    assertTrue(derived.path("why").asText().startsWith("somebody is at"), derived.toString());
    assertEquals(0, erase("user_id = nobody"), err);
  }

  @Test
  void filesThatAreTooYoungAreLeftAndTheStatusSaysSo() {
    assertEquals(Main.NOT_PROVED, erase("user_id = " + KEY, "--settle=1h"), err);
    assertTrue(out.contains("rows=0 left=5 undecided=1"), out);
    assertTrue(out.contains("younger than --settle=1h"), out);
  }

  @Test
  void aMistakeIsOneLineAndNothingIsErased() throws Exception {
    Path keys = keys("1", "", "twelve", "3");
    assertEquals(2, erase("number in " + keys));
    assertEquals(
        "sluice: --where: "
            + keys
            + ", line 3: not a whole number of 32 bits, as number is; nothing was erased\n",
        err);
    assertFalse(err.contains("twelve"));
    assertEquals(2, erase("number = 3000000000"));
    assertEquals(
        "sluice: --where: the value is not a whole number of 32 bits, as number is\n", err);
    assertEquals(2, erase("number in " + directory.resolve("none")));
    assertTrue(err.contains("no such file"), err);
    Files.write(directory.resolve("keys.txt"), new byte[] {'a', '\n', (byte) 0xFF, '\n'});
    assertEquals(2, erase("user_id in " + keys));
    assertTrue(err.contains("line 2: not UTF-8 text"), err);
    Files.write(directory.resolve("keys.txt"), "\n\n".getBytes(UTF_8));
    assertEquals(2, erase("user_id in " + keys));
    assertTrue(err.contains("has no key"), err);
    assertEquals(2, erase("user = x"));
    assertTrue(err.contains("user is no column of people"), err);
    assertEquals(2, erase("t = 2026-01-01T00:00:00Z"));
    assertTrue(err.contains("the values of t are no keys"), err);
    assertEquals(2, erase("all of it"));
    assertTrue(err.contains("COLUMN in FILE"), err);
    assertEquals(2, erase("user_id = x", "--compressionLevel=23"));
    assertEquals(List.of(), records());
  }
}
