package io.sluice.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.follow.Follower;
import io.sluice.follow.FollowerContract;
import io.sluice.follow.Footers;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every follower keeps, of a log that Delta's kernel reads; its files alone are not there. */
class DeltaFollowerTest extends FollowerContract {
  private static final String LOG = TABLE.name() + "/_delta_log/";

  @TempDir static Path written;
  private static MessageType type;

  @TempDir Path directory;

  /** The schema of a file, as the lake writes it. */
  @BeforeAll
  static void write() throws IOException {
    LocalDate date = LocalDate.of(2026, 1, 2);
    try (TestLake lake = new TestLake(written)) {
      new AppendLog(lake.store, TABLE, date, 0, false).append(TestPanes.rows(1));
      Store.Entry file = LakeFiles.list(lake.store, TABLE).get(0);
      type = Footers.in(lake.store).read(file.key(), file.size()).getFileMetaData().getSchema();
    }
  }

  @Override
  protected boolean hasVersions() {
    return true;
  }

  @Override
  protected Target create() {
    Path root = directory.resolve(UUID.randomUUID().toString());
    Store store = TestLake.open(root);
    return new Target() {
      @Override
      public Follower open(Steps steps) {
        return new DeltaFollower(
            new SteppingStore(TestLake.open(root), steps::step),
            new TableSchema(TABLE),
            new NoFiles(root, type));
      }

      @Override
      public List<String> read(LocalDate date) throws IOException {
        String folder = "event_date=" + date + "/";
        List<String> names = new ArrayList<>();
        if (Files.exists(root.resolve(LOG))) {
          for (String path : new KernelTable(store, TABLE.name()).files()) {
            if (path.startsWith(folder)) {
              names.add(path.substring(folder.length()));
            }
          }
        }
        return names;
      }

      /** Takes one file out and puts another one in. */
      @Override
      public void spoil(LocalDate date) throws IOException {
        String folder = "event_date=" + date + "/";
        List<String> files =
            new KernelTable(store, TABLE.name())
                .files().stream().filter(path -> path.startsWith(folder)).toList();
        long next = store.list(LOG).stream().filter(entry -> entry.key().endsWith(".json")).count();
        String partition = "\"partitionValues\":{\"event_date\":\"" + date + "\"}";
        String commit =
            "{\"remove\":{\"path\":\""
                + files.get(0)
                + "\",\"dataChange\":true,\"extendedFileMetadata\":true,"
                + partition
                + ",\"size\":1}}\n{\"add\":{\"path\":\""
                + folder
                + "of-spark.parquet\",\"size\":1,\"modificationTime\":1,\"dataChange\":true,"
                + partition
                + "}}\n";
        assertTrue(
            store.create(
                LOG + String.format("%020d.json", next), commit.getBytes(UTF_8), "spoilt" + next));
      }

      @Override
      public Restore save() throws IOException {
        Map<String, byte[]> copy = new TreeMap<>();
        for (Store.Entry entry : store.list(LOG)) {
          copy.put(entry.key(), store.read(entry.key()).orElseThrow());
        }
        return () -> {
          store.delete(store.list(LOG).stream().map(Store.Entry::key).toList());
          for (Map.Entry<String, byte[]> one : copy.entrySet()) {
            store.replace(one.getKey(), one.getValue());
          }
        };
      }
    };
  }

  /** What the commits since the last checkpoint have is in memory with each look. */
  @Test
  void aCommitOfThousandsOfFilesIsFollowedByACheckpoint() throws Exception {
    Target target = create();
    LocalDate date = LocalDate.of(2026, 1, 31);
    try (Follower follower = target.open(() -> {})) {
      follower.reconcile(follower.state(date), live(date, 1, IntStream.range(0, 5_000).toArray()));
      assertEquals(5_000, follower.state(date).files().size());
    }
    try (Stream<Path> roots = Files.list(directory)) {
      assertEquals(
          1,
          roots
              .filter(
                  root ->
                      Files.exists(root.resolve(LOG + "00000000000000000000.checkpoint.parquet")))
              .count());
    }
    assertEquals(5_000, target.read(date).size());
  }
}
