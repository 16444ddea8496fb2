package io.sluice.symlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerContract;
import io.sluice.follow.FollowerState;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of live files, as {@link FollowerContract} wants them. */
class SymlinkFollowerTest extends FollowerContract {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);

  @TempDir Path directory;

  private static Store open(Path root) {
    return TestStores.of(root).open(PipelineOptionsFactory.create());
  }

  /** Each call to the store is a step. */
  private static final class SteppingStore extends PassingStore {
    private final Steps steps;

    SteppingStore(Store store, Steps steps) {
      super(store);
      this.steps = steps;
    }

    @Override
    public List<String> folders(String prefix) throws IOException {
      steps.step();
      return super.folders(prefix);
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
      steps.step();
      return super.read(key);
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      steps.step();
      return super.begin(key, token);
    }

    @Override
    public void replace(String key, byte[] content) throws IOException {
      steps.step();
      super.replace(key, content);
    }
  }

  @Override
  protected Target create() {
    Path root = directory.resolve(UUID.randomUUID().toString());
    Store store = open(root);
    return new Target() {
      @Override
      public Follower open(Steps steps) {
        return new SymlinkFollower(new SteppingStore(SymlinkFollowerTest.open(root), steps), TABLE);
      }

      @Override
      public List<String> read(LocalDate date) throws IOException {
        String folder = "file://" + root + "/user_actions/event_date=" + date + "/";
        List<String> names = new ArrayList<>();
        store
            .read(SymlinkFollower.key(TABLE, date))
            .ifPresent(
                list ->
                    new String(list, UTF_8)
                        .lines()
                        .forEach(
                            line -> {
                              assertTrue(line.startsWith(folder), line);
                              names.add(line.substring(folder.length()));
                            }));
        return names;
      }

      @Override
      public void spoil(LocalDate date) throws IOException {
        String key = SymlinkFollower.key(TABLE, date);
        String list = new String(store.read(key).orElseThrow(), UTF_8);
        store.replace(key, (list.lines().findFirst().orElseThrow() + "\n" + list).getBytes(UTF_8));
      }

      @Override
      public Restore save() throws IOException {
        Map<String, byte[]> copy = new TreeMap<>();
        for (Store.Entry entry : store.list("_symlink_format_manifest/")) {
          copy.put(entry.key(), store.read(entry.key()).orElseThrow());
        }
        return () -> {
          for (Map.Entry<String, byte[]> one : copy.entrySet()) {
            store.replace(one.getKey(), one.getValue());
          }
        };
      }
    };
  }

  /** Whatever stands there that is no file of the date is to go. */
  @Test
  void linesThatLeadElsewhereAreSeen() throws IOException {
    Store store = open(directory);
    String key = SymlinkFollower.key(TABLE, DATE);
    for (byte[] spoilt :
        List.of(
            "file:///elsewhere/part-00000-00000000.parquet\n".getBytes(UTF_8),
            new byte[] {(byte) 0xff, 0, '\r', 7},
            "{\"json\": true}".getBytes(UTF_8))) {
      store.replace(key, spoilt);
      try (Follower follower = new SymlinkFollower(open(directory), TABLE)) {
        assertEquals(1, follower.state(DATE).files().size());
        follower.reconcile(follower.state(DATE), live(DATE, 1, 4));
        assertEquals(1, follower.state(DATE).files().size());
      }
      assertEquals(
          "file://"
              + directory
              + "/user_actions/event_date=2026-01-31/part-00000-00000004.parquet\n",
          new String(store.read(key).orElseThrow(), UTF_8));
    }
  }

  @Test
  void aLakeWhoseNameIsNoLineIsRefused() throws IOException {
    Path root = directory.resolve("two\nlines");
    try (Follower follower = new SymlinkFollower(open(root), TABLE)) {
      UserException e =
          assertThrows(
              UserException.class,
              () -> follower.reconcile(FollowerState.NOTHING, live(DATE, 1, 4)));
      assertTrue(e.getMessage().contains("--publish=symlink"), e.getMessage());
    }
  }
}
