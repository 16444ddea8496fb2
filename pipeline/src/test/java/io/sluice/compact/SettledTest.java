package io.sluice.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.complete.Manifests;
import io.sluice.complete.Publication;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Replaced;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.lake.TimeSource;
import io.sluice.write.TestPanes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A file that a writer may not have seen is not replaced, whatever clocks say. The store is that of
 * the model, where a file is as old as the beginning of its upload, as in S3.
 */
class SettledTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final Duration SETTLE = Duration.ofMinutes(90);

  private final StoreScript script = StoreScript.inMemory(1);
  private final Store store = script.bare();

  private AppendLog writer(TimeSource uploads) {
    return StoreScript.log(store, TestPanes.TABLE, DATE, script.time(), uploads);
  }

  /** Replaces the newest file, if it may. */
  private boolean rewriteNewest(Store as) throws IOException {
    Store.Entry newest = LakeFiles.list(store, "user_actions/").get(1);
    LakeFiles.DataFile file = LakeFiles.read(store, newest).orElseThrow();
    try (Rewrite rewrite =
        new Rewrite(as, TestPanes.TABLE, DATE, SETTLE, false, BeforeDeletion.NOTHING)) {
      if (!rewrite.isSettled(newest)) {
        return false;
      }
      Rewrite.Log log = rewrite.replacing(List.of(file.part()));
      log.add(out -> TestPanes.write(out, log.replaces(), 10, 11));
      return rewrite.commit();
    }
  }

  private long rows() throws IOException {
    return LakeFiles.read(store, "user_actions/").stream()
        .mapToLong(file -> file.footer().rows())
        .sum();
  }

  /**
   * One encodes for two hours, another looks at the log right before the file of the first is
   * there, and appends the same rows right after it was replaced.
   *
   * @param uploads by which the first judges how long its upload takes
   */
  private boolean aSlowUploadIsReplaced(TimeSource uploads) throws IOException {
    AppendLog other = writer(script.time());
    other.append(TestPanes.rows(1));
    int[] tries = new int[1];
    writer(uploads)
        .append(
            TestPanes.slowly(
                TestPanes.rows(10, 11),
                () -> {
                  if (tries[0]++ == 0) {
                    script.pass(Duration.ofHours(2));
                    assertTrue(other.append(TestPanes.rows(1)).isEmpty());
                  }
                }));
    boolean replaced = rewriteNewest(store);
    other.append(TestPanes.rows(10, 11));
    return replaced;
  }

  @Test
  void anUploadThatWasBegunLongAgoIsNotCommitted() throws IOException {
    assertFalse(aSlowUploadIsReplaced(script.time()));
    assertEquals(3, rows());
  }

  @Test
  void ifItWereItsRowsWouldBeThereTwice() throws IOException {
    assertTrue(aSlowUploadIsReplaced(new StoreScript.ManualTime()));
    assertEquals(5, rows());
  }

  @Tag("slow")
  @Test
  void anUploadThatIsAlwaysTooSlowFailsAndSaysWhatToDo() {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                writer(script.time())
                    .append(
                        TestPanes.slowly(
                            TestPanes.rows(10), () -> script.pass(Duration.ofMinutes(11)))));
    assertTrue(
        e.getMessage()
            .matches(
                "memory/user_actions/event_date=2026-01-02/part-00000-00000000.parquet: not written after 10 tries: "
                    + "its upload takes longer than 10 minutes.*--fileMebibytes.*"),
        e.getMessage());
  }

  /** Its clock is wrong. */
  private static final class Wrong extends PassingStore {
    private final Duration by;

    Wrong(Store store, Duration by) {
      super(store);
      this.by = by;
    }

    @Override
    public Instant now() throws IOException {
      return super.now().plus(by);
    }
  }

  /** What a file that has just come is to whoever's clock is right, and fast by two hours. */
  private boolean aNewFileIsReplaced(Duration fast) throws IOException {
    AppendLog other = writer(script.time());
    other.append(TestPanes.rows(1));
    writer(script.time()).append(TestPanes.rows(10, 11));
    boolean replaced = rewriteNewest(new Wrong(store, fast));
    other.append(TestPanes.rows(10, 11));
    return replaced;
  }

  /** This host's clock is months away from the model's: it has no part in it. */
  @Test
  void aFileIsAsOldAsTheStoresClockSays() throws IOException {
    assertFalse(aNewFileIsReplaced(Duration.ZERO));
    assertEquals(3, rows());
  }

  @Test
  void byAnotherClockRowsWouldBeThereTwice() throws IOException {
    assertTrue(aNewFileIsReplaced(Duration.ofHours(2)));
    assertEquals(5, rows());
  }

  /** This host's clock is months away from the model's: it has no part in this either. */
  @Test
  void aDeadRewriteIsRememberedForAWeekByTheStoresClock() throws IOException {
    AppendLog writer = writer(script.time());
    writer.append(TestPanes.rows(1));
    PartFile dead =
        new PartFile(
            TestPanes.TABLE.name(),
            TestPanes.TABLE.dateColumn(),
            DATE,
            0,
            0,
            "6920c3a1b7e2aaaa-000");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TestPanes.write(bytes, new Replaced("0"), 1);
    store.create(dead.key(), bytes.toByteArray(), "token");
    new Publication(store, TestPanes.TABLE, DATE).complete(Map.of());
    new Publication(store, TestPanes.TABLE, DATE).abandon(Set.of(dead.name()));
    assertEquals(store.now(), remembered("b7e2aaaa"));
    store.delete(List.of(dead.key()));
    script.pass(Duration.ofDays(6));
    writer.append(TestPanes.rows(2));
    new Publication(store, TestPanes.TABLE, DATE).complete(Map.of());
    assertEquals(store.now().minus(Duration.ofDays(6)), remembered("b7e2aaaa"));
    script.pass(Duration.ofDays(1));
    writer.append(TestPanes.rows(3));
    new Publication(store, TestPanes.TABLE, DATE).complete(Map.of());
    assertNull(remembered("b7e2aaaa"));
  }

  private @Nullable Instant remembered(String rewrite) throws IOException {
    return new Manifests(store, TestPanes.TABLE, DATE)
        .newest()
        .orElseThrow()
        .abandoned()
        .since()
        .get(rewrite);
  }

  /** The name is taken, and the list never shows by what. */
  private static final class Lagging extends PassingStore {
    private int hidden;
    private int uploads;

    Lagging(Store store, int lists) {
      super(store);
      this.hidden = lists;
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      return hidden-- > 0 ? List.of() : super.list(prefix);
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      uploads++;
      return super.begin(key, token);
    }
  }

  @Tag("slow")
  @Test
  void anAppendWithoutProgressEndsAndNamesTheKey() throws IOException {
    writer(script.time()).append(TestPanes.rows(1));
    Lagging lagging = new Lagging(store, Integer.MAX_VALUE);
    AppendLog log = StoreScript.log(lagging, TestPanes.TABLE, DATE, script.time(), script.time());
    IOException e = assertThrows(IOException.class, () -> log.append(TestPanes.rows(10)));
    assertTrue(
        e.getMessage()
            .startsWith(
                "memory/user_actions/event_date=2026-01-02/part-00000-00000000.parquet: not written after 10 tries: the name is taken"),
        e.getMessage());
    assertEquals(10, lagging.uploads);
  }

  @Test
  void aListThatLagsForAWhileOnlyDelaysAnAppend() throws IOException {
    writer(script.time()).append(TestPanes.rows(1));
    Lagging lagging = new Lagging(store, 5);
    AppendLog log = StoreScript.log(lagging, TestPanes.TABLE, DATE, script.time(), script.time());
    assertEquals(1, log.append(TestPanes.rows(1, 10)).size());
    assertEquals(2, rows());
  }
}
