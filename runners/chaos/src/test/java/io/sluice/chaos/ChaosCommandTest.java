package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cli.Main;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractDiff;
import io.sluice.contract.ContractParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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
    assertTrue(
        errorOf("chaos", "--format=csv").contains("--format=csv: one of json, avro"), "unknown");
    assertTrue(
        errorOf("chaos", "--scenario=evolving-schema", "--format=json")
            .contains("--format=json: evolving-schema is of avro: leave out --format"));
  }

  /** A fault of what a run has not would come off, and be counted. */
  @Test
  void eachFormatHasTheFaultsThatItCanHave() {
    assertTrue(Scenario.MIXED.faults(ChaosFormat.AVRO).contains(Fault.REGISTRY_KILL));
    assertFalse(Scenario.MIXED.faults(ChaosFormat.AVRO).contains(Fault.ODD_VALUES));
    assertTrue(Scenario.MIXED.faults(ChaosFormat.JSON).contains(Fault.ODD_VALUES));
    assertFalse(Scenario.MIXED.faults(ChaosFormat.JSON).contains(Fault.REGISTRY_KILL));
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

  private static Contract contract(String name) throws Exception {
    try (var in = Objects.requireNonNull(Run.class.getResourceAsStream(name))) {
      return ContractParser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    }
  }

  /** A run that refused the other version would be no fault of the scenario's. */
  @Test
  void theTwoVersionsOfTheContractGoTogether() throws Exception {
    ContractDiff diff = ContractDiff.of(contract("chaos-1.yaml"), contract("chaos-2.yaml"));
    assertTrue(diff.isCompatible(), diff.toString());
    assertEquals(2, diff.changes().size());
  }
}
