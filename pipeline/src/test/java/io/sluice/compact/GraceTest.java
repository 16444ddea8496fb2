package io.sluice.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.complete.DateFiles;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rewrite has replaced stays for its grace, and no row is there twice meanwhile. */
class GraceTest {
  private static final Table TABLE = TestPanes.TABLE;
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final Duration GRACE = Duration.ofHours(2);

  @TempDir Path directory;
  private Store store;
  private int told;
  private boolean isDown;

  /** What a follower leads to. */
  private Set<String> named = Set.of();

  @BeforeEach
  void begin() throws IOException {
    Stores stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    LakeTable.begin(store, stores, TABLE, null, false);
    append(1, 2);
    append(3);
    append(4);
  }

  private void append(long... offsets) throws IOException {
    new AppendLog(store, TABLE, DATE, 0, false).append(TestPanes.rows(offsets));
    new Publication(store, TABLE, DATE).complete(Map.of());
  }

  private BeforeDeletion telling() {
    return date -> {
      told++;
      if (isDown) {
        throw new IOException("the catalog is down");
      }
      Set<String> before = named;
      named = live();
      return !named.containsAll(before);
    };
  }

  private Compact.Result compact(Duration grace) throws IOException {
    return compact(grace, false);
  }

  private Compact.Result compact(Duration grace, boolean dryRun) throws IOException {
    return new Compact(
            store,
            TABLE,
            new Compact.Settings(1 << 20, Duration.ZERO, 2, false),
            bytes -> {},
            telling().with(grace))
        .run(DATE, dryRun);
  }

  private Set<String> live() throws IOException {
    return DateFiles.read(store, TABLE, DATE).live().stream()
        .map(Store.Entry::key)
        .collect(Collectors.toSet());
  }

