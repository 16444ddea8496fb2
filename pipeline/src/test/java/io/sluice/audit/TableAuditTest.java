package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.sluice.UserException;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.Published;
import io.sluice.follow.PublishedDate;
import io.sluice.follow.Snapshots;
import io.sluice.follow.TableSnapshot;
import io.sluice.follow.TableSnapshot.NamedFile;
import io.sluice.lake.Positions.Range;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A table that names what it is to name is proved, and one that does not is not. */
class TableAuditTest extends AuditFixture {
  /** A table in memory, of which each state is kept. */
  private static final class Kept implements Follower, Snapshots {
    final List<TableSnapshot> all = new ArrayList<>();
    int looks;

    /** Called before each look at what is current. */
    Runnable looked = () -> {};

    void commit(List<NamedFile> files, Map<LocalDate, Integer> manifests) {
      String id = String.valueOf(all.size());
      all.add(new TableSnapshot("kept", id, BEGIN, true, files, manifests));
    }

    @Override
    public Optional<TableSnapshot> current() {
      looks++;
      looked.run();
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    @Override
    public Optional<TableSnapshot> of(String id) {
      return all.stream()
          .filter(one -> id.equals(one.id()))
          .map(
              one ->
                  new TableSnapshot(
                      one.table(),
                      id,
                      one.at(),
                      one == all.get(all.size() - 1),
                      one.files(),
                      one.manifests()))
          .findFirst();
    }

    @Override
    public Optional<Snapshots> snapshots() {
      return Optional.of(this);
    }

    @Override
    public Set<LocalDate> dates() {
      throw new AssertionError("it is asked for snapshots");
    }

    @Override
    public FollowerState state(LocalDate date) {
      throw new AssertionError("it is asked for snapshots");
    }

    @Override
    public void reconcile(FollowerState seen, PublishedDate live) {
      throw new AssertionError("an audit changes nothing");
    }

    @Override
    public void close() {}
  }

  private final Kept rows = new Kept();
  private final Kept letters = new Kept();

  private TableAudit tables() {
    return new TableAudit(
        audit(), lake.lake, lake.deadLetters, lake.contract, "kept", rows, letters);
  }

  private TableReport judgeTable(String id) throws IOException {
    // With no margin there is no second look, for which a minute would have to go by.
    return tables()
        .run(
            new Audit.Request(
                false,
                false,
                false,
                null,
                null,
                recorded -> recorded == null ? TIMING : recorded,
                Duration.ZERO,
                Audit.Expiry.NEVER),
            id);
  }

  /** What the lake has published of the date, as a follower takes it. */
  private List<NamedFile> published() throws IOException {
    return named(Published.in(lake.lake, lake.contract.lakeTable()).date(DATE).orElseThrow());
  }

  private static List<NamedFile> named(PublishedDate live) {
    return live.files().stream()
        .map(file -> new NamedFile(live.key(file), live.date(), file.rows(), file.bytes(), false))
        .toList();
  }

  private int publish() throws IOException {
    lake.complete(DATE);
    stamp(6);
    return Published.in(lake.lake, lake.contract.lakeTable()).date(DATE).orElseThrow().version();
  }

  private void follow() throws IOException {
    int version = publish();
    rows.commit(published(), Map.of(DATE, version));
  }

