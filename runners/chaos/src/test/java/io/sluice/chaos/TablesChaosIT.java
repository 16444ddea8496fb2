package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What becomes of tables that follow the lake, and the control of it. */
@EnabledIfSystemProperty(
    named = "sluice.nightly",
    matches = "true",
    disabledReason = "it takes minutes, and is run each night: -Dsluice.nightly=true")
class TablesChaosIT extends ScenarioChaos {
  static List<Scenario> scenarios() {
    return List.of(Scenario.TABLES);
  }

  @Test
  void aFollowerThatAppendsWithoutLookingDoublesWhatItHasAppended() throws Exception {
    Run.Result result =
        run(
            Scenario.TABLES,
            List.of(Fault.KILL_IN_TABLE_COMMIT),
            "append",
            Jobs.SLUICE,
            AppendingKind.NAME,
            ControlsChaosIT.CONTROL_PATIENCE);
    assertTrue(result.count().duplicate() > 0, result.toString());
    assertEquals(0, result.count().lost(), result.toString());
    Run.Tables tables = Objects.requireNonNull(result.tables());
    assertTrue(tables.faulty() > 0, "no reader has seen it: " + result);
    assertTrue(tables.audit().duplicate() > 0, "the audit did not see it: " + result);
    // The lake has nothing of it.
    assertTrue(result.audit().complete(), result.toString());
  }
}
