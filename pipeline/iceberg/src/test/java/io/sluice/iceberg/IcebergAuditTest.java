package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.audit.Audit;
import io.sluice.audit.TableAudit;
import io.sluice.audit.TableReport;
import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Compact;
import io.sluice.contract.Table;
import io.sluice.follow.Footers;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.follow.Reconciled;
import io.sluice.lake.LakeTable;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.report.TestLake;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.ListSource;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table in a catalog is proved by its snapshots, beside Iceberg's own reader. */
class IcebergAuditTest {
  private static final TableIdentifier NAME = TableIdentifier.of("lake", "user_actions");
  private static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

  @TempDir Path directory;
  private TestLake lake;
  private ListSource source;
  private Table rows;
  private long next;

  @BeforeEach
  void begin() throws IOException {
    source = new ListSource(directory.getFileName().toString());
    source.create(1);
    lake = new TestLake(directory);
    rows = rows();
  }

  private Stores stores() {
    return TestStores.of(directory.resolve("lake"));
  }

  private Table rows() throws IOException {
    return LakeTable.open(lake.lake, stores(), lake.contract.lakeTable(), LakeTable.Access.READ)
        .table();
  }

  private Catalog catalog() {
    return JdbcCatalogTest.jdbc(directory.resolve("warehouse"), directory.getFileName().toString());
  }

  private org.apache.iceberg.Table table() {
    return catalog().loadTable(NAME);
  }

  private IcebergFollower follower() {
    return new IcebergFollower(
        catalog(),
        NAME,
        new LakeSchema(rows),
        Footers.in(stores().open(PipelineOptionsFactory.create())));
  }