  private Path folder() {
    return directory.resolve("user_actions/event_date=" + DATE);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet"))
          .sorted()
          .toList();
    }
  }

  private static String until(NotNowException e) {
    return String.valueOf(e.getMessage()).replaceAll(".* stay until (\\S+),.*", "$1");
  }

  private Set<String> keys() throws IOException {
    return store.list("user_actions/event_date=" + DATE + "/").stream()
        .map(Store.Entry::key)
        .collect(Collectors.toSet());
  }

  private void assertRows(long rows) throws IOException {
    assertEquals(
        rows,
        LiveFiles.read(store, TABLE).files().stream()
            .mapToLong(file -> file.footer().rows())
            .sum());
  }

  private void written(int version, Duration ago) throws IOException {
    Files.setLastModifiedTime(
        folder().resolve(String.format("_manifest-%06d.json", version)),
        FileTime.from(Instant.now().minus(ago)));
  }

  private int version() throws IOException {
    return DateFiles.read(store, TABLE, DATE).version();
  }

  @Test
  void whatWasReplacedStaysForTheGraceAndTheNextCallAfterItRemovesIt() throws Exception {
    List<String> before = files();
    assertEquals(3, compact(GRACE).rewritten());
    assertEquals(1, told);
    assertTrue(files().containsAll(before), files().toString());
    assertEquals(4, files().size());
    assertRows(4);
    int switched = version();
    NotNowException e = assertThrows(NotNowException.class, () -> compact(GRACE));
    assertTrue(
        e.getMessage().contains("was rewritten, and the files that were replaced stay until"));
    assertTrue(e.getMessage().contains("--grace=0s"), e.getMessage());
    NotNowException dry = assertThrows(NotNowException.class, () -> compact(GRACE, true));
    assertEquals(until(e), until(dry));
    assertEquals(0, compact(Duration.ZERO, true).rewritten());
    assertEquals(4, files().size());
    // It counts from the switch, however many manifests come after it.
    append(5);
    append(6);
    written(switched, GRACE.minusMinutes(5));
    assertThrows(NotNowException.class, () -> compact(GRACE));
    assertRows(6);
    written(switched, GRACE.plusMinutes(5));
    Compact.Result next = compact(GRACE);
    assertEquals(3, next.removed());
    assertEquals(3, next.rewritten());
    assertRows(6);
    // Those of the first compaction are gone, and those of the second stay.
    assertEquals(4, files().size());
  }

  /** Whoever read by the follower until now has its grace from now. */
  @Test
  void aFollowerThatWasLateHasTheGraceFromWhenItFollows() throws Exception {
    named = live();
    List<String> before = files();
    isDown = true;
    assertThrows(IOException.class, () -> compact(GRACE));
    written(version(), GRACE.multipliedBy(12));
    isDown = false;
    NotNowException e = assertThrows(NotNowException.class, () -> compact(GRACE));
    assertTrue(e.getMessage().contains("stay until"), e.getMessage());
    assertTrue(files().containsAll(before), files().toString());
    assertEquals(live(), named);
    assertEquals(3, compact(GRACE).removed());
    assertRows(4);
  }

  @Test
  void withoutAGraceAFollowerThatWasLateKeepsNothing() throws Exception {
    named = live();
    isDown = true;
    assertThrows(IOException.class, () -> compact(GRACE));
    isDown = false;
    assertEquals(3, compact(Duration.ZERO).removed());
    assertEquals(live(), named);
    assertRows(4);
  }

  /** A table may name the files of a rewrite whose manifest is lost. */
  @Test
  void filesThatAreAbandonedGoOnlyWhenNobodyIsLedToThem() throws Exception {
    compact(GRACE);
    Set<String> rewritten = named;
    Files.delete(folder().resolve(String.format("_manifest-%06d.json", version())));
    assertEquals(3, live().size());
    told = 0;
    try (Rewrite next =
        new Rewrite(store, TABLE, DATE, Duration.ZERO, false, telling().with(GRACE))) {
      assertEquals(0, next.clean(true).removed());
      assertEquals(1, told);
      assertEquals(live(), named);
      assertTrue(keys().containsAll(rewritten));
      assertEquals(1, next.clean(true).removed());
      assertFalse(keys().containsAll(rewritten));
    }
    assertRows(4);
  }

  @Test
  void withoutAGraceAllOfItGoesAtOnce() throws Exception {
    compact(GRACE);
    append(5);
    assertEquals(3, compact(Duration.ZERO).removed());
    assertEquals(1, files().size());
    assertRows(5);
  }

  /** Commits a rewrite of one file, between the beginning and the end of which there is another. */
  private boolean commitsBeside(int shard, long... offsets) throws IOException {
    new AppendLog(store, TABLE, DATE, 1, false).append(TestPanes.rows(7));
    new Publication(store, TABLE, DATE).complete(Map.of());
    List<String> before = files();
    boolean commits;
    try (Rewrite slow =
        new Rewrite(store, TABLE, DATE, Duration.ZERO, false, BeforeDeletion.NOTHING.with(GRACE))) {
      slow.clean(false);
      Rewrite.Log log =
          slow.replacing(List.of(new PartFile(TABLE.name(), "event_date", DATE, shard, 0)));
      log.add(out -> TestPanes.write(out, log.replaces(), offsets));
      compact(GRACE);
      commits = slow.commit();
    }
    assertTrue(files().containsAll(before), files().toString());
    assertEquals(before.size() + (commits ? 2 : 1), files().size());
    assertRows(5);
    return commits;
  }

  /** Of two at once the first wins, and the other does not remove what that one has replaced. */
  @Test
  void anotherRewriteThatHasBegunBeforeGivesUp() throws Exception {
    assertFalse(commitsBeside(0, 1));
  }

  /**
   * Neither removes what the other has replaced, and the grace of both is that of the later one.
   */
  @Test
  void twoRewritesOfOtherFilesStandForWhatEachHasReplaced() throws Exception {
    assertTrue(commitsBeside(1, 7));
    assertEquals(4, DateFiles.read(store, TABLE, DATE).replaced().size());
    named = live();
    written(version() - 1, GRACE.plusMinutes(50));
    written(version(), GRACE.minusMinutes(5));
    assertThrows(NotNowException.class, () -> compact(GRACE));
    assertEquals(1, DateFiles.read(store, TABLE, DATE).replaced().size());
    written(version(), GRACE.plusMinutes(5));
    assertEquals(1, compact(GRACE).removed());
    assertRows(5);
  }

  private Rewrite rewrite() {
    return new Rewrite(
        store, TABLE, DATE, Duration.ZERO, false, BeforeDeletion.NOTHING.with(GRACE));
  }

  private List<PartFile> parts(List<Store.Entry> entries) {
    return entries.stream().map(entry -> PartFile.parse(entry.key()).orElseThrow()).toList();
  }

  /** The date's three files become two, of one log. */
  private List<PartFile> rewriteInTwo() throws IOException {
    try (Rewrite rewrite = rewrite()) {
      Rewrite.Log log = rewrite.replacing(parts(DateFiles.read(store, TABLE, DATE).live()));
      log.add(out -> TestPanes.write(out, log.replaces(), 1, 2));
      log.add(out -> TestPanes.write(out, log.replaces(), 3, 4));
      assertTrue(rewrite.commit());
    }
    return parts(DateFiles.read(store, TABLE, DATE).live());
  }

  /** A file of a rewrite is written again, as an erasure does. */
  private void again(PartFile file, long... offsets) throws IOException {
    try (Rewrite rewrite = rewrite()) {
      Rewrite.Log log =
          rewrite.replacing(
              List.of(file),
              parts(DateFiles.read(store, TABLE, DATE).replaced()).stream()
                  .filter(one -> !one.isRewritten())
                  .toList());
      log.add(out -> TestPanes.write(out, log.replaces(), offsets));
      assertTrue(rewrite.commit());
    }
  }

  /** Each has the grace of its own switch: however often others follow, the first goes. */
  @Test
  void whatWasReplacedFirstGoesFirst() throws Exception {
    List<String> before = files();
    List<PartFile> two = rewriteInTwo();
    int first = version();
    again(two.get(0), 1, 2);
    written(first, GRACE.plusMinutes(5));
    written(version(), GRACE.minusMinutes(5));
    try (Rewrite next = rewrite()) {
      Rewrite.Cleaned cleaned = next.clean(false);
      assertEquals(3, cleaned.removed());
      assertNotNull(cleaned.kept());
    }
    assertTrue(files().stream().noneMatch(before::contains), files().toString());
    assertEquals(List.of(two.get(0)), parts(DateFiles.read(store, TABLE, DATE).replaced()));
    assertRows(4);
    written(version(), GRACE.plusMinutes(5));
    try (Rewrite next = rewrite()) {
      assertEquals(1, next.clean(false).removed());
      assertNull(next.kept());
    }
    assertRows(4);
  }

  /** Both have the number of what they replace, and the time of one second. */
  @Test
  void twoFilesOfOneLogAreWrittenAgainAtOnce() throws Exception {
    List<PartFile> two = rewriteInTwo();
    List<PartFile> before = parts(DateFiles.read(store, TABLE, DATE).replaced());
    try (Rewrite rewrite = rewrite()) {
      for (int i = 0; i < two.size(); i++) {
        long offset = 2L * i;
        Rewrite.Log log = rewrite.replacing(List.of(two.get(i)), before);
        log.add(out -> TestPanes.write(out, log.replaces(), offset + 1, offset + 2));
      }
      assertTrue(rewrite.commit());
    }
    assertRows(4);
    assertEquals(2, DateFiles.read(store, TABLE, DATE).live().size());
  }

  private void loseManifests() throws IOException {
    for (int version = version(); version > 0; version--) {
      Files.delete(folder().resolve(String.format("_manifest-%06d.json", version)));
    }
  }

  /** One part of a rewrite was written again, and what it has replaced is gone. */
  @Test
  void theOtherPartsOfARewriteCountWhereTheManifestIsLost() throws Exception {
    List<String> before = files();
    List<PartFile> two = rewriteInTwo();
    again(two.get(0), 1, 2);
    for (String name : before) {
      Files.delete(folder().resolve(name));
      assertRows(4);
    }
    Files.delete(folder().resolve(two.get(0).name()));
    assertRows(4);
    loseManifests();
    assertRows(4);
  }

  /** Each part by another erasure; the first files stay longest. */
  @Test
  void partsThatWereWrittenAgainCountTogetherWhereTheManifestIsLost() throws Exception {
    List<String> before = files();
    List<PartFile> two = rewriteInTwo();
    again(two.get(0), 1, 2);
    again(two.get(1), 3, 4);
    Files.delete(folder().resolve(two.get(0).name()));
    Files.delete(folder().resolve(two.get(1).name()));
    Files.delete(folder().resolve(before.get(0)));
    loseManifests();
    assertRows(4);
    Files.delete(folder().resolve(before.get(1)));
    Files.delete(folder().resolve(before.get(2)));
    assertRows(4);
  }

  /** They are the date's again then, as before the switch, and all of them are there. */
  @Test
  void whereTheNewestManifestCannotBeReadEachRowIsThereOnce() throws Exception {
    List<String> before = files();
    compact(GRACE);
    int switched = version();
    written(switched, GRACE.plusMinutes(5));
    append(5);
    Files.write(folder().resolve(String.format("_manifest-%06d.json", version())), new byte[9]);
    assertRows(5);
    try (Rewrite next =
        new Rewrite(store, TABLE, DATE, Duration.ZERO, false, BeforeDeletion.NOTHING.with(GRACE))) {
      next.clean(false);
    }
    assertTrue(files().containsAll(before), files().toString());
    assertRows(5);
    new Publication(store, TABLE, DATE).complete(Map.of());
    assertRows(5);
  }

  @Test
  void aManifestThatCannotBeReadAmongThemMakesTheGraceLongerAndNotShorter() throws Exception {
    compact(GRACE);
    int switched = version();
    append(5);
    written(switched, GRACE.plusMinutes(5));
    Files.write(folder().resolve(String.format("_manifest-%06d.json", switched)), new byte[9]);
    assertThrows(NotNowException.class, () -> compact(GRACE));
    assertRows(5);
  }
}
