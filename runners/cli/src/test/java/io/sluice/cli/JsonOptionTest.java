package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.TopicsWithoutTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** {@code --json}, with a file and without, of verbs that take words and of those that do not. */
class JsonOptionTest {
  private static final String CONTRACT =
      """
      version: 1
      table: t
      topic: t
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"--json=", "--json "})
  void withAFileTextIsPrintedAndTheFileHasTheReport(String flag) throws Exception {
    Path file = directory.resolve("size.json");
    Ran ran = Ran.sluice(("size --gibPerDay=1 " + flag + file).split(" "));
    assertEquals(0, ran.status(), ran.err());
    assertFalse(ran.out().startsWith("{"), ran.out());
    assertEquals(1, Files.readAllLines(file).size());
    assertTrue(new ObjectMapper().readTree(file.toFile()).isObject());
  }

  @Test
  void withoutAFileNothingElseIsPrinted() throws Exception {
    Ran ran = Ran.sluice("size", "--gibPerDay=1", "--json");
    assertEquals(1, ran.out().lines().count(), ran.out());
    assertTrue(new ObjectMapper().readTree(ran.out()).isObject());
  }

  @Test
  void aWordThatTheVerbTakesIsNoFileOfTheReport() throws Exception {
    String contract = Files.writeString(directory.resolve("t.yaml"), CONTRACT).toString();
    Ran printed = Ran.sluice("contract", "check", "--json", contract);
    assertTrue(new ObjectMapper().readTree(printed.out()).path("valid").asBoolean());
    Path file = directory.resolve("check.json");
    Ran written = Ran.sluice("contract", "check", "--json=" + file, contract);
    assertTrue(written.out().contains("valid: version 1 of table t"), written.out());
    assertTrue(new ObjectMapper().readTree(file.toFile()).path("valid").asBoolean());
  }

  @Test
  void aFlagBehindItIsAFlagThoughBeamAloneKnowsIt() {
    ParseResult audit =
        new CommandLine(new Main()).parseArgs("audit", "--json", "--startFrom=lake").subcommand();
    assertEquals(List.of("--startFrom=lake"), PipelineFlags.given(audit));
    assertEquals(Path.of("-"), audit.commandSpec().findOption("--json").getValue());
  }

  /** No table has an upper-case letter, so that it stands beside them. */
  @Test
  void topicsWithoutATableStandBesideTheTables() throws Exception {
    TopicsWithoutTable some = new TopicsWithoutTable(List.of("/a.*/"), List.of("a1", "a2"), null);
    assertEquals(
        "{\"n\":1,\"unreadTopics\":[\"a1\",\"a2\"]}", written(Map.of("t", 1), Optional.of(some)));
    TopicsWithoutTable unasked = new TopicsWithoutTable(List.of("/a.*/"), List.of(), "no broker");
    Map<String, Integer> two = new TreeMap<>(Map.of("t", 1, "u", 2));
    assertEquals(
        "{\"t\":{\"n\":1},\"u\":{\"n\":2},\"unreadTopics\":null}",
        written(two, Optional.of(unasked)));
    assertEquals("{\"n\":1}", written(Map.of("t", 1), Optional.empty()));
    assertEquals(
        "topics that fit /a.*/ and have no table could not be looked for: no broker",
        unasked.note().orElseThrow());
  }

  private String written(Map<String, Integer> found, Optional<TopicsWithoutTable> unread)
      throws Exception {
    Path file = directory.resolve("tables.json");
    JsonOption option = new JsonOption();
    new CommandLine(new OfTables(option)).parseArgs("--json=" + file);
    option.writeByTable(found, found.size(), n -> "{\"n\":" + n + "}", unread);
    return Files.readString(file).strip();
  }

  /** A verb with nothing else. */
  @Command
  private static final class OfTables {
    @Mixin private final JsonOption json;

    OfTables(JsonOption json) {
      this.json = json;
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedBeforeAnythingIsDone() {
    Ran ran = Ran.sluice("audit", "--json=/dev/null/none/report.json", "--lake=/nowhere");
    assertEquals(Main.USER_ERROR, ran.status());
    assertTrue(
        ran.err()
            .contains(
                "--json=/dev/null/none/report.json: the folder /dev/null/none cannot be made: a file"
                    + " is in the way; name another"),
        ran.err());
  }
}