  private static String text(TableReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TableText.print(report, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void assertLine(TableReport report, String part) {
    assertTrue((report.line() + " ").contains(" " + part + " "), report.line() + text(report));
  }

  /** Two files in each of the two logs, and a third snapshot behind which the lake has gone on. */
  private void lakeOfSixFiles() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    for (int i = 0; i < 3; i++) {
      write(records(0, i * 10L, i * 10L + 10, i), 6 + i);
      write(records(1, i * 10L, i * 10L + 10, i), 6 + i);
      follow();
    }
  }

  @Test
  void aTableThatIsEqualIsProvedAndSoIsEachOfItsOldSnapshots() throws IOException {
    lakeOfSixFiles();
    TableReport report = judgeTable(null);
    assertTrue(report.complete(), text(report));
    assertLine(report, "lake=60");
    assertLine(report, "behind=0");
    assertLine(report, "snapshot=2");
    assertTrue(text(report).contains("Every offset is there, and each once."), text(report));
    for (int i = 0; i < 2; i++) {
      TableReport old = judgeTable("" + i);
      assertTrue(old.passed(), text(old));
      assertLine(old, "lake=" + (i + 1) * 20);
      assertLine(old, "behind=" + (2 - i) * 20);
    }
    UserException none = assertThrows(UserException.class, () -> judgeTable("7"));
    assertTrue(none.getMessage().startsWith("--snapshot=7: "), none.getMessage());
  }

  @Test
  void whatTheLakeHasAndTheTableNotYetIsBehindAndNotLost() throws IOException {
    lakeOfSixFiles();
    write(records(0, 30, 35, 3), 10);
    publish();
    TableReport report = judgeTable(null);
    assertTrue(report.passed(), text(report));
    assertFalse(report.complete());
    assertLine(report, "behind=5");
    assertEquals(at(10), report.sides().get(0).oldestBehind());
    assertEquals(List.of(new Range(30, 34)), report.sides().get(0).partitions().get(0).behind());
    assertTrue(report.toJson().contains("\"behind\":[[30,34]]"), report.toJson());
  }

  @Test
  void aFileThatTheTableHadAndWasDroppedIsMissing() throws IOException {
    lakeOfSixFiles();
    List<NamedFile> all = published();
    for (int i = 0; i < all.size(); i++) {
      List<NamedFile> fewer = new ArrayList<>(all);
      fewer.remove(i);
      // Also the last one of a log: the table says which manifest it was equal to.
      rows.commit(fewer, Map.of(DATE, 3));
      TableReport report = judgeTable(null);
      assertFalse(report.passed(), text(report));
      assertLine(report, "missing=10");
      assertLine(report, "behind=0");
      assertLine(report, "lost=0");
    }
    // Where no snapshot says it any more, the numbers of the log do.
    List<NamedFile> fewer = new ArrayList<>(all);
    fewer.remove(0);
    rows.commit(fewer, Map.of());
    assertLine(judgeTable(null), "missing=10");
    assertTrue(text(judgeTable(null)).contains("sluice follow --once --publish=kept"));
  }

  @Test
  void aFileThatIsNamedTwiceIsADuplicateAndSoAreTwoFilesOfTheSameRows() throws IOException {
    lakeOfSixFiles();
    List<NamedFile> more = new ArrayList<>(published());
    more.add(more.get(0));
    rows.commit(more, Map.of(DATE, 3));
    TableReport twice = judgeTable(null);
    assertLine(twice, "duplicate=10");
    assertTrue(twice.faults().get(0).contains("is named 2 times"), text(twice));

    // A copy that the lake has not published: the lake's own audit names it as well.
    lake.copy(lake.files(DATE).get(0));
    String copy =
        lake.files(DATE).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.contains("-00001"))
            .findFirst()
            .orElseThrow();
    List<NamedFile> both = new ArrayList<>(published());
    String key = both.get(0).key();
    both.add(
        new NamedFile(key.substring(0, key.lastIndexOf('/') + 1) + copy, DATE, null, null, false));
    rows.commit(both, Map.of(DATE, 3));
    assertLine(judgeTable(null), "duplicate=10");
  }

  @Test
  void aFileThatIsGoneIsNamedAndNotCalledMissingBesides() throws IOException {
    lakeOfSixFiles();
    Path file = lake.files(DATE).get(0);
    Files.delete(file);
    TableReport report = judgeTable(null);
    assertFalse(report.passed());
    assertEquals(1, report.faults().size(), text(report));
    assertTrue(report.faults().get(0).contains(file.getFileName().toString()), text(report));
    assertTrue(report.faults().get(0).contains("is not there any more"), text(report));
    assertLine(report, "behind=0");
    TableReport old = judgeTable("0");
    assertTrue(old.faults().get(0).contains("this old snapshot cannot be read"), text(old));
  }

  /** A rewrite deletes what it replaced once the table does not name it: what is current is not. */
  @Test
  void whatWasReplacedBetweenTheTwoLooksIsLookedAtAgain() throws IOException {
    lakeOfSixFiles();
    List<NamedFile> all = published();
    List<NamedFile> before = new ArrayList<>(all);
    before.add(
        new NamedFile(
            all.get(0).key().replaceFirst("part-(\\d+)-\\d+", "part-$1-00000099"),
            DATE,
            null,
            null,
            false));
    rows.commit(before, Map.of(DATE, 3));
    rows.looked =
        () -> {
          if (rows.looks == 2) {
            rows.commit(all, Map.of(DATE, 3));
          }
        };
    assertTrue(judgeTable(null).complete());
  }

