package io.sluice.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ContractParser;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a table without rows needs a look, by lakes that the pipeline's own parts have written. */
class MissingRowsTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir Path directory;
  private long offset;

  private TestLake lake(String version, String rest) throws IOException {
    return new TestLake(
        directory,
        ContractParser.parse(
            "version: "
                + version
                + "\ntable: t\ntopic: t\nevent_time: record_time\n"
                + rest
                + "\ncolumns: [{name: id, type: int64}]\n",
            "c.yaml"));
  }

  private TestLake append(TestLake lake, int count, Duration over, String json) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(
          TestLake.record(
              0,
              offset++,
              START.plus(over.multipliedBy(i).dividedBy(Math.max(1, count - 1))),
              json));
    }
    return lake.append(records);
  }

  private static Report.@Nullable NoRows found(TestLake lake) throws IOException {
    return lake.report().noRows();
  }

  @Test
  void anExplodeThatFindsNoListNeedsALookOfAThousandRecords() throws IOException {
    TestLake lake = lake("1", "explode: linse");
    append(lake, MissingRows.MANY - 1, Duration.ofMinutes(1), "{\"lines\":[{}]}");
    Report.NoRows few = found(lake);
    assertNotNull(few);
    assertFalse(few.needsLook());
    append(lake, 1, Duration.ZERO, "{}");
    Report.NoRows many = found(lake);
    assertNotNull(many);
    assertTrue(many.needsLook());
    assertEquals(MissingRows.MANY, many.skipped());
    assertEquals(
        List.of("no record has a list with elements at linse, its explode"), many.reasons());
    // One row is enough, or one dead letter.
    append(lake, 1, Duration.ZERO, "{\"linse\":7}");
    assertNull(found(lake));
  }

  @Test
  void ofASharedTopicOneOfAThousandIsNotMissedBeforeTenThousand() throws IOException {
    TestLake lake =
        lake(
            "1",
            "when: [{path: type, is: veiw}]\nunless: [[{path: type, is: x}]]\nunrouted: others");
    append(lake, MissingRows.MANY_OF_SHARED - 1, Duration.ofDays(2), "{\"type\":\"view\"}");
    Report.NoRows few = found(lake);
    assertNotNull(few);
    assertFalse(few.needsLook());
    append(lake, 1, Duration.ZERO, "{\"type\":\"view\"}");
    Report.NoRows many = found(lake);
    assertNotNull(many);
    assertTrue(many.needsLook());
    assertEquals(
        List.of(
            "no record meets its when, as where a path or a value there is misspelt",
            "contracts that come before it take all records that do"),
        many.reasons());
    append(lake, 1, Duration.ZERO, "{\"type\":\"veiw\",\"id\":1}");
    assertNull(found(lake));
  }

  /** A kind of event may end, and nobody is to be called for it for ever. */
  @Test
  void rowsOfBeforeAreEnoughWhileTheContractIsTheSame() throws IOException {
    TestLake lake = lake("1", "explode: lines");
    append(lake, 1, Duration.ZERO, "{\"lines\":[{}]}");
    append(lake, 2 * MissingRows.MANY, Duration.ofDays(9), "{}");
    assertNull(found(lake));
  }

  /** What says which records are rows changes with the version alone. */
  @Test
  void aNewVersionThatMakesNoRowNeedsALookAfterADay() throws IOException {
    append(lake("1", "explode: lines"), 5, Duration.ZERO, "{\"lines\":[{}]}");
    TestLake next = lake("2", "explode: linse");
    append(next, 2 * MissingRows.MANY, Duration.ofHours(23), "{\"lines\":[{}]}");
    assertNull(found(next), "what comes once a day may still come");
    append(next, 2, Duration.ofHours(24), "{\"lines\":[{}]}");
    Report.NoRows found = found(next);
    assertNotNull(found);
    assertTrue(found.needsLook());
    assertTrue(found.ofVersion());
    assertEquals(2 * MissingRows.MANY + 2, found.skipped());
    append(next, 1, Duration.ZERO, "{\"linse\":[{}]}");
    assertNull(found(next));
  }

  @Test
  void aTableThatHasWhatOthersLeaveMayHaveNone() throws IOException {
    TestLake lake = lake("1", "unless: [[{path: type, exists: true}]]");
    append(lake, MissingRows.MANY_OF_SHARED, Duration.ofDays(2), "{\"type\":\"view\"}");
    assertNull(found(lake));
  }

  @Test
  void anEmptyTableIsEmptyAndNoMore() throws IOException {
    assertNull(found(lake("1", "explode: lines")));
  }
}