  /** Records of the topic that a run writes, and those that it has still to write. */
  private void records(int count, boolean written) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    String id = source.open().id().text();
    for (int i = 0; i < count; i++) {
      SourceRecord event = TestLake.event(0, next++, NOON);
      SourceRecord record =
          new SourceRecord(
              id, 0, event.offset(), event.recordTime(), null, event.value(), List.of());
      source.send(0, record);
      records.add(record);
    }
    if (written) {
      lake.append(records);
      lake.complete(DATE);
    }
  }

  private Reconciled follow() throws IOException {
    try (IcebergFollower follower = follower()) {
      return new Reconcile(Published.in(lake.lake, rows), follower, "iceberg").date(DATE);
    }
  }

  private Compact.Result compact(Duration grace) throws IOException {
    BeforeDeletion followed = date -> !follow().removed().isEmpty();
    return new Compact(
            lake.lake,
            rows,
            new Compact.Settings(1 << 20, Duration.ZERO, 2, false),
            bytes -> {},
            followed.with(grace))
        .run(DATE, false);
  }

  private TableReport judge(@Nullable Long snapshot) throws IOException {
    Audit audit =
        new Audit(lake.lake, lake.deadLetters, lake.contract, source, SchemaSettings.NONE);
    RunStarts.Timing timing =
        new RunStarts.Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(10));
    Audit.Request request =
        new Audit.Request(
            false, false, false, null, null, any -> timing, Duration.ZERO, Audit.Expiry.NEVER);
    try (IcebergFollower follower = follower()) {
      return new TableAudit(
              audit, lake.lake, lake.deadLetters, lake.contract, "iceberg", follower, null)
          .run(request, snapshot == null ? null : String.valueOf(snapshot));
    }
  }

  /** How many rows Iceberg's reader finds. */
  private long read(long snapshot) throws IOException {
    long found = 0;
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table()).useSnapshot(snapshot).build()) {
      for (Record record : records) {
        found += record == null ? 0 : 1;
      }
    }
    return found;
  }

  private static void assertLine(TableReport report, String part) throws IOException {
    assertTrue((report.line() + " ").contains(" " + part + " "), report.line() + report.toJson());
  }

  private void tableOfThreeSnapshots() throws IOException {
    for (int i = 0; i < 3; i++) {
      records(10, true);
      follow();
    }
  }

  @Test
  void theCurrentSnapshotIsProvedAndSoIsEachBeforeIt() throws Exception {
    tableOfThreeSnapshots();
    records(5, true);
    records(2, false);
    TableReport report = judge(null);
    assertTrue(report.passed(), report.toJson());
    assertLine(report, "behind=5");
    assertLine(report, "waiting=2");
    long rowsBefore = 0;
    for (Snapshot snapshot : table().snapshots()) {
      TableReport old = judge(snapshot.snapshotId());
      assertTrue(old.passed(), old.toJson());
      rowsBefore += 10;
      assertEquals(rowsBefore, old.inTable());
      assertEquals(rowsBefore, read(snapshot.snapshotId()));
      assertEquals(35 - rowsBefore, old.behind());
    }
    follow();
    assertEquals(35, judge(null).inTable());
    assertEquals(0, judge(null).behind());
  }

  @Test
  void aSnapshotOfACompactionIsProvedAndOneBeforeItSaysWhatItLeadsTo() throws Exception {
    tableOfThreeSnapshots();
    long before = table().currentSnapshot().snapshotId();
    // What is appended meanwhile makes two snapshots of the next commit; the first is half of it.
    new Compact(
            lake.lake,
            rows,
            new Compact.Settings(1 << 20, Duration.ZERO, 2, false),
            bytes -> {},
            date -> {
              records(5, true);
              return !follow().removed().isEmpty();
            })
        .run(DATE, false);
    assertEquals(5, new TreeSet<>(ids()).size());
    TableReport report = judge(null);
    assertTrue(report.complete(), report.toJson());
    assertEquals(35, report.inTable());
    Long half = table().currentSnapshot().parentId();
    assertEquals("replace", table().snapshot(half).operation());
    assertTrue(judge(half).passed(), judge(half).toJson());
    assertEquals(5, judge(half).behind());
    TableReport old = judge(before);
    assertFalse(old.passed());
    assertEquals(3, old.faults().size(), old.toJson());
    assertTrue(
        old.faults().stream().allMatch(one -> one.contains("this old snapshot cannot be read")),
        old.toJson());
    assertEquals(0, old.missing());
  }

  /** Time travel to before a compaction, by Iceberg's own reader, and what the proof says of it. */
  @Test
  void withinTheGraceEachOldSnapshotIsReadWholeAndAfterItThatIsOver() throws Exception {
    tableOfThreeSnapshots();
    List<Long> old = ids();
    assertEquals(3, compact(Duration.ofHours(2)).rewritten());
    assertEquals("replace", table().currentSnapshot().operation());
    for (int i = 0; i < old.size(); i++) {
      assertEquals(10 * (i + 1), read(old.get(i)));
      assertTrue(judge(old.get(i)).passed(), judge(old.get(i)).toJson());
    }
    assertTrue(judge(null).complete(), judge(null).toJson());
    assertEquals(30, read(table().currentSnapshot().snapshotId()));
    assertThrows(UserException.class, () -> compact(Duration.ofHours(2)));
    assertEquals(30, read(old.get(2)));

    // As if the switch had been three hours ago.
    Path folder = lake.files(DATE).get(0).getParent();
    Files.setLastModifiedTime(
        folder.resolve("_manifest-000004.json"),
        FileTime.from(Instant.now().minus(Duration.ofHours(3))));
    assertEquals(3, compact(Duration.ofHours(2)).removed());
    assertEquals(1, lake.files(DATE).size());
    assertThrows(Exception.class, () -> read(old.get(0)));
    assertEquals(1, judge(old.get(0)).sides().get(0).gone());
    assertFalse(judge(old.get(0)).passed());
    assertTrue(judge(null).complete(), judge(null).toJson());
    assertEquals(30, read(table().currentSnapshot().snapshotId()));
  }

  private List<Long> ids() {
    List<Long> ids = new ArrayList<>();
    table().snapshots().forEach(one -> ids.add(one.snapshotId()));
    return ids;
  }

  private DataFile file(int number) throws IOException {
    return CatalogContract.files(table()).stream()
        .sorted((a, b) -> a.location().compareTo(b.location()))
        .toList()
        .get(number);
  }

  private void assertSpoiltAndMended(String part, long rowsOfReaders) throws IOException {
    TableReport report = judge(null);
    assertFalse(report.passed(), report.toJson());
    assertLine(report, part);
    assertEquals(rowsOfReaders, read(table().currentSnapshot().snapshotId()));
    // The control: what the follower has put right is proved.
    follow();
    assertTrue(judge(null).complete(), judge(null).toJson());
    assertEquals(30, read(table().currentSnapshot().snapshotId()));
  }

  @Test
  void aFileThatASecondSnapshotAddsOnceMoreIsSeen() throws Exception {
    tableOfThreeSnapshots();
    table().newAppend().appendFile(file(1)).commit();
    assertSpoiltAndMended("duplicate=10", 40);
  }

  @Test
  void aFileThatSomebodyDroppedIsSeen() throws Exception {
    tableOfThreeSnapshots();
    table().newDelete().deleteFile(file(2)).commit();
    assertSpoiltAndMended("missing=10", 20);
  }

  @Test
  void aTableThatSomebodyRolledBackIsSeen() throws Exception {
    tableOfThreeSnapshots();
    long first = ids().get(0);
    table().manageSnapshots().rollbackTo(first).commit();
    assertSpoiltAndMended("missing=20", 10);
    // Whoever asks for that snapshot gets what it was to have.
    assertTrue(judge(first).passed(), judge(first).toJson());
  }

  @Test
  void rowsThatAnotherEngineDeletedAreSeen() throws Exception {
    tableOfThreeSnapshots();
    org.apache.iceberg.Table table = table();
    DataFile file = file(0);
    PartitionData partition = new PartitionData(table.spec().partitionType());
    partition.set(0, (int) DATE.toEpochDay());
    table
        .newRowDelta()
        .addDeletes(
            FileMetadata.deleteFileBuilder(table.spec())
                .ofPositionDeletes()
                .withPath(directory.resolve("warehouse/deletes.parquet").toString())
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .withPartition(partition)
                .withReferencedDataFile(file.location())
                .build())
        .commit();
    TableReport report = judge(null);
    assertFalse(report.passed(), report.toJson());
    assertLine(report, "deletes=1");
    assertTrue(report.faults().get(0).contains(key(file)), report.toJson());
    follow();
    assertTrue(judge(null).complete(), judge(null).toJson());
  }

  private static String key(DataFile file) {
    return file.location().substring(file.location().indexOf("user_actions/"));
  }

  @Test
  void aFileOfOthersIsSeen() throws Exception {
    tableOfThreeSnapshots();
    org.apache.iceberg.Table table = table();
    PartitionData partition = new PartitionData(table.spec().partitionType());
    partition.set(0, (int) DATE.toEpochDay());
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(table.spec())
                .withPath("s3://others/1.parquet")
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(10)
                .withRecordCount(7)
                .withPartition(partition)
                .build())
        .commit();
    TableReport report = judge(null);
    assertFalse(report.passed());
    assertTrue(
        report.faults().get(0).startsWith("s3://others/1.parquet: is named, and no file of"),
        report.toJson());
    follow();
    assertTrue(judge(null).complete(), judge(null).toJson());
  }

  /**
   * Where snapshots have expired, and with them what they said, the numbers of the log are left.
   */
  @Test
  void aFileThatWasDroppedBeforeAllElseExpiredIsSeenToo() throws Exception {
    tableOfThreeSnapshots();
    org.apache.iceberg.Table table = table();
    table.newDelete().deleteFile(file(0)).commit();
    table.updateProperties().set("gc.enabled", "true").commit();
    table
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 1000)
        .retainLast(1)
        .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
        .commit();
    assertEquals(1, ids().size());
    TableReport report = judge(null);
    assertFalse(report.passed(), report.toJson());
    assertLine(report, "missing=10");
  }

  @Test
  void anotherIdIsNoSnapshot() throws Exception {
    tableOfThreeSnapshots();
    try (IcebergFollower follower = follower()) {
      for (String id : List.of("1", "x", "99999999999999999999", "-1")) {
        assertTrue(follower.snapshots().orElseThrow().of(id).isEmpty(), id);
      }
    }
  }
}