  @Test
  void rowsThatAnotherEngineHasDeletedAndWrongNumbersAreFaults() throws IOException {
    lakeOfSixFiles();
    List<NamedFile> spoilt = new ArrayList<>(published());
    NamedFile first = spoilt.get(0);
    spoilt.set(0, new NamedFile(first.key(), DATE, first.rows(), first.bytes(), true));
    rows.commit(spoilt, Map.of(DATE, 3));
    TableReport report = judgeTable(null);
    assertLine(report, "deletes=1");
    assertFalse(report.passed());

    for (NamedFile wrong :
        List.of(
            new NamedFile(first.key(), DATE, 9L, first.bytes(), false),
            new NamedFile(first.key(), DATE, first.rows(), 9L, false),
            new NamedFile(first.key(), DATE.plusDays(1), first.rows(), first.bytes(), false))) {
      spoilt.set(0, wrong);
      rows.commit(spoilt, Map.of(DATE, 3));
      assertEquals(1, judgeTable(null).faults().size(), text(judgeTable(null)));
    }
    spoilt.set(0, first);
    spoilt.add(new NamedFile("s3://elsewhere/x.parquet", DATE, 1L, 1L, false));
    rows.commit(spoilt, Map.of(DATE, 3));
    assertTrue(
        judgeTable(null).faults().get(0).startsWith("s3://elsewhere/x.parquet: is named, and no"));
  }

  /** The lake's audit names it; a damaged file that the table does not name is not the table's. */
  @Test
  void aDamagedFileIsAFaultOfTheSnapshotsThatNameIt() throws IOException {
    lakeOfSixFiles();
    Path file =
        lake.files(DATE).stream()
            .filter(one -> one.getFileName().toString().contains("-00000002"))
            .findFirst()
            .orElseThrow();
    Files.write(file, new byte[100]);
    TableReport report = judgeTable(null);
    assertFalse(report.passed());
    assertTrue(
        report.faults().stream().anyMatch(one -> one.contains(file.getFileName().toString())),
        text(report));
    assertTrue(judgeTable("0").passed(), text(judgeTable("0")));
  }

