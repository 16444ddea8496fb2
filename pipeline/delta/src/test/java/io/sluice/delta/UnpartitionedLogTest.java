package io.sluice.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.follow.Footers;
import io.sluice.follow.ReconcileVersion;
import io.sluice.follow.UnpartitionedContract;
import io.sluice.follow.UnpartitionedFollower;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every follower of a table without dates keeps, of a log that Delta's kernel reads. */
class UnpartitionedLogTest extends UnpartitionedContract {
  private static final String LOG = TABLE.name() + "/_delta_log/";
  private static final TableSchema SCHEMA = TableSchema.unpartitioned(TABLE);

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

  private static long commits(Store store) throws IOException {
    return store.list(LOG).stream().filter(entry -> entry.key().endsWith(".json")).count();
  }

  @Override
  protected Target create() {
    Path root = directory.resolve(UUID.randomUUID().toString());
    Store store = TestLake.open(root);
    return new Target() {
      @Override
      public UnpartitionedFollower open(Steps steps) {
        return new UnpartitionedLog(
            new SteppingStore(TestLake.open(root), steps::step), SCHEMA, new NoFiles(root, type));
      }

      @Override
      public List<String> read() throws IOException {
        return Files.exists(root.resolve(LOG))
            ? new KernelTable(store, TABLE.name()).files()
            : List.of();
      }

      @Override
      public int moments() throws IOException {
        return (int) commits(store);
      }

      /** Takes one file out and puts another one in. */
      @Override
      public void spoil() throws IOException {
        String path = read().get(0);
        long next = commits(store);
        String commit =
            "{\"remove\":{\"path\":\""
                + path
                + "\",\"dataChange\":true,\"extendedFileMetadata\":true,"
                + "\"partitionValues\":{},\"size\":1}}\n{\"add\":{\"path\":\"of-spark.parquet\","
                + "\"size\":1,\"modificationTime\":1,\"dataChange\":true,\"partitionValues\":{}}}\n";
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

  /** Beyond a checkpoint nobody reads the commits that said it first. */
  @Test
  void aCheckpointSaysWhichVersionItIs() throws Exception {
    Path root = directory.resolve("checkpoint");
    Store store = TestLake.open(root);
    for (int i = 1; i <= 11; i++) {
      int number = i;
      try (UnpartitionedLog log =
          new UnpartitionedLog(TestLake.open(root), SCHEMA, new NoFiles(root, type))) {
        ReconcileVersion.run(() -> version(number, number, number + 1), log, "delta");
      }
    }
    assertTrue(
        store.list(LOG).stream().anyMatch(entry -> entry.key().endsWith(".checkpoint.parquet")));
    try (UnpartitionedLog log =
        new UnpartitionedLog(TestLake.open(root), SCHEMA, new NoFiles(root, type))) {
      assertEquals(11L, log.state().number());
      assertEquals(version(11, 11, 12).names(), log.state().files());
    }
    KernelTable table = new KernelTable(store, TABLE.name());
    assertEquals(10, table.version());
    assertFalse(table.schema().fieldNames().contains("event_date"));
  }
}
