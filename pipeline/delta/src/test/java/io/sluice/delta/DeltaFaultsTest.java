package io.sluice.delta;

import static io.sluice.delta.TestLake.DATE;
import static io.sluice.delta.TestLake.TABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of a commit, and whatever somebody does to the log, each file is in it once. */
class DeltaFaultsTest {
  private static final String LOG = TABLE.name() + "/_delta_log/";

  @TempDir Path directory;

  private TestLake lake;

  @BeforeEach
  void begin() throws IOException {
    lake = new TestLake(directory.resolve("lake"));
  }

  @AfterEach
  void end() {
    lake.close();
  }

  /** What becomes of a write of a commit. */
  private interface Fault {
    Store.Outcome commit(Store.Upload upload, BooleanSupplier allowed) throws IOException;
  }

  /** Meets each write of a commit with a fault. */
  private static final class FaultyStore extends PassingStore {
    private final Fault fault;

    FaultyStore(Store store, Fault fault) {
      super(store);
      this.fault = fault;
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      Upload upload = super.begin(key, token);
      if (!key.endsWith(".json")) {
        return upload;
      }
      return new Upload() {
        @Override
        public OutputStream stream() {
          return upload.stream();
        }

        @Override
        public void prepare() throws IOException {
          upload.prepare();
        }

        @Override
        public Outcome commit(BooleanSupplier allowed) throws IOException {
          return fault.commit(upload, allowed);
        }

        @Override
        public void close() {
          upload.close();
        }
      };
    }
  }

  private static String commit(long version) {
    return LOG + String.format("%020d.json", version);
  }

  private void assertIsRight(int rows) throws IOException {
    List<String> files = lake.table().files();
    assertEquals(files.size(), new HashSet<>(files).size(), files.toString());
    assertEquals(rows, lake.table().rows().size());
    assertTrue(lake.follow(DATE).isNothing());
  }

