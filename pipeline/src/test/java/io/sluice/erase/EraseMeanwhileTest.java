package io.sluice.erase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Compact;
import io.sluice.complete.DateFiles;
import io.sluice.contract.Table;
import io.sluice.follow.FilesChange;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.DyingStore;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.report.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An erasure that is killed, or meets a compaction; and what a follower sees of it. */
@Tag("slow")
class EraseMeanwhileTest extends EraseFixture {
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  @Test
  void killedAnywhereAndRunAgainItCompletes() throws Exception {
    Path original = directory.resolve("original");
    TestLake first = new TestLake(original, contract(true));
    first.append(records(0, 20)).append(records(20, 40)).complete(DATE);
    int kills = 0;
    for (int calls = 0; calls < 60; calls++) {
      Path here = directory.resolve("run" + calls);
      copy(original, here);
      TestLake lake = new TestLake(here, contract(true));
      Table table = lake.contract.lakeTable();
      Where where = where(lake, "user_id = " + user(3));
      boolean isDead = false;
      try {
        erase(new DyingStore(lake.lake, calls), table, BeforeDeletion.NOTHING, false)
            .run(DATE, where);
      } catch (DyingStore.Dead e) {
        isDead = true;
        kills++;
      }
      // Whatever is there, each row is there once, or is erased.
      long rows = live(lake.lake, table).stream().mapToLong(file -> file.footer().rows()).sum();
      assertTrue(rows == 40 || rows == 36, "killed after " + calls + ": " + rows);
      Erase.Result again = erase(lake.lake, table, BeforeDeletion.NOTHING, false).run(DATE, where);
      assertTrue(again.isDone(), again.toString());
      assertEquals(rows - 36, again.rows());
      assertEquals(positions(3, 13, 23, 33), erased(lake.lake, table));
      Positions all = new Positions();
      long left = 0;
      for (LakeFiles.DataFile file : live(lake.lake, table)) {
        left += file.footer().rows();
        all.addAll(file.footer().positions());
      }
      assertEquals(36, left);
      assertEquals(40, all.size());
      DateFiles files = DateFiles.read(lake.lake, table, DATE);
      assertTrue(files.pending().isEmpty() && files.replaced().isEmpty(), "something is left");
      if (!isDead) {
        break;
      }
    }
    assertTrue(kills > 5, kills + " kills");
  }

  /** What the compaction has written has the rows still: the erasure gives up, and is run again. */
  @Test
  void aCompactionThatWasFasterIsNotUndone() throws Exception {
    TestLake lake = filled(true);
    Table table = lake.contract.lakeTable();
    AtomicInteger uploads = new AtomicInteger();
    Store interrupted =
        new PassingStore(lake.lake) {
          @Override
          public Upload begin(String key, String token) throws IOException {
            if (uploads.incrementAndGet() == 2) {
              compact(lake);
            }
            return super.begin(key, token);
          }
        };
    Erase.Result result =
        erase(interrupted, table, BeforeDeletion.NOTHING, false)
            .run(DATE, where(lake, "user_id = " + user(3)));
    assertFalse(result.isDone());
    assertTrue(String.valueOf(result.why()).contains("run this again"), result.toString());
    assertEquals(100, count(lake, "true"));
    assertEquals(10, erase(lake, "user_id = " + user(3)).rows());
    assertEquals(90, count(lake, "true"));
  }

  private static void compact(TestLake lake) throws IOException {
    new Compact(
            lake.lake,
            lake.contract.lakeTable(),
            new Compact.Settings(64 << 20, Duration.ZERO, 3, false),
            bytes -> {})
        .run(DATE, false);
  }

  /** Rows went: a table format must not be told that the same rows are there. */
  @Test
  void aFollowerSeesAChangeOfRows() throws Exception {
    TestLake lake = filled(true);
    Table table = lake.contract.lakeTable();
    Map<String, Long> has = new TreeMap<>();
    live(lake.lake, table).forEach(file -> has.put(file.part().name(), file.footer().rows()));
    erase(lake, "user_id = " + user(3));
    var manifest = DateFiles.read(lake.lake, table, DATE).manifest().orElseThrow();
    PublishedDate live = new PublishedDate(table, DATE, manifest.version(), manifest.files());
    FilesChange<String> change =
        FilesChange.of(
            live,
            has.keySet().stream().collect(Collectors.toMap(name -> name, name -> name)),
            name -> name);
    assertFalse(change.removed().isEmpty());
    assertFalse(change.isRewrite(name -> name, name -> has.get(name)));
    // Nor where a compaction came before the follower did.
    compact(lake);
    manifest = DateFiles.read(lake.lake, table, DATE).manifest().orElseThrow();
    live = new PublishedDate(table, DATE, manifest.version(), manifest.files());
    change =
        FilesChange.of(
            live,
            has.keySet().stream().collect(Collectors.toMap(name -> name, name -> name)),
            name -> name);
    assertFalse(change.isRewrite(name -> name, name -> has.get(name)));
  }

  @Test
  void noLogHasAKey() throws Exception {
    TestLake lake = filled(true);
    lake.append(List.of(record(200, "{\"user_id\":\"" + user(3) + "\"}")));
    StringBuffer said = new StringBuffer();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            said.append(event.getFormattedMessage()).append('\n');
          }
        };
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = root.getLevel();
    appender.start();
    root.addAppender(appender);
    root.setLevel(Level.TRACE);
    try {
      assertEquals(10, erase(lake, "user_id = " + user(3)).rows());
      assertEquals(
          1, letters(lake, "user_id = " + user(3), false, false).run(DATE, new Positions()).rows());
    } finally {
      root.setLevel(level);
      root.detachAppender(appender);
    }
    assertFalse(said.isEmpty());
    assertFalse(said.toString().contains(user(3)), "a key is in the log");
  }
}
