package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user may get wrong is told in one line, before anything is started. */
class ChaosCommandTest {
  private static String errorOf(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertEquals(Main.USER_ERROR, Main.execute(args));
    } finally {
      System.setErr(before);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(1, text.lines().count(), text);
    return text;
  }

  @Test
  void anUnknownScenarioIsAnsweredWithTheKnownOnes() {
    String error = errorOf("chaos", "--scenario=kil");
    assertTrue(error.contains("--scenario=kil: one of kill, commit,"), error);
    assertTrue(error.contains("two-jobs"), error);
  }

  @Test
  void minutesAndRateHaveLimits() {
    assertTrue(errorOf("chaos", "--minutes=0").contains("--minutes: more than 0"));
    assertTrue(errorOf("chaos", "--rate=0").contains("--rate: from 1"));
    assertTrue(errorOf("chaos", "--seed=x").contains("--seed"));
  }

  @Test
  void aFormatIsOneThatThereIsAndThatTheScenarioHas() {
    String error = errorOf("chaos", "--format=bytes");
    assertTrue(error.contains("--format=bytes: one of json, avro, protobuf, json_schema,"), error);
    assertTrue(
        error.contains("bytes is not among them, for it takes whatever a record holds"), error);
    assertTrue(
        errorOf("chaos", "--scenario=evolving-schema", "--format=csv")
            .contains(
                "--format=csv: evolving-schema needs one with schemas: avro, protobuf, json_schema"));
  }

  private static Set<ChaosFormat> formatsOf(Fault fault) {
    return Arrays.stream(ChaosFormat.values())
        .filter(format -> Scenario.MIXED.faults(format).contains(fault))
        .collect(Collectors.toSet());
  }

  /** A fault of what a run has not would come off, and be counted. */
  @Test
  void eachFormatHasTheFaultsThatItCanHave() {
    assertEquals(
        EnumSet.of(ChaosFormat.AVRO, ChaosFormat.PROTOBUF, ChaosFormat.JSON_SCHEMA),
        formatsOf(Fault.REGISTRY_KILL));
    assertEquals(
        EnumSet.complementOf(EnumSet.of(ChaosFormat.AVRO, ChaosFormat.PROTOBUF)),
        formatsOf(Fault.ODD_VALUES));
    assertEquals(EnumSet.allOf(ChaosFormat.class), formatsOf(Fault.KILL_TASKMANAGER));
    assertEquals(EnumSet.noneOf(ChaosFormat.class), formatsOf(Fault.CATALOG_KILL));
    for (Scenario scenario : Scenario.values()) {
      assertFalse(scenario.faults(scenario.format()).isEmpty(), scenario.label());
    }
  }

  @Test
  void aFolderWithSomethingInItIsLeftAlone(@TempDir Path directory) throws Exception {
    Files.createFile(directory.resolve("mine"));
    String error = errorOf("chaos", "--keep=" + directory);
    assertTrue(error.contains("is not empty"), error);
  }
}
