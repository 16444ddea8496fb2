package io.sluice.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Replaced;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.write.CommittedFile;
import io.sluice.write.TestPanes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A date grows by versions, is complete once and for all, and costs few requests meanwhile. */
class PublicationTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final String FOLDER = "user_actions/event_date=2026-01-02/";

  private final Counting store = new Counting(StoreScript.inMemory(0).bare());
  private final Manifests manifests = new Manifests(store, TestPanes.TABLE, DATE);

  /** Counts what S3 would be asked, by kind and key. */
  private static final class Counting extends PassingStore {
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

    Counting(Store store) {
      super(store);
    }

    private void ask(String what, String key) {
      asked.add(what + " " + key.substring(key.lastIndexOf('/') + 1));
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      asked.add("list");
      return super.list(prefix);
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
      ask("get", key);
      return super.read(key, offset, length);
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
      ask("get", key);
      return super.read(key);
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      ask("put", key);
      return super.begin(key, token);
    }

    @Override
    public Owner owner(String key, String token) throws IOException {
      ask("head", key);
      return super.owner(key, token);
    }

    @Override
    public void replace(String key, byte[] content) throws IOException {
      ask("put", key);
      super.replace(key, content);
    }

    /** What was asked since the last call; reads of one object in pieces are one. */
    List<String> asked() {
      List<String> all = asked.stream().distinct().sorted().toList();
      asked.clear();
      return all;
    }
  }

  private Publication publication() {
    return publication(store);
  }

  private static Publication publication(Store store) {
    return new Publication(store, TestPanes.TABLE, DATE);
  }

  /** Appends a file, and says of it what the job would. */
  private CommittedFile append(long... offsets) throws IOException {
    Set<String> before = new HashSet<>();
    LakeFiles.list(store, FOLDER).forEach(entry -> before.add(entry.key()));
    new AppendLog(store, TestPanes.TABLE, DATE, 0, false).append(TestPanes.rows(offsets));
    List<Store.Entry> added = new ArrayList<>(LakeFiles.list(store, FOLDER));
    added.removeIf(entry -> before.contains(entry.key()));
    assertEquals(1, added.size());
    Store.Entry entry = added.get(0);
    String sha256 = Seal.check(store, entry).sha256();
    store.asked();
    return new CommittedFile(
        PartFile.parse(entry.key()).orElseThrow().name(), entry.size(), sha256);
  }

  /** As a directory may be listed while it is written to: it has what is new, not what is old. */
  @Test
  void aListThatLacksAFileOfItsManifestIsNotBelieved() throws Exception {
    CommittedFile one = append(0, 1);
    CommittedFile two = append(2);
    publication().complete(Map.of(one.name(), one.sha256(), two.name(), two.sha256()));
    Store torn =
        new PassingStore(store) {
          private boolean isFirst = true;

          @Override
          public List<Entry> list(String prefix) throws IOException {
            List<Entry> all = new ArrayList<>(super.list(prefix));
            if (isFirst) {
              all.removeIf(entry -> entry.key().endsWith(one.name()));
            }
            isFirst = false;
            return all;
          }
        };
    assertEquals(
        Set.of(one.name(), two.name()),
        DateFiles.names(DateFiles.read(torn, TestPanes.TABLE, DATE).live()));
  }

  @Test
  void aFileThatIsGoneIsGoneThoughItsManifestNamesIt() throws Exception {
    CommittedFile one = append(0, 1);
    CommittedFile two = append(2);
    publication().complete(Map.of(one.name(), one.sha256(), two.name(), two.sha256()));
    store.delete(List.of(FOLDER + one.name()));
    store.asked();
    DateFiles now = DateFiles.read(store, TestPanes.TABLE, DATE);
    assertEquals(Set.of(two.name()), DateFiles.names(now.live()));
    assertFalse(now.isNamed());
  }

  private static Optional<List<CommittedFile>> known(CommittedFile... files) {
    return Optional.of(List.of(files));
  }

  /**
   * Grows the date.
   *
   * @return the number of its newest version
   */
  private int grow(int known, Optional<List<CommittedFile>> appended) throws IOException {
    return publication().grow(known, appended).version();
  }

  /** Completes the date; whether that took a version more. */
  private boolean complete() throws IOException {
    return publication().complete(Map.of()).outcome() == Publication.Outcome.PUBLISHED;
  }

  private Manifest newest() throws IOException {
    return manifests.newest().orElseThrow();
  }

  private boolean hasSuccess() throws IOException {
    return manifests.succeeded().isPresent();
  }

  @Test
  void aDateGrowsByVersionsAndIsThenComplete() throws Exception {
    assertEquals(0, grow(0, Optional.empty()), "a date without files has no manifest");
    CommittedFile first = append(0, 1, 2);
    assertEquals(1, grow(0, known(first)));
    assertFalse(newest().isComplete());
    assertEquals(Set.of(first.name()), newest().names());
    CommittedFile second = append(3);
    CommittedFile third = append(4, 5);
    assertEquals(2, grow(1, known(second, third)));
    assertFalse(newest().isComplete());
    assertEquals(6, newest().rows());
    assertEquals(6, newest().positions().size());
    assertEquals(third.sha256(), newest().file(third.name()).orElseThrow().sha256());
    assertFalse(hasSuccess());
    assertFalse(publication().isComplete());
    assertFalse(publication().isCurrent());

    assertTrue(complete());
    assertEquals(3, newest().version());
    assertTrue(newest().isComplete());
    assertEquals(3, newest().firstComplete());
    assertTrue(publication().isCurrent());
    // A list has said by now when each was written.
    newest().files().forEach(file -> assertNotNull(file.written(), file.name()));
    assertFalse(complete(), "there was nothing to change");

    append(6);
    assertTrue(publication().isComplete(), "once and for all");
    assertFalse(publication().isCurrent());
    assertTrue(complete());
    assertEquals(4, newest().version());
    assertTrue(newest().isComplete());
    assertEquals(3, newest().firstComplete());
    assertEquals(Optional.of(Manifests.success(4)), manifests.succeeded());
  }

  @Test
  void whileItGrowsAVersionCostsAnObjectReadAndOneWrittenBesideFooters() throws Exception {
    int version = grow(0, known(append(0)));
    for (int i = 1; i < 5; i++) {
      CommittedFile one = append(10 * i);
      CommittedFile other = append(10 * i + 1);
      version = grow(version, known(one, other));
      assertEquals(
          List.of(
              "get " + Manifests.name(version - 1),
              "get " + one.name(),
              "get " + other.name(),
              "put " + Manifests.name(version)),
          store.asked());
    }
    publication().grow(version, known());
    assertEquals(List.of("get " + Manifests.name(version)), store.asked());
    // One list has the folder, whose footers are known.
    publication().complete(Map.of());
    assertEquals(
        List.of(
            "get " + Manifests.name(version),
            "get " + Manifests.name(version + 2),
            "list",
            "put " + Manifests.SUCCESS,
            "put " + Manifests.name(version + 1)),
        store.asked());
    CommittedFile late = append(99);
    publication().complete(Map.of(late.name(), late.sha256()));
    assertEquals(
        List.of(
            "get " + Manifests.name(version + 1),
            "get " + Manifests.name(version + 3),
            "get " + late.name(),
            "list",
            "put " + Manifests.SUCCESS,
            "put " + Manifests.name(version + 2)),
        store.asked());
  }

  @Test
  void ofTwoJobsEachNamesTheOthersFiles() throws Exception {
    int one = grow(0, known(append(0)));
    int other = one;
    for (int i = 1; i < 6; i++) {
      one = grow(one, known(append(10 * i)));
      CommittedFile file = append(10 * i + 1);
      other = grow(other, known(file));
      assertEquals(one + 1, other);
      assertEquals(1 + 2 * i, newest().files().size());
    }
    assertFalse(newest().isComplete());
  }

  /** One job is ahead: it calls the date complete, and the other does not take that back. */
  @Test
  void aCompleteDateStaysSoWhoeverNamesAFileOfIt() throws Exception {
    int known = grow(0, known(append(0)));
    publication().complete(Map.of());
    publication().grow(known, known(append(1)));
    assertEquals(3, newest().version());
    assertEquals(2, newest().firstComplete());
    assertTrue(publication().isCurrent());
    // The same where it knows the newest version.
    publication().grow(3, known(append(2)));
    assertEquals(4, newest().version());
    assertTrue(publication().isCurrent());
    append(3);
    publication().refresh(Map.of());
    assertTrue(publication().isCurrent());
    assertEquals(2, newest().firstComplete());
  }

  @Test
  void whatAReplayNamesDoesNotCompleteADate() throws Exception {
    append(0);
    publication().refresh(Map.of());
    assertEquals(List.of(), manifests.versions());
    publication().grow(0, Optional.empty());
    append(1);
    publication().refresh(Map.of());
    assertEquals(2, newest().files().size());
    assertFalse(newest().isComplete());
    assertFalse(hasSuccess());
  }

  @Test
  void aCrashBetweenManifestAndSuccessIsMendedByTheNextTry() throws Exception {
    publication().grow(0, known(append(0)));
    Store dying =
        new PassingStore(store) {
          @Override
          public void replace(String key, byte[] content) throws IOException {
            throw new IOException("killed before " + key);
          }
        };
    assertThrows(IOException.class, () -> publication(dying).complete(Map.of()));
    assertTrue(newest().isComplete());
    assertFalse(hasSuccess());
    assertFalse(publication().isCurrent(), "so that the next start takes it up");
    assertFalse(complete(), "the version is there");
    assertTrue(publication().isCurrent());
  }

  /** Killed after the manifest and before the state was kept: the same is published once more. */
  @Test
  void whatIsPublishedTwiceChangesNothing() throws Exception {
    CommittedFile first = append(0);
    assertEquals(1, grow(0, known(first)));
    CommittedFile second = append(1);
    assertEquals(2, grow(1, known(second)));
    assertEquals(2, grow(1, known(second)));
    assertEquals(2, grow(0, known(first)));
    assertEquals(2, manifests.versions().size());
  }

  /**
   * A rewritten file takes the place of another, as a rebuild of a date that is not complete does.
   */
  private PartFile replace(String text, long sequence, String rewrite, long... offsets)
      throws IOException {
    PartFile part =
        new PartFile(
            TestPanes.TABLE.name(), TestPanes.TABLE.dateColumn(), DATE, 0, sequence, rewrite);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String sha256 = TestPanes.write(bytes, new Replaced(text), offsets);
    assertTrue(store.create(part.key(), bytes.toByteArray(), "token"));
    Set<String> replaced = new Replaced(text).names(part);
    assertEquals(
        Publication.Outcome.PUBLISHED, publication().swap(Map.of(part.name(), sha256), replaced));
    return part;
  }

  /** A job that was restored from long ago names a file that a rebuild has replaced since. */
  @Test
  void aFileThatARewriteHasReplacedIsNotNamedAgain() throws Exception {
    CommittedFile old = append(0, 1);
    publication().grow(0, known(old));
    PartFile first = replace("0", 0, "6920c3a1b7e2aaaa-000", 0, 1);
    assertEquals(Set.of(first.name()), newest().names());
    assertFalse(newest().isComplete(), "a rewrite does not complete a date");
    // Before it is deleted.
    assertEquals(2, grow(2, known(old)));
    assertEquals(Set.of(first.name()), newest().names());
    // And after, when another rewrite has taken the place of the first.
    store.delete(List.of(FOLDER + old.name()));
    PartFile second = replace("0_6920c3a1b7e2aaaa-000", 0, "6920c3a2b7e2bbbb-000", 0, 1);
    assertEquals(3, grow(3, known(old)));
    assertEquals(Set.of(second.name()), newest().names());
    CommittedFile next = append(2);
    assertEquals(4, grow(3, known(old, next)));
    assertEquals(Set.of(second.name(), next.name()), newest().names());
    assertEquals(3, newest().rows());
  }

  @Test
  void whoeverClearsDeadRewritesDoesNotCompleteADate() throws Exception {
    append(0);
    PartFile dead =
        new PartFile(
            TestPanes.TABLE.name(),
            TestPanes.TABLE.dateColumn(),
            DATE,
            0,
            0,
            "6920c3a1b7e2aaaa-000");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TestPanes.write(bytes, new Replaced("0"), 0);
    assertTrue(store.create(dead.key(), bytes.toByteArray(), "token"));
    publication().abandon(Set.of(dead.name()));
    assertTrue(newest().abandoned().contains(dead));
    assertFalse(newest().isComplete());
    assertFalse(hasSuccess());
    // Whoever grows the date keeps it in mind.
    publication().grow(1, known(append(1)));
    assertTrue(newest().abandoned().contains(dead));
    assertEquals(Set.of(dead.name()), newest().abandonedFiles());
  }

  /** As the manual says where a manifest lies: they are made again, and the date was complete. */
  @Test
  void aDateWhoseManifestsWereRemovedIsWhatSuccessSays() throws Exception {
    int known = grow(0, known(append(0)));
    publication().complete(Map.of());
    store.delete(manifests.versions().stream().map(Store.Entry::key).toList());
    publication().grow(known, known(append(1)));
    assertEquals(1, newest().version());
    assertEquals(1, newest().firstComplete());
    assertTrue(publication().isCurrent());
  }

  @Test
  void anUnreadableManifestIsFollowedByOneThatKnowsSinceWhenTheDateIsComplete() throws Exception {
    publication().grow(0, known(append(0)));
    publication().complete(Map.of());
    append(1);
    publication().complete(Map.of());
    store.replace(FOLDER + Manifests.name(3), new byte[10]);
    assertFalse(publication().isComplete());
    assertEquals(4, grow(3, known(append(2))));
    assertEquals(2, newest().firstComplete());
    assertEquals(3, newest().files().size());
    assertTrue(publication().isCurrent());
  }

  /** Those before it say that the date grows. */
  @Test
  void whereTheOneThatSaidCompleteFirstIsUnreadableSuccessSaysSo() throws Exception {
    publication().grow(0, known(append(0)));
    publication().complete(Map.of());
    store.replace(FOLDER + Manifests.name(2), new byte[10]);
    assertEquals(3, grow(2, known(append(1))));
    assertEquals(3, newest().firstComplete());
    assertEquals(2, newest().files().size());
    assertTrue(publication().isCurrent());
  }

  @Test
  void anUnreadableManifestOfADateThatGrowsDoesNotCompleteIt() throws Exception {
    publication().grow(0, known(append(0)));
    publication().grow(1, known(append(1)));
    store.replace(FOLDER + Manifests.name(2), new byte[10]);
    assertEquals(3, grow(2, known(append(2))));
    assertFalse(newest().isComplete());
    assertEquals(3, newest().files().size());
    assertFalse(hasSuccess());
  }

  @Test
  void whatOnlyTheJobKnowsHasNoTimeUntilAListSaysIt() throws Exception {
    int known = grow(0, known(append(0)));
    CommittedFile second = append(1);
    known = grow(known, known(second));
    assertNull(newest().file(second.name()).orElseThrow().written());
    append(2);
    publication().grow(known, Optional.empty());
    newest().files().forEach(file -> assertNotNull(file.written(), file.name()));
  }
}
