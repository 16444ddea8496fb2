package io.sluice.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceOptions;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.lake.ContractHistory;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lakes in directories; {@code PlanIT} has those in buckets. */
class StoreChecksTest {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final Table TABLE = CONTRACT.lakeTable();

  @TempDir Path directory;

  private record Result(List<Check> checks, Optional<LakeDescriptor> lake) {
    Check.Status status(String name) {
      return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().status();
    }

    String failure() {
      List<Check> failed = checks.stream().filter(c -> c.status() == Check.Status.FAILED).toList();
      assertEquals(1, failed.size(), checks.toString());
      return failed.get(0).text();
    }
  }

  private Result run(Path lake, @Nullable Integer shards) {
    Checks checks = new Checks();
    SluiceOptions options = PipelineOptionsFactory.as(SluiceOptions.class);
    try (StoreChecks store = new StoreChecks("lake", stores(lake), options)) {
      Optional<LakeDescriptor> found = store.of(TABLE, CONTRACT, checks, shards, false);
      return new Result(checks.all(), found);
    }
  }

  private static Stores stores(Path lake) {
    return TestStores.of(lake);
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aNewLakeIsTriedAndLeftAsItWas() throws IOException {
    List<String> before = listing();
    Result result = run(directory.resolve("a/b/lake"), 4);
    assertTrue(
        result.checks().stream().allMatch(c -> c.status() == Check.Status.OK),
        result.checks().toString());
    assertEquals(
        List.of(
            "lake",
            "lake: list",
            "lake: table",
            "lake: contract",
            "lake: put",
            "lake: conditions",
            "lake: get"),
        result.checks().stream().map(Check::name).toList());
    assertTrue(result.lake().isEmpty());
    assertEquals(before, listing());
  }

  @Test
  void aFileSystemThatTakesNoFolderIsNamedWithTheReason() {
    assertEquals(
        "/proc/lake: writing _sluice/probe: No folder can be made there (/proc/lake/_sluice/tmp); name a directory of a file system that takes files",
        run(Path.of("/proc/lake"), 4).failure());
  }

  @Test
  void whatALakeHasIsKept() throws IOException {
    Path lake = directory.resolve("lake");
    try (Store store = stores(lake).open(PipelineOptionsFactory.create())) {
      LakeTable.begin(store, stores(lake), TABLE, 8, false);
      store.probe();
    }
    List<String> before = listing();
    Result result = run(lake, null);
    assertEquals(8, result.lake().orElseThrow().shards());
    assertEquals(before, listing());
    assertTrue(Files.exists(lake.resolve("_sluice/probe")));

    assertTrue(run(lake, 4).failure().contains("was begun with 8 shards"));
    assertEquals(before, listing());
  }

  /** What a run would refuse. */
  @Test
  void aContractThatDoesNotFitThoseBeforeIsRefused() throws IOException {
    Path lake = directory.resolve("lake");
    Path other = directory.resolve("other.yaml");
    Files.writeString(
        other,
        """
        version: 1
        table: user_actions
        topic: user-actions
        event_time: event_datetime
        columns:
          - {name: event_datetime, path: timestamp, type: timestamp, required: true}
          - {name: event_name, type: int64}
        """);
    try (Store store = stores(lake).open(PipelineOptionsFactory.create())) {
      ContractHistory.record(store, ContractParser.read(other));
    }
    List<String> before = listing();
    assertTrue(
        run(lake, null).failure().startsWith("contract version 1 is another one in"), "version 1");
    assertEquals(before, listing());
  }

  @Test
  void aFileInPlaceOfADirectoryIsNamedAndTheRestSkipped() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    Result result = run(file, null);
    assertEquals(file + " is a file: name a directory", result.failure());
    assertEquals(Check.Status.SKIPPED, result.status("lake: get"));
    assertEquals("x", Files.readString(file));
  }
}
