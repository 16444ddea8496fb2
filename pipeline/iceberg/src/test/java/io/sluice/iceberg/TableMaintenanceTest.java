package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static io.sluice.iceberg.TestLake.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.follow.Maintenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody reads any more goes, and nothing else; beside a job, twice, and killed anywhere. */
class TableMaintenanceTest {
  @TempDir Path directory;

  private TestLake lake;
  private long next;

  @BeforeEach
  void begin() throws IOException {
    lake = new TestLake(directory.resolve("lake"));
  }

  @AfterEach
  void end() {
    lake.close();
  }

  private Catalog catalog() {
    return JdbcCatalogTest.jdbc(directory.resolve("warehouse"), directory.getFileName().toString());
  }

  private Table table() {
    return catalog().loadTable(NAME);
  }

  private void commit(LocalDate date) throws IOException {
    lake.append(date, 0, next++);
    lake.follow(catalog(), date);
  }

  private void commits(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      commit(DATE);
    }
  }

  private static Maintenance.Request request(int keepLast, @Nullable Duration orphans) {
    return new Maintenance.Request(Duration.ZERO, keepLast, orphans, false);
  }

  private Maintenance.Result maintain(Catalog catalog, Maintenance.Request request)
      throws IOException {
    try (IcebergFollower follower = lake.follower(catalog)) {
      return follower.maintenance().orElseThrow().run(request);
    }
  }

  private Maintenance.Result maintain(Maintenance.Request request) throws IOException {
    return maintain(catalog(), request);
  }

  private Set<Path> metadata() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("warehouse"))) {
      return files.filter(Files::isRegularFile).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private Set<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("lake"))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** All that the snapshots that are there name is there, and each of them can be read. */
  private void assertWhole() throws IOException {
    Set<Path> there = metadata();
    Table table = table();
    for (Snapshot snapshot : table.snapshots()) {
      assertTrue(there.contains(Path.of(snapshot.manifestListLocation())));
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        assertTrue(there.contains(Path.of(manifest.path())), manifest.path());
      }
    }
    assertEquals(next, rows(catalog()));
    assertEquals("false", table.properties().get("gc.enabled"));
  }

  private int snapshots() {
    List<Snapshot> all = new ArrayList<>();
    table().snapshots().forEach(all::add);
    return all.size();
  }

  @Test
  void oldSnapshotsGoWithTheirMetadataAndNoFileOfTheLake() throws Exception {
    commits(6);
    lake.compact(DATE);
    lake.follow(catalog(), DATE);
    Set<Path> data = dataFiles();
    Set<Path> before = metadata();
    assertEquals(7, snapshots());
    Maintenance.Request dry = new Maintenance.Request(Duration.ZERO, 2, null, true);
    assertEquals(5, maintain(dry).expired());
    assertEquals(before, metadata(), "a dry run");
    assertEquals(
        0,
        maintain(new Maintenance.Request(Duration.ofDays(1), 2, null, false)).expired(),
        "they are young");
    Maintenance.Result result = maintain(request(2, null));
    assertEquals(5, result.expired());
    assertEquals(2, result.left());
    assertEquals(2, snapshots());
    assertTrue(result.deleted() >= 5, result.toString());
    assertEquals(data, dataFiles());
    assertWhole();
    // Twice: there is nothing left to do.
    Set<Path> after = metadata();
    assertTrue(maintain(request(2, null)).isNothing());
    assertEquals(after, metadata());
    // The follower goes on.
    commit(DATE);
    assertWhole();
  }

  /** Over HTTP a catalog takes changes, and not metadata. */
  @Test
  void aCatalogThatIsAskedOverHttpTakesItToo() throws Exception {
    try (RestServer server = new RestServer(catalog())) {
      Catalog rest =
          CatalogUtil.buildIcebergCatalog("sluice", server.settings(), new Configuration());
      for (int i = 0; i < TableMaintenance.MOST_SMALL + 3; i++) {
        lake.append(DATE, 0, next++);
        lake.follow(rest, DATE);
      }
      Maintenance.Result result = maintain(rest, request(2, null));
      assertEquals(TableMaintenance.MOST_SMALL + 2, result.expired());
      assertEquals(1, result.manifestsAfter());
      assertEquals(2, snapshots());
      assertWhole();
    }
  }

  @Test
  void aJobThatCommitsMeanwhileLosesNothing() throws Exception {
    commits(5);
    int[] steps = {0};
    Catalog busy =
        new SteppingCatalog(
            catalog(),
            () -> {
              if (steps[0]++ < 3) {
                commit(DATE);
              }
            });
    Maintenance.Result result = maintain(busy, request(1, Duration.ofDays(1)));
    assertTrue(steps[0] > 2, "it was met " + steps[0] + " times");
    assertTrue(result.expired() >= 4, result.toString());
    assertWhole();
  }

  /** At each step in turn it is killed; the next call ends what that one had begun. */
  @Test
  void killedAnywhereNothingIsLostAndTheNextCallGoesOn() throws Exception {
    int killed = 0;
    for (int at = 0; ; at++) {
      commits(3);
      int stop = at;
      int[] steps = {0};
      Catalog dying =
          new SteppingCatalog(
              catalog(),
              () -> {
                if (steps[0]++ == stop) {
                  throw new AssertionError("killed");
                }
              });
      boolean isDone = false;
      try {
        maintain(dying, request(1, null));
        isDone = true;
      } catch (AssertionError e) {
        killed++;
      }
      assertWhole();
      if (isDone) {
        break;
      }
      maintain(request(1, null));
      assertEquals(1, snapshots());
      assertWhole();
    }
    assertTrue(killed > 1, "killed " + killed + " times");
  }

  @Test
  void metadataThatNothingNamesGoesOnceItIsOld() throws Exception {
    commits(3);
    Path folder = Path.of(table().currentSnapshot().manifestListLocation()).getParent();
    Path old = Files.writeString(folder.resolve("00000000-m0.avro"), "of a commit that was killed");
    Path young = Files.writeString(folder.resolve("00000001-m0.avro"), "of one that goes on");
    Path other = Files.writeString(folder.resolve("somebodys.parquet"), "no metadata");
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(9)));
    for (Path file : metadata()) {
      if (!file.equals(young)) {
        Files.setLastModifiedTime(file, longAgo);
      }
    }
    assertEquals(0, maintain(request(9, null)).orphans());
    Maintenance.Request dry =
        new Maintenance.Request(Duration.ofDays(1), 9, Duration.ofDays(3), true);
    assertEquals(1, maintain(dry).orphans());
    assertTrue(Files.exists(old));
    assertEquals(1, maintain(request(9, Duration.ofDays(3))).orphans());
    assertTrue(!Files.exists(old) && Files.exists(young) && Files.exists(other));
    assertWhole();
    // Who shares a folder of metadata with others keeps all of it.
    table()
        .updateProperties()
        .set("write.metadata.path", directory.resolve("shared").toString())
        .commit();
    Maintenance.Result shared = maintain(request(9, Duration.ofDays(3)));
    assertTrue(shared.notes().get(0).contains("write.metadata.path"), shared.toString());
  }

  /** A table that was renamed keeps its folder, and the next of its old name has it, too. */
  @Test
  void metadataOfAnotherTableInTheSameFolderStays() throws Exception {
    commits(3);
    TableIdentifier other = TableIdentifier.of("lake", "renamed");
    catalog().renameTable(NAME, other);
    commits(1);
    assertEquals(catalog().loadTable(other).location(), table().location());
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(9)));
    for (Path file : metadata()) {
      Files.setLastModifiedTime(file, longAgo);
    }
    Set<Path> before = metadata();
    Maintenance.Result result = maintain(request(9, Duration.ofDays(3)));
    assertEquals(0, result.orphans());
    assertTrue(
        result.notes().toString().contains("orphans were not removed: ")
            && result.notes().toString().contains(" is of another table"),
        result.toString());
    assertEquals(before, metadata());
  }

  /** Over HTTP snapshots go without a condition, so it is looked right before, after the reads. */
  @Test
  void whatWasTaggedWhileMetadataWasReadStays() throws Exception {
    try (RestServer server = new RestServer(catalog())) {
      Catalog rest =
          CatalogUtil.buildIcebergCatalog("sluice", server.settings(), new Configuration());
      commits(4);
      Snapshot first = table().snapshots().iterator().next();
      int[] steps = {0};
      Catalog slow =
          new SteppingCatalog(
              rest,
              () -> {
                // After the look for the call and the first look for what has expired.
                if (steps[0]++ == 2) {
                  table().manageSnapshots().createTag("audited", first.snapshotId()).commit();
                }
              });
      assertEquals(2, maintain(slow, request(1, null)).expired());
      assertEquals(first.snapshotId(), table().snapshot("audited").snapshotId());
      assertWhole();
    }
  }

  @Test
  void smallManifestsBecomeFewAndEachFileStaysOnce() throws Exception {
    for (int i = 0; i < TableMaintenance.MOST_SMALL + 5; i++) {
      // Of two years, so two manifests are left.
      commit(i % 2 == 0 ? DATE : LocalDate.of(2025, 3, 1));
    }
    int before = table().currentSnapshot().dataManifests(table().io()).size();
    assertEquals(TableMaintenance.MOST_SMALL + 5, before);
    Maintenance.Result result = maintain(request(100, null));
    assertEquals(before, result.manifestsBefore());
    assertEquals(2, result.manifestsAfter());
    assertEquals("replace", table().currentSnapshot().operation());
    assertEquals(before, CatalogContract.files(table()).size());
    assertWhole();
    assertTrue(maintain(request(100, null)).isNothing());
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  @Test
  void aBranchAndATagKeepTheirSnapshots() throws Exception {
    commits(4);
    Snapshot first = table().snapshots().iterator().next();
    table().manageSnapshots().createTag("audited", first.snapshotId()).commit();
    assertEquals(2, maintain(request(1, null)).expired());
    assertEquals(first, table().snapshot(first.snapshotId()));
    assertWhole();
  }

  @Test
  void aTableThatIsAwayIsSaid() throws Exception {
    commits(1);
    Catalog away =
        new SteppingCatalog(
            catalog(),
            () -> {
              throw new IOException("away");
            });
    assertThrows(IOException.class, () -> maintain(away, request(1, null)));
  }
}