  @Test
  void anAnswerThatIsLostIsLookedUp() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(DATE);
    lake.append(DATE, 0, 3);
    AtomicInteger lost = new AtomicInteger();
    lake.follow(
        DATE,
        store ->
            new FaultyStore(
                store,
                (upload, allowed) -> {
                  upload.commit(allowed);
                  lost.incrementAndGet();
                  throw new IOException("the answer is lost");
                }));
    assertEquals(1, lost.get());
    assertEquals(1, lake.table().version());
    assertIsRight(3);
  }

  @Test
  void aWriteThatNeverArrivesIsTriedAgain() throws Exception {
    lake.append(DATE, 0, 1, 2);
    AtomicInteger tries = new AtomicInteger();
    lake.follow(
        DATE,
        store ->
            new FaultyStore(
                store,
                (upload, allowed) -> {
                  if (tries.getAndIncrement() < 2) {
                    throw new IOException("cut");
                  }
                  return upload.commit(allowed);
                }));
    assertEquals(3, tries.get());
    assertEquals(0, lake.table().version());
    assertIsRight(2);
  }

  @Test
  void whoIsSecondLooksAgain() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(DATE);
    lake.append(DATE, 0, 3);
    AtomicInteger met = new AtomicInteger();
    long conflicts = SluiceMetrics.total(SluiceMetrics.FOLLOWER_CONFLICTS);
    lake.follow(
        DATE,
        store ->
            new FaultyStore(
                store,
                (upload, allowed) -> {
                  if (met.getAndIncrement() == 0) {
                    lake.append(DATE, 1, 4);
                    lake.follow(DATE);
                  }
                  return upload.commit(allowed);
                }));
    assertEquals(1, lake.table().version(), "the other one had all of it");
    assertEquals(conflicts + 1, SluiceMetrics.total(SluiceMetrics.FOLLOWER_CONFLICTS));
    assertIsRight(4);
  }

  @Test
  void whoIsSecondWithAnotherDateCommitsBehind() throws Exception {
    LocalDate other = DATE.plusDays(1);
    lake.append(DATE, 0, 1, 2);
    lake.append(other, 0, 3);
    AtomicInteger met = new AtomicInteger();
    lake.follow(
        DATE,
        store ->
            new FaultyStore(
                store,
                (upload, allowed) -> {
                  if (met.getAndIncrement() == 0) {
                    lake.follow(other);
                  }
                  return upload.commit(allowed);
                }));
    assertEquals(2, met.get());
    assertEquals(1, lake.table().version());
    assertIsRight(3);
  }

  /** Two jobs, and a third that writes: no commit is lost, and no file is there twice. */
  @Test
  void ofManyAtOnceEachFileIsThereOnce() throws Exception {
    List<LocalDate> dates = IntStream.range(0, 3).mapToObj(DATE::plusDays).toList();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      AtomicInteger left = new AtomicInteger(2);
      Callable<Boolean> follow =
          () -> {
            while (left.get() > 0) {
              for (LocalDate date : dates) {
                lake.follow(date);
              }
            }
            return true;
          };
      Callable<Boolean> append =
          () -> {
            try {
              for (int i = 0; i < 24; i++) {
                lake.append(dates.get(i % 3), i % 2, i);
              }
            } finally {
              left.set(0);
            }
            return true;
          };
      for (Future<Boolean> done : threads.invokeAll(List.of(follow, follow, append))) {
        assertTrue(done.get());
      }
    } finally {
      threads.shutdownNow();
    }
    lake.follow(dates);
    assertIsRight(24);
    assertEquals(
        lake.table().version() + 1,
        lake.log().stream().filter(name -> name.endsWith(".json")).count());
  }

  @Test
  void aTableThatWasRolledBackIsPutRight() throws Exception {
    for (int i = 0; i < 14; i++) {
      lake.append(DATE, 0, i);
      lake.follow(DATE);
    }
    assertEquals(13, lake.table().version());
    lake.store.delete(IntStream.range(11, 14).mapToObj(DeltaFaultsTest::commit).toList());
    assertEquals(10, lake.table().version());
    assertEquals(3, lake.follow(DATE).added().size());
    assertEquals(11, lake.table().version());
    assertIsRight(14);

    // Behind the checkpoint, which goes as well; what says which is the last stays.
    lake.store.delete(IntStream.range(5, 12).mapToObj(DeltaFaultsTest::commit).toList());
    lake.store.delete(List.of(LOG + "00000000000000000009.checkpoint.parquet"));
    assertEquals(4, lake.table().version());
    assertEquals(9, lake.follow(DATE).added().size());
    assertIsRight(14);

    lake.store.delete(lake.store.list(LOG).stream().map(Store.Entry::key).toList());
    assertEquals(14, lake.follow(DATE).added().size());
    assertEquals(0, lake.table().version());
    assertIsRight(14);
  }

  @Test
  void anOlderOrSpoiltNoteOfTheLastCheckpointDoesNoHarm() throws Exception {
    for (int i = 0; i < 24; i++) {
      lake.append(DATE, 0, i);
      lake.follow(DATE);
    }
    for (String note : List.of("{\"version\":9,\"size\":12}", "{\"version\":4711}", "{", "")) {
      lake.store.replace(LOG + "_last_checkpoint", note.getBytes(UTF_8));
      assertTrue(lake.follow(DATE).isNothing(), note);
    }
    lake.store.delete(List.of(LOG + "_last_checkpoint"));
    assertIsRight(24);
  }

  @Test
  void aCheckpointThatFailsLeavesTheCommit() throws Exception {
    for (int i = 0; i < 9; i++) {
      lake.append(DATE, 0, i);
      lake.follow(DATE);
    }
    lake.append(DATE, 0, 9);
    lake.follow(
        DATE,
        store ->
            new PassingStore(store) {
              @Override
              public Upload begin(String key, String token) throws IOException {
                if (key.endsWith(".parquet")) {
                  throw new IOException("no room");
                }
                return super.begin(key, token);
              }
            });
    assertEquals(9, lake.table().version());
    assertTrue(lake.log().stream().noneMatch(name -> name.endsWith(".parquet")));
    lake.append(DATE, 0, 10);
    lake.follow(DATE);
    assertTrue(lake.log().contains("00000000000000000010.checkpoint.parquet"), "" + lake.log());
    assertIsRight(11);
  }

  /** Stops at the n-th call, as a killed process does. */
  private static final class StoppingStore extends PassingStore {
    private int left;

    StoppingStore(Store store, int left) {
      super(store);
      this.left = left;
    }

    private void step() {
      if (left-- == 0) {
        throw new IllegalStateException("killed");
      }
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      step();
      return super.list(prefix);
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
      step();
      return super.read(key, offset, length);
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      step();
      return super.begin(key, token);
    }

    @Override
    public void replace(String key, byte[] content, String contentType) throws IOException {
      step();
      super.replace(key, content, contentType);
    }
  }

  @Test
  void aKillAroundACheckpointLeavesATableThatIsRead() throws Exception {
    for (int i = 0; i < 9; i++) {
      lake.append(DATE, 0, i);
      lake.follow(DATE);
    }
    int rows = 9;
    int kills = 0;
    for (boolean isKilled = true; isKilled; kills++) {
      lake.store.delete(
          lake.store.list(LOG).stream()
              .map(Store.Entry::key)
              .filter(key -> key.contains("checkpoint"))
              .toList());
      lake.append(DATE, 0, rows++);
      int left = kills;
      try {
        lake.follow(DATE, store -> new StoppingStore(store, left));
        isKilled = false;
      } catch (IllegalStateException e) {
        assertTrue(lake.table().rows().size() >= rows - 1, e.getMessage());
      }
      lake.follow(DATE);
      assertIsRight(rows);
    }
    assertTrue(kills > 7, "kills: " + kills);
    assertTrue(lake.log().contains("_last_checkpoint"), lake.log().toString());
  }

  private static long foreign() {
    return SluiceMetrics.total(SluiceMetrics.FOLLOWER_FOREIGN_CHANGES);
  }

  private void commitOfOthers(String... actions) throws IOException {
    long next = lake.table().version() + 1;
    assertTrue(
        lake.store.create(
            commit(next), String.join("\n", actions).getBytes(UTF_8), "other" + next));
  }

  /** As DELETE, INSERT and RESTORE leave it. */
  @Test
  void whatOthersAddAndRemoveIsUndone() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.append(DATE, 1, 3);
    lake.follow(DATE);
    long before = foreign();
    String file = "event_date=2026-01-02/part-00000-00000000.parquet";
    String partition = "\"partitionValues\":{\"event_date\":\"2026-01-02\"}";
    commitOfOthers(
        "{\"remove\":{\"path\":\"" + file + "\",\"dataChange\":true,\"deletionTimestamp\":1}}",
        "{\"add\":{\"path\":\"event_date=2026-01-02/of-spark.parquet\",\"size\":1,\"modificationTime\":1,\"dataChange\":true,"
            + partition
            + "}}",
        "{\"txn\":{\"appId\":\"a stream\",\"version\":7}}");
    assertEquals(1, lake.follow(DATE).removed().size());
    assertIsRight(3);
    assertEquals(before + 1, foreign());
    // A property is no change of rows; and the lake's own are the lake's.
    commitOfOthers("{\"txn\":{\"appId\":\"a stream\",\"version\":8}}");
    lake.append(DATE, 2, 4);
    lake.follow(DATE);
    assertIsRight(4);
    assertEquals(before + 1, foreign());
    // Of a date that the lake has not, and of none.
    commitOfOthers(
        "{\"add\":{\"path\":\"x.parquet\",\"size\":1,\"modificationTime\":1,\"dataChange\":true,\"partitionValues\":{\"event_date\":null}}}");
    try (DeltaFollower follower = lake.follower(store -> store)) {
      assertTrue(follower.dates().contains(LocalDate.EPOCH));
    }
    assertEquals(1, lake.follow(LocalDate.EPOCH).removed().size());
    assertIsRight(4);
    assertEquals(before + 2, foreign());
  }

  /** As RESTORE leaves it: behind its commit a checkpoint, which does not say whose it was. */
  @Test
  void aCommitOfOthersThatACheckpointHasTakenInCountsToo() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(DATE);
    long before = foreign();
    commitOfOthers(
        "{\"remove\":{\"path\":\"event_date=2026-01-02/part-00000-00000000.parquet\",\"dataChange\":true,\"deletionTimestamp\":1}}");
    DeltaLog log = new DeltaLog(lake.store, TestLake.TABLE.name());
    log.checkpoint();
    assertEquals(1, lake.follow(DATE).added().size());
    assertIsRight(2);
    assertEquals(before + 1, foreign());
    log.checkpoint();
    lake.append(DATE, 0, 3);
    lake.follow(DATE);
    assertIsRight(3);
    assertEquals(before + 1, foreign(), "once is enough");
  }

  /** Rows that were deleted are the lake's still. */
  @Test
  void rowsThatOthersMarkedAsDeletedAreThereAgain() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(DATE);
    String file = "event_date=2026-01-02/part-00000-00000000.parquet";
    commitOfOthers(
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"deletionVectors\"],\"writerFeatures\":[\"deletionVectors\",\"appendOnly\",\"invariants\"]}}",
        "{\"remove\":{\"path\":\"" + file + "\",\"dataChange\":true,\"deletionTimestamp\":1}}",
        "{\"add\":{\"path\":\""
            + file
            + "\",\"size\":1,\"modificationTime\":1,\"dataChange\":true,\"partitionValues\":{\"event_date\":\"2026-01-02\"},\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\"vBn[lx{q8@P<9BNH/isA\",\"offset\":1,\"sizeInBytes\":36,\"cardinality\":1}}}");
    assertEquals(
        List.of("part-00000-00000000.parquet (with rows that were deleted there)"),
        List.copyOf(lake.follow(DATE).removed()));
    assertIsRight(2);
  }

  @Test
  void columnsThatOthersRenamedKeepTheirFiles() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(DATE);
    byte[] first = lake.store.read(commit(0)).orElseThrow();
    String metadata =
        new String(first, UTF_8)
            .lines()
            .filter(line -> line.contains("metaData"))
            .findFirst()
            .get();
    String mapped =
        metadata
            .replace(
                "\\\"name\\\":\\\"event_name\\\",\\\"type\\\":\\\"string\\\",\\\"nullable\\\":false,\\\"metadata\\\":{}",
                "\\\"name\\\":\\\"what"
                    + " happened\\\",\\\"type\\\":\\\"string\\\",\\\"nullable\\\":false,\\\"metadata\\\":{\\\"delta.columnMapping.id\\\":1,\\\"delta.columnMapping.physicalName\\\":\\\"event_name\\\"}")
            .replace(
                "\"configuration\":{",
                "\"configuration\":{\"delta.columnMapping.mode\":\"name\",\"delta.columnMapping.maxColumnId\":\"20\",");
    int[] id = {2};
    while (mapped.contains("\\\"metadata\\\":{}")) {
      int at = mapped.indexOf("\\\"metadata\\\":{}");
      int name = mapped.lastIndexOf("\\\"name\\\":\\\"", at) + "\\\"name\\\":\\\"".length();
      String column = mapped.substring(name, mapped.indexOf('\\', name));
      mapped =
          mapped.substring(0, at)
              + "\\\"metadata\\\":{\\\"delta.columnMapping.id\\\":"
              + id[0]++
              + ",\\\"delta.columnMapping.physicalName\\\":\\\""
              + column
              + "\\\"}"
              + mapped.substring(at + "\\\"metadata\\\":{}".length());
    }
    commitOfOthers("{\"protocol\":{\"minReaderVersion\":2,\"minWriterVersion\":5}}", mapped);
    lake.append(DATE, 0, 3);
    assertEquals(1, lake.follow(DATE).added().size());
    assertTrue(lake.table().schema().indexOf("what happened") >= 0);
    assertTrue(
        lake.table().rows().stream().allMatch(row -> row.get("what happened") != null),
        lake.table().rows().toString());
    assertIsRight(3);
  }

  private String refused() {
    return assertThrows(Exception.class, () -> lake.follow(DATE)).getMessage();
  }

  @Test
  void aTableOfAnotherIsLeftAlone() throws Exception {
    lake.append(DATE, 0, 1);
    lake.follow(DATE);
    byte[] first = lake.store.read(commit(0)).orElseThrow();
    String text = new String(first, UTF_8);
    lake.store.replace(commit(0), text.replace("sluice.table", "a.table").getBytes(UTF_8));
    UserException e = assertThrows(UserException.class, () -> lake.follow(DATE));
    assertTrue(e.getMessage().contains("_delta_log/ is not Sluice's: "), e.getMessage());
    lake.store.replace(
        commit(0),
        text.replace(
                "\"minReaderVersion\":1",
                "\"minReaderVersion\":3,\"readerFeatures\":[\"vacuumProtocolCheck\"]")
            .getBytes(UTF_8));
    assertTrue(refused().contains("has features that Sluice does not know: vacuum"), refused());
    lake.store.replace(
        commit(0),
        text.replace("\"partitionColumns\":[\"event_date\"]", "\"partitionColumns\":[]")
            .getBytes(UTF_8));
    assertTrue(refused().contains("is partitioned by []"), refused());
    lake.store.replace(
        commit(0),
        text.replace("\"configuration\":{", "\"configuration\":{\"delta.appendOnly\":\"true\",")
            .getBytes(UTF_8));
    assertTrue(refused().contains("has the property delta.appendOnly"), refused());
    lake.store.replace(commit(0), first);
    assertIsRight(1);
  }

  @Test
  void aLogThatNobodyCanReadIsNamed() throws Exception {
    for (int i = 0; i < 4; i++) {
      lake.append(DATE, 0, i);
      lake.follow(DATE);
    }
    byte[] second = lake.store.read(commit(1)).orElseThrow();
    lake.store.delete(List.of(commit(1)));
    assertTrue(refused().contains("commit 1 is missing, and 2 is there"), refused());
    lake.store.replace(commit(1), new byte[] {'{', 0});
    assertTrue(refused().contains("commit 1 is no JSON"), refused());
    lake.store.replace(commit(1), second);
    lake.store.replace(LOG + "00000000000000000003.checkpoint.parquet", new byte[] {1, 2, 3});
    assertTrue(refused().contains("the checkpoint cannot be read"), refused());
    lake.store.delete(List.of(LOG + "00000000000000000003.checkpoint.parquet"));
    assertIsRight(4);
  }
}
