package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a replay's flags is one line that names it, and nothing is written. */
class ReplayCommandTest {
  @TempDir Path directory;

  private Ran replay(String... more) {
    List<String> arguments = new ArrayList<>(List.of("replay"));
    arguments.add("--lake=" + directory.resolve("lake"));
    arguments.add("--deadLetters=" + directory.resolve("dead"));
    arguments.addAll(List.of(more));
    return Ran.sluice(arguments.toArray(new String[0]));
  }

  private void beginTable(String root, String table) throws Exception {
    Path descriptor = directory.resolve(root).resolve("_sluice/" + table + ".json");
    Files.createDirectories(descriptor.getParent());
    Files.writeString(descriptor, "{\"format\":1,\"shards\":2,\"resharded\":false}");
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--reason=WRONG | --reason=WRONG: 'WRONG' is no reason; one of EMPTY, NOT_UTF8",
        "--reason= | --reason=: '' is no reason",
        "--date=2026-02-30 | --date=2026-02-30: not a date; write it as 2026-01-31",
        "--date=2026-02-01 --from=2026-02-01 | --date names one date: drop it, or --from and --to",
        "--from=2026-02-02 --to=2026-02-01 | --to=2026-02-01 is before --from=2026-02-02",
        "--maxAttempts=0 | --maxAttempts=0: a whole number from 1 on",
        "--maxAttempts=x | --maxAttempts=x: not a whole number",
        "--fix=nowhere.yaml | fix nowhere.yaml: no such file; name a YAML file with --fix",
        "--contract=nowhere.yaml | contract nowhere.yaml: no such file",
        "--maxFuture=soon | --maxFuture=soon: not a duration",
        "--toTopics=x | unknown flag --toTopics",
        "--dry-run | has no table user_actions_dead_letters: check --deadLetters and --contract",
      })
  void badFlagsAreNamed(String flags, String message) throws Exception {
    Ran ended = replay(flags.split(" "));
    assertEquals(Main.USER_ERROR, ended.status(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
    assertTrue(ended.err().startsWith("sluice: "), ended.err());
    assertEquals("", ended.out());
  }

  @Test
  void placesThatAreMissingAreNamed() throws Exception {
    assertTrue(Ran.sluice("replay").err().contains("--deadLetters is missing"));
    beginTable("dead", "user_actions_dead_letters");
    Ran noLake = Ran.sluice("replay", "--deadLetters=" + directory.resolve("dead"));
    assertEquals(Main.USER_ERROR, noLake.status());
    assertTrue(noLake.err().contains("--lake is missing"), noLake.err());
    Ran emptyLake = replay();
    assertEquals(Main.USER_ERROR, emptyLake.status());
    assertTrue(
        emptyLake.err().contains("has no table user_actions: check --lake and --contract"),
        emptyLake.err());
    // Who was refused has left no mark that would keep others out.
    for (Path file : files()) {
      assertTrue(
          !file.toString().contains("/replaying/")
              || Files.readString(file).contains("\"ended\":true"),
          file.toString());
    }
  }

  @Test
  void aDryRunOfNothingWritesNothingAndSaysSo() throws Exception {
    beginTable("dead", "user_actions_dead_letters");
    beginTable("lake", "user_actions");
    List<Path> before = files();
    Ran json = replay("--dry-run", "--json");
    assertEquals(0, json.status(), json.err());
    assertEquals(1, json.out().lines().count());
    assertTrue(json.out().startsWith("{\"dryRun\":true,"), json.out());
    Ran text = replay("--dry-run");
    assertTrue(
        text.out()
            .endsWith(
                "replay: letters=0 tried=0 recovered=0 already=0 dead=0 parked=0 dryRun=true\n"),
        text.out());
    assertEquals(before, files());
  }

  /** What a replay writes is to be read together with what is there, as a run's rows are. */
  @Test
  void aContractThatDoesNotGoWithTheLakesIsRefused() throws Exception {
    beginTable("dead", "user_actions_dead_letters");
    beginTable("lake", "user_actions");
    String first = contract("string");
    assertEquals(0, replay("--contract", first, "--dry-run").status());
    assertTrue(
        files().stream().noneMatch(file -> file.toString().contains("/contracts/")),
        "a dry run recorded the contract");
    assertEquals(0, replay("--contract", first).status());
    for (String dryRun : List.of("--dry-run", "--maxAttempts=5")) {
      Ran other = replay("--contract", contract("int64"), dryRun);
      assertEquals(Main.USER_ERROR, other.status());
      assertTrue(other.err().contains("contract version 1 is another one in "), other.err());
    }
  }

  /** Else its version would be that contract for good, in the lake. */
  @Test
  void whatNoDecoderIsForIsRefusedBeforeItIsRecorded() throws Exception {
    beginTable("dead", "user_actions_dead_letters");
    beginTable("lake", "user_actions");
    List<Path> before = files();
    Path bad = Path.of(contract("string"));
    String right = Files.readString(bad);
    Files.writeString(bad, "format: bytes\n" + right);
    Ran refused = replay("--contract", bad.toString());
    assertEquals(Main.USER_ERROR, refused.status());
    assertTrue(refused.err().contains(bad + ":6: column 'at' reads at"), refused.err());
    Files.writeString(
        bad,
        """
        table: user_actions
        topic: user-actions
        format: string
        event_time: record_time
        columns:
          - {name: what, path: value, type: string}
        """);
    Path fix = Files.writeString(directory.resolve("fix.yaml"), "- strip_bom: true\n");
    Ran fixed = replay("--contract", bad.toString(), "--fix=" + fix);
    assertEquals(Main.USER_ERROR, fixed.status());
    Files.delete(fix);
    assertTrue(
        files().stream().noneMatch(file -> file.toString().contains("/contracts/")), fixed.err());
    Files.delete(bad);
    assertEquals(before, files());
    Files.writeString(bad, right);
    assertEquals(0, replay("--contract", bad.toString()).status());
  }

  private String contract(String type) throws Exception {
    Path file = directory.resolve(type + ".yaml");
    Files.writeString(
        file,
        """
        table: user_actions
        topic: user-actions
        event_time: at
        columns:
          - {name: at, type: timestamp, required: true}
          - {name: what, type: %s}
        """
            .formatted(type));
    return file.toString();
  }
}