  @Test
  void whatNoFileOfTheLakeHasIsLostAndNoFaultOfASnapshotOfBefore() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 5, 0), 6);
    follow();
    write(without(records(0, 5, 10, 0), 5), 7);
    for (int i = 1; i <= 2; i++) {
      write(records(0, i * 10, i * 10 + 10, i * 40), i * 40 + 6);
    }
    follow();
    assertCounts(judge(), 1, 0);
    TableReport report = judgeTable(null);
    assertLine(report, "lost=1");
    assertFalse(report.passed());
    TableReport old = judgeTable("0");
    assertLine(old, "lost=0");
    assertTrue(old.passed(), text(old));
  }

  @Test
  void deadLettersAreATableAsWell() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 5, 0), 6);
    List<SourceRecord> bad = new ArrayList<>();
    for (long offset = 5; offset < 8; offset++) {
      SourceRecord record = TestLake.record(0, offset, at(0), "no JSON");
      topic.add(record);
      bad.add(record);
    }
    write(bad, 6);
    follow();
    TableReport without = judgeTable(null);
    // A follower without a table of them has yet to follow, or its table was dropped.
    assertTrue(without.passed(), text(without));
    assertFalse(without.complete(), text(without));
    assertLine(without, "dead=0");
    assertLine(without, "behind=3");
    assertTrue(text(without).contains("which is not there: never made, or dropped"), text(without));
    assertTrue(text(without).contains("behind: 3 offsets are in the lake"), text(without));
    assertTrue(without.toJson().contains("\"exists\":false"), without.toJson());
    TableReport unfollowed =
        new TableAudit(audit(), lake.lake, lake.deadLetters, lake.contract, "kept", rows, null)
            .run(request(false, false, null), null);
    assertLine(unfollowed, "dead=3");
    assertTrue(text(unfollowed).contains("dead letters are counted as the lake has them"));

    Table deadTable = DeadLetters.table(lake.contract);
    new Publication(lake.deadLetters, deadTable, DATE).complete(Map.of());
    PublishedDate live = Published.in(lake.deadLetters, deadTable).date(DATE).orElseThrow();
    letters.commit(named(live), Map.of(DATE, live.version()));
    TableReport both = judgeTable(null);
    assertTrue(both.complete(), text(both));
    assertLine(both, "dead=3");
    assertLine(both, "dead_snapshot=0");

    letters.commit(List.of(), Map.of(DATE, live.version()));
    TableReport spoilt = judgeTable(null);
    assertLine(spoilt, "missing=3");
    assertFalse(spoilt.passed());
    // An id of the other table is of that one.
    letters.all.set(0, new TableSnapshot("kept", "x", BEGIN, true, named(live), Map.of()));
    assertTrue(judgeTable("x").passed(), text(judgeTable("x")));
  }

  @Test
  void inLittleMemoryItSaysTheSame() throws IOException {
    lakeOfSixFiles();
    List<NamedFile> spoilt = new ArrayList<>(published());
    spoilt.remove(5);
    spoilt.add(spoilt.get(0));
    rows.commit(spoilt, Map.of(DATE, 3));
    TableReport whole = judgeTable(null);
    TableReport byOne = tables().run(request(false, false, null), null, 0);
    assertEquals(whole.line(), byOne.line());
    assertEquals(whole.sides().get(0).partitions(), byOne.sides().get(0).partitions(), text(byOne));
    assertEquals(whole.faults(), byOne.faults());
  }

  /** Of two jobs that append to one log the one with the smaller number publishes it last. */
  @Test
  void aFileThatWasPublishedBehindAGreaterOneIsBehindAndNotMissing() throws IOException {
    start(true, -1, Map.of(0, 0L));
    write(records(0, 0, 10, 0), 6);
    publish();
    write(records(0, 10, 20, 1), 7);
    String late = lake.files(DATE).get(1).getFileName().toString();
    write(records(0, 20, 30, 2), 8);
    publish();
    // As the faster job has published it.
    Path manifest = lake.files(DATE).get(0).resolveSibling("_manifest-000002.json");
    withoutFile(manifest, late);
    publish();
    List<NamedFile> before =
        published().stream().filter(file -> !file.key().endsWith(late)).toList();
    assertEquals(2, before.size());
    rows.commit(before, Map.of());
    TableReport report = judgeTable(null);
    assertTrue(report.passed(), text(report));
    assertLine(report, "behind=10");
    // The newest manifest has it, and the table is equal to none.
    write(records(0, 30, 40, 3), 9);
    publish();
    List<NamedFile> fewer =
        published().stream().filter(file -> !file.key().endsWith(late)).toList();
    rows.commit(fewer, Map.of());
    assertLine(judgeTable(null), "missing=10");
  }

  /** It came while the audit looked, so the table could not have it. */
  @Test
  void aFileThatNoManifestNamesYetIsBehind() throws IOException {
    start(true, -1, Map.of(0, 0L));
    write(records(0, 0, 10, 0), 6);
    write(records(0, 10, 20, 1), 7);
    String late = lake.files(DATE).get(1).getFileName().toString();
    write(records(0, 20, 30, 2), 8);
    publish();
    withoutFile(lake.files(DATE).get(0).resolveSibling("_manifest-000001.json"), late);
    // A table with less than the manifest besides, so that it is equal to none.
    List<NamedFile> some =
        published().stream().filter(file -> file.key().endsWith("00000002.parquet")).toList();
    rows.commit(some, Map.of());
    TableReport report = judgeTable(null);
    assertLine(report, "behind=10");
    assertLine(report, "missing=10");
  }

  private static void withoutFile(Path manifest, String name) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode json = mapper.readTree(manifest.toFile());
    ArrayNode files = (ArrayNode) json.get("files");
    for (int i = files.size() - 1; i >= 0; i--) {
      if (files.get(i).toString().contains(name)) {
        files.remove(i);
      }
    }
    mapper.writeValue(manifest.toFile(), json);
  }

  /** A follower without snapshots says what it has now. */
  @Test
  void aFollowerThatHasOnlyThePresentIsJudgedByIt() throws IOException {
    lakeOfSixFiles();
    Map<LocalDate, FollowerState> states = new TreeMap<>();
    Follower present =
        new Follower() {
          @Override
          public Set<LocalDate> dates() {
            return states.keySet();
          }

          @Override
          public FollowerState state(LocalDate date) {
            return states.getOrDefault(date, FollowerState.NOTHING);
          }

          @Override
          public void reconcile(FollowerState seen, PublishedDate live) {
            throw new AssertionError("an audit changes nothing");
          }

          @Override
          public void close() {}
        };
    PublishedDate live =
        Published.in(lake.lake, lake.contract.lakeTable()).date(DATE).orElseThrow();
    states.put(DATE, new FollowerState(live.names()));
    TableAudit tables =
        new TableAudit(audit(), lake.lake, lake.deadLetters, lake.contract, "p", present, null);
    TableReport report = tables.run(request(false, false, null), null);
    assertTrue(report.complete(), text(report));
    Set<String> fewer = new TreeSet<>(live.names());
    fewer.remove(fewer.iterator().next());
    states.put(DATE, new FollowerState(fewer));
    assertLine(tables.run(request(false, false, null), null), "missing=10");
    UserException e =
        assertThrows(UserException.class, () -> tables.run(request(false, false, null), "1"));
    assertTrue(e.getMessage().contains("has only the present"), e.getMessage());
  }
}
