package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Choice;
import io.sluice.contract.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which contracts a run has, and which do not go together. */
class ContractsTest {
  @TempDir Path directory;

  private Path contract(String file, String table, String topic) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(
        path,
        "table: "
            + table
            + "\ntopic: "
            + topic
            + "\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n");
  }

  private SluiceConfig config(String... more) {
    List<String> flags =
        new ArrayList<>(List.of("--bootstrapServers=b:1", "--lake=/l", "--deadLetters=/d"));
    flags.addAll(List.of(more));
    return SluiceConfig.from(SluiceFlags.read(flags));
  }

  private static List<String> tables(SluiceConfig config) {
    return config.inputs().stream().map(input -> input.contract().table()).toList();
  }

  private String refused(String... flags) {
    String message = assertThrows(UserException.class, () -> config(flags)).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void aFlagThatIsGivenMoreThanOnceNamesContractsInItsOrder() throws Exception {
    Path b = contract("b,with a comma.yaml", "b", "topic-b");
    Path a = contract("a.yaml", "a", "topic-a");
    SluiceConfig config = config("--contract=" + b, "--contract=" + a);
    assertEquals(List.of("b", "a"), tables(config));
    assertEquals(
        List.of("topic-b", "topic-a"),
        config.inputs().stream().map(input -> input.source().name()).toList());
    assertEquals(
        List.of(List.of("b"), List.of("a")),
        config.each().stream().map(ContractsTest::tables).toList());
  }

  @Test
  void aFolderIsEachOfItsYamlFilesByTheirNames() throws Exception {
    contract("folder/2.yml", "b", "topic-b");
    contract("folder/1.yaml", "c", "topic-c");
    Files.writeString(directory.resolve("folder/README.md"), "no contract");
    contract("folder/below/3.yaml", "d", "topic-d");
    Path a = contract("a.yaml", "a", "topic-a");
    assertEquals(
        List.of("c", "b", "a"),
        tables(config("--contract=" + directory.resolve("folder"), "--contract=" + a)));
  }

  @Test
  void aFolderWithoutContractsIsRefused() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("empty"));
    Files.writeString(folder.resolve("contract.json"), "table: a");
    String message = refused("--contract=" + folder);
    assertEquals(
        "--contract="
            + folder
            + ": the folder has no *.yaml or *.yml; put the contracts there, or name another folder",
        message);
  }

  @Test
  void theFlagOfOneTopicTakesNoPattern() throws Exception {
    Path a = contract("a.yaml", "a", "topic-a");
    assertTrue(
        refused("--contract=" + a, "--topic=/topic-.*/")
            .startsWith("--topic=/topic-.*/ is a pattern, and the flag is of one topic"));
  }

  /** Flags are read before a broker or a store is asked for anything. */
  @Test
  void oneBadContractOfHundredsIsNamed() throws Exception {
    for (int i = 0; i < 200; i++) {
      contract("many/" + i + ".yaml", "table_" + i, "topic-" + i);
    }
    Path bad = directory.resolve("many/117.yaml");
    Files.writeString(bad, Files.readString(bad) + "colums: []\n");
    String message = refused("--contract=" + directory.resolve("many"));
    assertTrue(message.startsWith(bad + ":"), message);
    assertTrue(message.contains("colums"), message);
  }

  @Test
  void anEmptyNameIsNotTheWorkingDirectory() {
    assertEquals(
        "--contract=: names nothing; name a YAML file, or a folder of them",
        refused("--contract="));
  }

  @Test
  void twoOfOneTableAreRefusedAndBothFilesNamed() throws Exception {
    Path one = contract("one.yaml", "a", "topic-a");
    Path two = contract("two.yaml", "a", "topic-b");
    assertEquals(
        "contracts "
            + one
            + " and "
            + two
            + " both write the table a: give each a table of its own",
        refused("--contract=" + one, "--contract=" + two));
    assertTrue(refused("--contract=" + one, "--contract=" + one).contains("the table a"));
  }

  @Test
  void aTableThatHasTheNameOfAnothersDeadLettersIsRefused() throws Exception {
    Path one = contract("one.yaml", "a", "topic-a");
    Path two = contract("two.yaml", "a_dead_letters", "topic-b");
    for (String message :
        List.of(
            refused("--contract=" + one, "--contract=" + two),
            refused("--contract=" + two, "--contract=" + one))) {
      assertTrue(message.contains("both write the table a_dead_letters"), message);
    }
  }

  @Test
  void twoOfOneTopicAreRefusedAndBothFilesNamed() throws Exception {
    Path one = contract("one.yaml", "a", "topic-a");
    Path two = contract("two.yaml", "b", "topic-a");
    assertEquals(
        "contracts "
            + one
            + " and "
            + two
            + " both read the topic topic-a, and the first takes all of its records: say there which ones, with when, give each a topic of its own, or start a run for each",
        refused("--contract=" + one, "--contract=" + two));
  }

  private Path conditional(String name, String table, String rest) throws Exception {
    Path file = contract(name, table, "topic-a");
    Files.writeString(file, rest + "\n" + Files.readString(file));
    return file;
  }

  /** What the contracts before one ask is its own, too, so that a verb of it alone knows it. */
  @Test
  void contractsOfOneTopicKnowWhatTheOnesBeforeThemAsk() throws Exception {
    Path one = conditional("one.yaml", "a", "when: [{path: type, is: x}]");
    Path two = conditional("two.yaml", "b", "when: [{from: topic, exists: true}]");
    Path three = contract("three.yaml", "c", "topic-a");
    List<String> flags = List.of("--contract=" + one, "--contract=" + two, "--contract=" + three);
    List<Choice> choices =
        config(flags.toArray(String[]::new)).inputs().stream()
            .map(input -> input.contract().intake().choice())
            .toList();
    List<Condition> x = choices.get(0).when();
    List<Condition> any = choices.get(1).when();
    assertEquals(new Choice(x, List.of(), Choice.Unrouted.OTHERS, false), choices.get(0));
    assertEquals(new Choice(any, List.of(x), Choice.Unrouted.OTHERS, false), choices.get(1));
    assertEquals(
        new Choice(List.of(), List.of(x, any), Choice.Unrouted.DEAD_LETTER, false), choices.get(2));
    List<String> ofB = new ArrayList<>(flags);
    ofB.add("--table=b");
    ofB.add("--unrouted=skip");
    SluiceConfig config = config(ofB.toArray(String[]::new));
    assertEquals("b", config.contract().table());
    assertEquals(choices.get(1), config.contract().intake().choice());
    assertEquals(
        Choice.Unrouted.SKIP,
        config("--contract=" + one, "--unrouted=skip").contract().intake().choice().unrouted());
    assertEquals(
        "--table=d: --contract names contracts of a, b, c: name one of these",
        refused("--contract=" + one, "--contract=" + two, "--contract=" + three, "--table=d"));
    assertEquals(
        "--unrouted is dead_letter or skip, not 'others'",
        refused("--contract=" + one, "--unrouted=others"));
    assertTrue(
        refused("--contract=" + three, "--contract=" + one)
            .contains(three + " and " + one + " both read the topic topic-a, and the first takes"));
  }

  @Test
  void oneThatAsksWhatAnotherBeforeItAsksIsRefused() throws Exception {
    Path one = conditional("one.yaml", "a", "when: [{path: type, is: x}]");
    Path two = conditional("two.yaml", "b", "when: [{path: type, is: x}]");
    assertTrue(
        refused("--contract=" + one, "--contract=" + two)
            .contains(two + " ask the same with when, so the second would never get a record"));
  }

  @Test
  void contractsOfOneTopicHaveOneFormat() throws Exception {
    Path one = conditional("one.yaml", "a", "when: [{path: type, is: x}]");
    Path two = conditional("two.yaml", "b", "format: string");
    assertTrue(
        refused("--contract=" + one, "--contract=" + two)
            .contains("share a topic and have different formats"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--topic=other", "--sourceId=mine", "--startFrom=offsets:0=1"})
  void whatIsSaidOfOneTopicIsRefusedWithSeveral(String flag) throws Exception {
    Path one = contract("one.yaml", "a", "topic-a");
    Path two = contract("two.yaml", "b", "topic-b");
    assertEquals(
        flag
            + " is of one topic, and --contract is for several: leave it out, or start a run for"
            + " each",
        refused(flag, "--contract=" + one, "--contract=" + two));
    assertEquals(List.of("a"), tables(config(flag, "--contract=" + one)));
  }

  @Test
  void deadLettersAreSentToNoTopicThatIsRead() throws Exception {
    Path one = contract("one.yaml", "a", "topic-a");
    Path two = contract("two.yaml", "b", "topic-b");
    String message = refused("--deadLetterTopic=topic-b", "--contract=" + one, "--contract=" + two);
    assertTrue(
        message.startsWith("--deadLetterTopic=topic-b is one of the topics that are read"),
        message);
  }

  @Test
  void whoTakesOneContractSaysSo() throws Exception {
    SluiceConfig config =
        config(
            "--contract=" + contract("one.yaml", "a", "topic-a"),
            "--contract=" + contract("two.yaml", "b", "topic-b"));
    String message = assertThrows(UserException.class, config::contract).getMessage();
    assertEquals(
        "--contract names contracts of 2 tables (a, b), and this takes one: choose it with --table",
        message);
    assertEquals(message, assertThrows(UserException.class, config::source).getMessage());
  }
}
