package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.SETTINGS;
import static io.sluice.mirror.ChangesLake.envelope;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.audit.Audit;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetters;
import io.sluice.derive.DerivedKind;
import io.sluice.derive.DerivedVersion;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.report.Page;
import io.sluice.report.Report;
import io.sluice.report.ReportReader;
import io.sluice.report.Steps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jobs and reports see of a mirror. */
class MirrorKindTest {
  private static final String CONTRACT = MirrorTest.CONTRACT.formatted(true);
  private static final long TIME = 1_767_323_045_000_000L;

  @TempDir Path directory;
  private ChangesLake lake;
  private final DerivedKind kind = new MirrorKind();

  @BeforeEach
  void begin() throws IOException {
    lake = new ChangesLake(directory.resolve("lake"), CONTRACT);
  }

  @AfterEach
  void end() {
    lake.close();
  }

  private void append(String... envelopes) throws IOException {
    for (String envelope : envelopes) {
      lake.append(List.of(lake.send(0, envelope)));
    }
  }

  private static String row(int id, String large) {
    return "{\"shop\":\"a\",\"id\":" + id + ",\"total\":1,\"large\":" + large + "}";
  }

  private Report report() throws IOException {
    Stores dead = TestStores.of(directory.resolve("dead"));
    try (Store letters = dead.open(PipelineOptionsFactory.create())) {
      LakeTable.begin(letters, dead, DeadLetters.table(lake.contract()), 1, false);
      return new ReportReader(
              lake.store,
              letters,
              lake.contract(),
              null,
              Audit.Expiry.NEVER,
              new ReportReader.Limits(Duration.ZERO, 0, true),
              Steps.NONE)
          .read(Instant.now(), "1.2.3");
    }
  }

  @Test
  void itIsFoundByTheServiceLoaderForTablesThatMayHaveOne() {
    Contract changes = lake.contract();
    assertEquals(List.of("mirror"), DerivedKind.of(changes).stream().map(k -> k.name()).toList());
    assertEquals("order_changes_current", kind.nameOf(changes.table()));
    assertEquals(List.of(), DerivedKind.of(ContractParser.userActions()));
    Contract keyless = ContractParser.parse(CONTRACT.replace("key: [shop, id], ", ""), "x.yaml");
    assertFalse(kind.isOf(keyless));
  }

  @Test
  void aVersionSaysWhatItHasAndWhatItDoesNotHave() throws Exception {
    assertEquals(OptionalLong.empty(), kind.newest(lake.store, "order_changes"));
    append(
        envelope("c", null, row(1, "\"x\""), 10, TIME),
        envelope("u", null, row(2, "\"__debezium_unavailable_value\""), 11, TIME));
    lake.run();
    assertEquals(OptionalLong.of(1), kind.newest(lake.store, "order_changes"));
    DerivedVersion version = kind.version(lake.store, "order_changes", 1);
    assertEquals(2, version.rows());
    assertEquals(2, version.positions().size());
    assertEquals(lake.newest().written(), version.made());
    assertEquals(Map.of("unknown_values", 1L, "late", 0L, "without_key", 0L), version.lacking());
  }

  @Test
  void aReportHasItsVersionAndHowFarItIsBehind() throws Exception {
    append(envelope("c", null, row(1, "\"x\""), 10, TIME));
    assertEquals(List.of(), report().derived());
    assertFalse(Page.of(report()).contains("Made of this table"));
    lake.run(SETTINGS);
    Report.Derived current = report().derived().get(0);
    assertEquals("mirror", current.kind());
    assertEquals("order_changes_current", current.table());
    assertEquals(1, current.version());
    assertEquals(lake.newest().written(), current.since());
    assertEquals(1, current.rows());
    assertEquals(List.of(new Report.End(ChangesLake.SOURCE, 0, 0)), current.ends());
    assertEquals(0, current.filesBehind());
    assertNull(current.behindSince());
    assertTrue(
        Page.of(report())
            .contains("order_changes_current has all that is in the files of this table."));

    append(
        envelope("c", null, row(2, "\"y\""), 20, TIME),
        envelope("u", null, row(3, "\"__debezium_unavailable_value\""), 30, TIME));
    Report.Derived behind = report().derived().get(0);
    assertEquals(1, behind.version());
    assertEquals(2, behind.filesBehind());
    assertEquals(2, behind.rowsBehind());
    assertNotNull(behind.behindSince());
    assertTrue(Page.of(report()).contains("order_changes_current lacks what is in 2 files"));

    lake.run(SETTINGS);
    Report.Derived next = report().derived().get(0);
    assertEquals(2, next.version());
    assertEquals(0, next.filesBehind());
    assertEquals(3, next.rows());
    assertEquals(1L, next.lacking().get("unknown_values"));
    assertTrue(Page.of(report()).contains("unknown_values: 1"));
  }

  @Test
  void aVersionThatCannotBeReadIsSaidAndKeepsNothingElseFromTheReport() throws Exception {
    append(envelope("c", null, row(1, "\"x\""), 10, TIME));
    lake.run();
    Files.writeString(
        directory.resolve("lake/order_changes_current/_versions/0000000002.json"),
        "{",
        StandardCharsets.UTF_8);
    Report report = report();
    assertEquals(1, report.totals().rows());
    Report.Derived current = report.derived().get(0);
    assertTrue(
        String.valueOf(current.problem()).contains("0000000002.json"),
        String.valueOf(current.problem()));
    // The version before it may have what was erased.
    assertTrue(
        String.valueOf(current.problem()).contains("and run erase again, if one was run since"),
        String.valueOf(current.problem()));
    assertTrue(Page.of(report).contains("order_changes_current could not be read."));
  }
}
