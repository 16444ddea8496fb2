package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.complete.Manifest;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.PositionRanges;
import io.sluice.lake.Positions;
import io.sluice.lake.Skipped;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Follower} keeps: of empty, huge, spoilt and older targets, in whichever order
 * and however often it is asked, by one process or two, killed between any two steps. A follower's
 * own test extends this and says only how to make a target, and what its readers find there.
 */
public abstract class FollowerContract {
  protected static final Table TABLE = ContractParser.userActions().lakeTable();
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);
  private static final LocalDate OTHER = LocalDate.of(2026, 2, 1);
  private static final int HUGE = 20_000;
  private static final int MOST_STEPS = 1000;

  /**
   * Called before each call that a follower makes to its target; what it throws the call throws.
   */
  protected interface Steps {
    void step() throws IOException;
  }

  /** What follows the table, wherever that is. */
  protected interface Target {
    /** Takes hold of it, as another process would each time. */
    Follower open(Steps steps) throws IOException;

    /**
     * The names of a date's files as readers find them; one that they read twice is there twice.
     */
    List<String> read(LocalDate date) throws IOException;

    /** Changes what readers find of a date that has files, as somebody's hand may. */
    void spoil(LocalDate date) throws IOException;

    /** Keeps a copy of the target, and gives what puts it back. */
    Restore save() throws IOException;
  }

  /** Puts a copy back. */
  protected interface Restore {
    void run() throws IOException;
  }

  /** A target with nothing in it; another one with each call. */
  protected abstract Target create() throws Exception;

  /** The process has ended. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A lake that says what the test has published there. */
  private static final class Lake implements Published {
    private final Map<LocalDate, PublishedDate> dates = new TreeMap<>();

    void publish(PublishedDate date) {
      dates.put(date.date(), date);
    }

    @Override
    public List<LocalDate> dates() {
      return List.copyOf(dates.keySet());
    }

    @Override
    public Optional<PublishedDate> date(LocalDate date) {
      return Optional.of(dates.getOrDefault(date, live(date, 0)));
    }
  }

  private static Manifest.DataFile file(int number) {
    Positions positions = new Positions();
    positions.add("cluster/topic/id", 0, number);
    Instant time = Instant.parse("2026-01-31T00:00:00Z");
    return new Manifest.DataFile(
        String.format("part-%05d-%08d.parquet", number % 4, number),
        1,
        1,
        1000L + number,
        "00",
        time,
        "1",
        new Footer.TimeRange(time, time),
        false,
        null,
        PositionRanges.of(positions),
        Skipped.NONE);
  }

  /** A version of a date with the files of some numbers. */
  protected static PublishedDate live(LocalDate date, int version, int... files) {
    return new PublishedDate(
        TABLE,
        date,
        version,
        IntStream.of(files)
            .mapToObj(FollowerContract::file)
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .toList());
  }

  private static final PublishedDate FIRST = live(DATE, 1, 1, 2, 3);
  private static final PublishedDate SECOND = live(DATE, 2, 2, 3, 4, 5);
  private static final PublishedDate THIRD = live(DATE, 3, 5, 6);

  private static void reconcile(Target target, PublishedDate live) throws IOException {
    try (Follower follower = target.open(() -> {})) {
      follower.reconcile(follower.state(live.date()), live);
    }
  }

  private static FollowerState state(Target target, LocalDate date) throws IOException {
    try (Follower follower = target.open(() -> {})) {
      return follower.state(date);
    }
  }

  private static Reconciled follow(Target target, Lake lake, LocalDate date) throws IOException {
    try (Follower follower = target.open(() -> {})) {
      return new Reconcile(lake, follower, "tested").date(date);
    }
  }

  /** Readers find exactly these files, each once, and another process is told the same. */
  private static void assertHas(PublishedDate live, Target target, String when) throws IOException {
    assertEquals(
        List.copyOf(live.names()), target.read(live.date()).stream().sorted().toList(), when);
    assertEquals(new FollowerState(live.names()), state(target, live.date()), when);
  }

  @Test
  void aNewTargetHasNothing() throws Exception {
    Target target = create();
    assertEquals(FollowerState.NOTHING, state(target, DATE));
    assertEquals(List.of(), target.read(DATE));
    try (Follower follower = target.open(() -> {})) {
      assertEquals(Set.of(), follower.dates());
    }
    reconcile(target, live(DATE, 1));
    assertHas(live(DATE, 1), target, "a date without files");
  }

  @Test
  void itHasExactlyTheLiveFilesAndAnotherProcessSeesThem() throws Exception {
    Target target = create();
    reconcile(target, FIRST);
    assertHas(FIRST, target, "the first files");
    reconcile(target, SECOND);
    assertHas(SECOND, target, "some added, one removed");
    reconcile(target, FIRST);
    assertHas(FIRST, target, "what was removed is live again");
  }

  /** Of one that has versions: what it says is what the last look found. */
  @Test
  void theVersionIsThatOfTheLastLook() throws Exception {
    Target target = create();
    try (Follower follower = target.open(() -> {})) {
      assertEquals(Optional.empty(), follower.lastSeen(), "nobody has looked");
      follower.state(DATE);
      assertEquals(Optional.empty(), follower.lastSeen(), "there is nothing yet");
      follower.reconcile(follower.state(DATE), FIRST);
      follower.state(DATE);
      Optional<TargetVersion> first = follower.lastSeen();
      assertEquals(hasVersions(), first.isPresent());
      reconcile(target, SECOND);
      assertEquals(first, follower.lastSeen(), "it asks the target for nothing");
      follower.states(List.of(DATE, OTHER));
      Optional<TargetVersion> second = follower.lastSeen();
      if (hasVersions()) {
        assertFalse(first.orElseThrow().id().equals(second.orElseThrow().id()));
        assertFalse(second.get().at().isBefore(first.get().at()));
      }
    }
  }

  /** Whether the target has versions that readers ask for. */
  protected boolean hasVersions() {
    return false;
  }

  @Test
  void aDateThatIsGoneIsEmpty() throws Exception {
    Target target = create();
    reconcile(target, FIRST);
    reconcile(target, live(DATE, 0));
    assertHas(live(DATE, 0), target, "the date is gone");
    reconcile(target, SECOND);
    assertHas(SECOND, target, "the date is there again");
  }

  @Test
  void whatIsRepeatedChangesNothing() throws Exception {
    Target target = create();
    for (int i = 0; i < 3; i++) {
      reconcile(target, FIRST);
      assertHas(FIRST, target, "call " + i);
    }
  }

  /** Of one that was held up: somebody else has known better since. */
  @Test
  void whatWasSeenTooLongAgoChangesNothing() throws Exception {
    Target target = create();
    try (Follower late = target.open(() -> {})) {
      FollowerState nothing = late.state(DATE);
      reconcile(target, FIRST);
      FollowerState first = late.state(DATE);
      reconcile(target, SECOND);
      late.reconcile(nothing, FIRST);
      assertHas(SECOND, target, "by what was seen of a new target");
      late.reconcile(first, FIRST);
      assertHas(SECOND, target, "by what was seen of the first files");
      late.reconcile(first, THIRD);
      assertHas(SECOND, target, "whatever is to be");
    }
  }

  @Test
  void aKillBetweenAnyTwoStepsLeavesTheDateAsItWasOrAsItIsToBe() throws Exception {
    Lake lake = new Lake();
    int killed = 0;
    for (int kill = 0; kill == killed; kill++) {
      assertTrue(kill < MOST_STEPS, "it takes steps without end");
      Target target = create();
      reconcile(target, FIRST);
      lake.publish(SECOND);
      int[] left = {kill};
      try (Follower follower =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  throw new Killed();
                }
              })) {
        new Reconcile(lake, follower, "killed").date(DATE);
      } catch (Killed e) {
        killed++;
      }
      List<String> found = target.read(DATE).stream().sorted().toList();
      String when = "killed before step " + kill;
      assertTrue(
          found.equals(List.copyOf(FIRST.names())) || found.equals(List.copyOf(SECOND.names())),
          () -> when + ": " + found);
      assertEquals(Set.copyOf(found), state(target, DATE).files(), when);
      follow(target, lake, DATE);
      assertHas(SECOND, target, when + ", and followed again");
    }
    assertTrue(killed > 1, "it says of no step that it takes it");
  }

  @Test
  void whereTheTargetFailsItThrows() throws Exception {
    int failed = 0;
    for (int fail = 0; fail == failed; fail++) {
      assertTrue(fail < MOST_STEPS, "it takes steps without end");
      Target target = create();
      reconcile(target, FIRST);
      FollowerState seen = state(target, DATE);
      int[] left = {fail};
      boolean[] hasFailed = new boolean[1];
      try (Follower follower =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  hasFailed[0] = true;
                  throw new IOException("away");
                }
              })) {
        if (fails(follower, seen)) {
          assertTrue(hasFailed[0], "it throws, and nothing has failed");
        } else {
          assertHas(SECOND, target, "it returned, whatever failed before step " + fail);
        }
      }
      failed += hasFailed[0] ? 1 : 0;
    }
    assertTrue(failed > 0, "it says of no step that it takes it");
  }

  /** A guess would be followed: a date that is gone would stay, for one. */
  @Test
  void whereTheTargetCannotBeReadItThrows() throws Exception {
    Target target = create();
    reconcile(target, FIRST);
    int failed = 0;
    for (int fail = 0; fail == failed; fail++) {
      assertTrue(fail < MOST_STEPS, "it takes steps without end");
      int[] left = {fail};
      boolean[] hasFailed = new boolean[1];
      try (Follower follower =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  hasFailed[0] = true;
                  throw new IOException("away");
                }
              })) {
        String when = "whatever failed before step " + fail;
        assertEquals(new FollowerState(FIRST.names()), follower.state(DATE), when);
        assertTrue(follower.dates().contains(DATE), when);
      } catch (IOException | UserException e) {
        assertTrue(hasFailed[0], "it throws, and nothing has failed");
      }
      failed += hasFailed[0] ? 1 : 0;
    }
    assertTrue(failed > 1, "it says of no step that it reads by");
  }

  private static boolean fails(Follower follower, FollowerState seen) {
    try {
      follower.reconcile(seen, SECOND);
      return false;
    } catch (IOException | UserException e) {
      return true;
    }
  }

  @Test
  void ofTwoProcessesAtOnceTheNewestManifestStays() throws Exception {
    int met = 0;
    for (int meet = 0; meet == met; meet++) {
      assertTrue(meet < MOST_STEPS, "it takes steps without end");
      Target target = create();
      reconcile(target, FIRST);
      Lake lake = new Lake();
      lake.publish(SECOND);
      int[] left = {meet};
      boolean[] hasMet = new boolean[1];
      try (Follower slow =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  hasMet[0] = true;
                  lake.publish(THIRD);
                  follow(target, lake, DATE);
                }
              })) {
        new Reconcile(lake, slow, "slow").date(DATE);
      }
      met += hasMet[0] ? 1 : 0;
      assertHas(hasMet[0] ? THIRD : SECOND, target, "another one before step " + meet);
    }
    assertTrue(met > 1, "it says of no step that it takes it");
  }

  @Test
  void datesAreApart() throws Exception {
    Target target = create();
    PublishedDate other = live(OTHER, 1, 1, 2, 7);
    reconcile(target, FIRST);
    reconcile(target, other);
    reconcile(target, SECOND);
    assertHas(other, target, "the other date");
    reconcile(target, live(DATE, 0));
    assertHas(other, target, "the other date, once this one is gone");
  }

  @Test
  void severalDatesAreMadeEqualTogether() throws Exception {
    Target target = create();
    PublishedDate other = live(OTHER, 1, 1, 2, 7);
    reconcile(target, FIRST);
    try (Follower follower = target.open(() -> {})) {
      Map<LocalDate, FollowerState> seen = follower.states(List.of(DATE, OTHER));
      assertEquals(
          Map.of(DATE, new FollowerState(FIRST.names()), OTHER, FollowerState.NOTHING), seen);
      follower.reconcile(changes(seen, SECOND, other));
    }
    assertHas(SECOND, target, "one of two dates");
    assertHas(other, target, "the other one");
  }

  /** Of the two, one was seen too long ago. */
  @Test
  void aDateThatHasMovedHoldsUpNoOther() throws Exception {
    PublishedDate other = live(OTHER, 1, 1, 2, 7);
    for (List<LocalDate> order : List.of(List.of(DATE, OTHER), List.of(OTHER, DATE))) {
      Target target = create();
      reconcile(target, FIRST);
      try (Follower late = target.open(() -> {})) {
        Map<LocalDate, FollowerState> seen = late.states(order);
        reconcile(target, SECOND);
        late.reconcile(
            order.get(0).equals(DATE) ? changes(seen, THIRD, other) : changes(seen, other, THIRD));
      }
      assertHas(SECOND, target, "the date that has moved");
      assertHas(other, target, "the date that has not");
    }
  }

  @Test
  void aKillAmongSeveralDatesLeavesEachAsItWasOrAsItIsToBe() throws Exception {
    PublishedDate before = live(OTHER, 1, 1, 2);
    PublishedDate after = live(OTHER, 2, 2, 7);
    int killed = 0;
    for (int kill = 0; kill == killed; kill++) {
      assertTrue(kill < MOST_STEPS, "it takes steps without end");
      Target target = create();
      reconcile(target, FIRST);
      reconcile(target, before);
      Map<LocalDate, FollowerState> seen =
          Map.of(DATE, new FollowerState(FIRST.names()), OTHER, new FollowerState(before.names()));
      int[] left = {kill};
      try (Follower follower =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  throw new Killed();
                }
              })) {
        follower.reconcile(changes(seen, SECOND, after));
      } catch (Killed e) {
        killed++;
      }
      String when = "killed before step " + kill;
      assertIsEither(FIRST, SECOND, target, when);
      assertIsEither(before, after, target, when);
    }
    assertTrue(killed > 0, "it says of no step that it takes it");
  }

  private static void assertIsEither(
      PublishedDate before, PublishedDate after, Target target, String when) throws IOException {
    List<String> found = target.read(before.date()).stream().sorted().toList();
    assertTrue(
        found.equals(List.copyOf(before.names())) || found.equals(List.copyOf(after.names())),
        () -> when + ": " + before.date() + " has " + found);
  }

  private static List<Follower.Change> changes(
      Map<LocalDate, FollowerState> seen, PublishedDate... live) {
    return Stream.of(live).map(one -> new Follower.Change(seen.get(one.date()), one)).toList();
  }

  @Test
  void itNamesTheDatesThatItHas() throws Exception {
    Target target = create();
    reconcile(target, FIRST);
    reconcile(target, live(OTHER, 1, 1));
    try (Follower follower = target.open(() -> {})) {
      assertTrue(follower.dates().containsAll(Set.of(DATE, OTHER)), follower.dates().toString());
      assertFalse(follower.dates().contains(DATE.plusYears(1)), "a date that it never had");
    }
  }

  @Test
  void whatSomebodyHasSpoiltIsPutRight() throws Exception {
    Target target = create();
    Lake lake = new Lake();
    lake.publish(FIRST);
    follow(target, lake, DATE);
    target.spoil(DATE);
    assertThrows(AssertionError.class, () -> assertHas(FIRST, target, "spoil changes nothing"));
    assertFalse(follow(target, lake, DATE).isNothing(), "it takes what is spoilt for right");
    assertHas(FIRST, target, "after it was spoilt");
  }

  @Test
  void anOlderCopyOfTheTargetIsPutRight() throws Exception {
    Target target = create();
    Lake lake = new Lake();
    lake.publish(FIRST);
    follow(target, lake, DATE);
    Restore older = target.save();
    lake.publish(SECOND);
    follow(target, lake, DATE);
    older.run();
    assertHas(FIRST, target, "the older copy");
    follow(target, lake, DATE);
    assertHas(SECOND, target, "after the older copy was put back");
  }

  @Test
  void aHugeDateIsWhole() throws Exception {
    Target target = create();
    PublishedDate huge = live(DATE, 1, IntStream.range(0, HUGE).toArray());
    reconcile(target, huge);
    assertHas(huge, target, HUGE + " files");
    List<Integer> some = new ArrayList<>();
    IntStream.range(0, HUGE).filter(n -> n % 2 == 0).forEach(some::add);
    PublishedDate half = live(DATE, 2, some.stream().mapToInt(n -> n).toArray());
    reconcile(target, half);
    assertHas(half, target, "half of them");
  }
}
