package io.sluice.complete;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.compact.Compact;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.ReadOnlyStore;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.LogChange;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a date says of itself is so, or is named; what heals by itself is not. */
class ManifestCheckTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final String FOLDER = "user_actions/event_date=2026-01-02/";
  private static final String SUCCESS = FOLDER + "_SUCCESS";

  @TempDir Path directory;
  private Stores stores;
  private Store store;
  private Duration ahead = Duration.ofHours(1);

  /** The store, whose clock goes some time ahead: what was just written is no longer young. */
  private Store later() {
    return new ReadOnlyStore(store) {
      @Override
      public Instant nowToReaders() throws IOException {
        return super.nowToReaders().plus(ahead);
      }
    };
  }

  @BeforeEach
  void writeTwoVersions() throws IOException {
    stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    LakeTable.begin(store, stores, TestPanes.TABLE, null, false);
    append(0, 1, 2);
    publish();
    append(3);
    publish();
  }

  private void append(long... offsets) throws IOException {
    new AppendLog(store, TestPanes.TABLE, DATE, 0, false).append(TestPanes.rows(offsets));
  }

  private void publish() throws IOException {
    assertEquals(
        Publication.Outcome.PUBLISHED,
        new Publication(store, TestPanes.TABLE, DATE).complete(Map.of()).outcome());
  }

  private ManifestCheck check(Duration expiry) throws IOException {
    ManifestCheck check = new ManifestCheck(later(), TestPanes.TABLE, expiry);
    LiveFiles.read(store, TestPanes.TABLE).files().forEach(check::add);
    return check;
  }

  private List<String> findings() throws IOException {
    return check(null).findings();
  }

  private void assertExpired(boolean yes) throws IOException {
    ManifestCheck check = check(Duration.ofDays(90));
    assertEquals(yes ? 0 : 1, check.findings().size(), String.valueOf(check.findings()));
    assertEquals(yes ? Set.of(DATE) : Set.of(), check.expired());
  }

  private void assertFinding(String... parts) throws IOException {
    List<String> findings = findings();
    assertEquals(1, findings.size(), String.valueOf(findings));
    for (String part : parts) {
      assertTrue(findings.get(0).contains(part), findings.get(0));
    }
  }

  private String text(String key) throws IOException {
    return new String(store.read(key).orElseThrow(), UTF_8);
  }

  private void change(int version, String from, String to) throws IOException {
    String key = FOLDER + Manifests.name(version);
    String before = text(key);
    assertTrue(before.contains(from), before);
    store.replace(key, before.replace(from, to).getBytes(UTF_8));
  }

  @Test
  void aDateThatIsAsItSaysHasNoFinding() throws Exception {
    assertEquals(List.of(), findings());
  }

  @Test
  void aFileThatIsNotThereHasExpiredAtItsAgeAndNotBefore() throws Exception {
    store.delete(List.of(LakeFiles.list(store, FOLDER).get(0).key()));
    ahead = Duration.ofDays(89);
    assertExpired(false);
    ahead = Duration.ofDays(90).plusMinutes(1);
    assertFinding("which is not there");
    assertExpired(true);
  }

  /** A late file, and so the manifest that names it, is younger than the date's others. */
  @Test
  void eachFileHasItsOwnAge() throws Exception {
    Path late = directory.resolve(LakeFiles.list(store, FOLDER).get(1).key());
    Files.setLastModifiedTime(late, FileTime.from(Instant.now().plus(Duration.ofDays(60))));
    store.delete(List.of(FOLDER + Manifests.name(1), FOLDER + Manifests.name(2)));
    publish();
    ahead = Duration.ofDays(100);
    Files.delete(directory.resolve(LakeFiles.list(store, FOLDER).get(0).key()));
    assertExpired(true);
    Files.delete(late);
    ManifestCheck both = check(Duration.ofDays(90));
    assertEquals(1, both.findings().size());
    assertEquals(Set.of(DATE), both.expired());
    ahead = Duration.ofDays(160);
    assertExpired(true);
  }

  /** Of a manifest of before it is only known that its files are older than itself. */
  @Test
  void aFileOfAnOldManifestIsAsOldAsThat() throws Exception {
    String key = FOLDER + Manifests.name(2);
    store.replace(key, text(key).replaceAll("\"written\" : [^,]+,", "").getBytes(UTF_8));
    store.delete(List.of(LakeFiles.list(store, FOLDER).get(0).key()));
    ahead = Duration.ofDays(89);
    assertExpired(false);
    ahead = Duration.ofDays(91);
    assertExpired(true);
  }

  @Test
  void manifestsAndSuccessExpireInAnyOrder() throws Exception {
    ahead = Duration.ofDays(90);
    store.delete(List.of(FOLDER + Manifests.name(2)));
    assertExpired(true);
    store.delete(List.of(FOLDER + Manifests.name(1)));
    assertExpired(true);
    ahead = Duration.ofDays(80);
    assertExpired(false);
  }

  @Test
  void filesThatNoManifestNamesYetAreInFlight() throws Exception {
    append(4, 5);
    assertEquals(List.of(), findings());
  }

  @Test
  void aStaleSuccessIsNamedAndTheJobsNextStartRepairsIt() throws Exception {
    store.replace(SUCCESS, Manifests.success(1).getBytes(UTF_8));
    assertFinding(SUCCESS, "_manifest-000001.json", "newest is _manifest-000002.json", "compact");
    assertFalse(new Publication(store, TestPanes.TABLE, DATE).isCurrent());
    startJob();
    assertEquals(Manifests.success(2), text(SUCCESS));
    assertEquals(List.of(), findings());
  }

  @Test
  void aMissingSuccessIsNamedAndACompactionRepairsIt() throws Exception {
    store.delete(List.of(SUCCESS));
    assertFinding(SUCCESS, "is not there");
    new Compact(
            store, TestPanes.TABLE, new Compact.Settings(1, Duration.ZERO, 1, false), bytes -> {})
        .run(DATE, false);
    assertEquals(Manifests.success(2), text(SUCCESS));
  }

  @Test
  void whoHasJustWrittenAManifestIsAboutToWriteSuccess() throws Exception {
    ahead = Duration.ZERO;
    store.delete(List.of(SUCCESS));
    assertEquals(List.of(), findings());
  }

  @Test
  void successWithoutAManifestIsNamedAndTheJobsNextStartRepairsIt() throws Exception {
    store.delete(List.of(FOLDER + Manifests.name(1), FOLDER + Manifests.name(2)));
    assertFinding(SUCCESS, "there is no manifest");
    startJob();
    assertEquals(List.of(), findings());
    assertEquals(Manifests.success(1), text(SUCCESS));
  }

  @Test
  void aManifestThatNamesAFileWhichIsGoneIsNamed() throws Exception {
    store.delete(List.of(FOLDER + "part-00000-00000001.parquet"));
    assertFinding("_manifest-000002.json", "part-00000-00000001.parquet", "not there");
  }

  @Test
  void aManifestThatSaysOtherwiseThanTheFooterIsNamed() throws Exception {
    change(2, "\"rows\" : 3", "\"rows\" : 30");
    assertFinding("part-00000-00000000.parquet", "rows=30, its footer 3");
    change(2, "\"rows\" : 30", "\"rows\" : 3");
    change(2, "[ 0, 2 ]", "[ 0, 1 ]");
    assertFinding("part-00000-00000000.parquet", "other positions");
    change(2, "[ 0, 1 ]", "[ 0, 2 ]");
    assertEquals(List.of(), findings());
  }

  @Test
  void anUnreadableManifestIsNamedStopsNothingAndTheJobWritesTheNext() throws Exception {
    store.replace(FOLDER + Manifests.name(2), "{\"format\": 1, \"fil".getBytes(UTF_8));
    assertFinding("_manifest-000002.json", "cannot be read");
    startJob();
    assertEquals(Manifests.success(3), text(SUCCESS));
    assertEquals(List.of(), findings());
  }

  /** A date of which no job has seen the end: its newest manifest does not call it complete. */
  private void grow() throws IOException {
    store.delete(List.of(SUCCESS, FOLDER + Manifests.name(1), FOLDER + Manifests.name(2)));
    Publication publication = new Publication(store, TestPanes.TABLE, DATE);
    assertEquals(1, publication.grow(0, Optional.empty()).version());
    append(4);
    assertEquals(2, publication.grow(1, Optional.empty()).version());
  }

  @Test
  void aDateThatGrowsIsNoFaultAndTheJobsNextStartCompletesIt() throws Exception {
    grow();
    assertEquals(List.of(), findings());
    startJob();
    assertEquals(Manifests.success(3), text(SUCCESS));
    assertEquals(List.of(), findings());
  }

  @Test
  void whatTheManifestOfADateThatGrowsSaysWronglyIsNamedAsWell() throws Exception {
    grow();
    change(2, "\"rows\" : 3", "\"rows\" : 30");
    assertFinding("part-00000-00000000.parquet", "rows=30, its footer 3");
    change(2, "\"rows\" : 30", "\"rows\" : 3");
    store.delete(List.of(FOLDER + "part-00000-00000001.parquet"));
    assertFinding("_manifest-000002.json", "part-00000-00000001.parquet", "not there");
  }

  @Test
  void successOfADateThatGrowsIsNamedAndTheJobsNextStartMakesItTrue() throws Exception {
    grow();
    store.replace(SUCCESS, Manifests.success(7).getBytes(UTF_8));
    assertFinding(
        SUCCESS, "says that the date is complete", "_manifest-000002.json that it is not");
    startJob();
    assertEquals(Manifests.success(3), text(SUCCESS));
    assertEquals(List.of(), findings());
  }

  /** The part of a job that completes dates, at its start, of which all rows were read before. */
  private void startJob() throws IOException {
    Pipeline pipeline = Pipeline.create();
    LakeTable table = LakeTable.begin(store, stores, TestPanes.TABLE, null, false);
    pipeline
        .apply(Create.empty(SerializableCoder.of(LogChange.class)))
        .apply(
            new CompleteDates(
                List.of(table), Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1)));
    pipeline.run().waitUntilFinish();
  }
}
