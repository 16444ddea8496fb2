package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link UnpartitionedFollower} keeps, as {@link FollowerContract} has it of dates. A
 * follower's own test extends this and says only how to make a target, and what its readers find.
 */
public abstract class UnpartitionedContract {
  protected static final Table TABLE = ContractParser.userActions().lakeTable();
  private static final int MOST_STEPS = 1000;
  private static final Instant LONG_AGO = Instant.EPOCH;

  /**
   * Called before each call that a follower makes to its target; what it throws the call throws.
   */
  protected interface Steps {
    void step() throws IOException;
  }

  /** What follows the table, wherever that is. */
  protected interface Target {
    /** Takes hold of it, as another process would each time. */
    UnpartitionedFollower open(Steps steps) throws IOException;

    /** The names of the files as readers find them; one that they read twice is there twice. */
    List<String> read() throws IOException;

    /** How many moments it had, with and without files. */
    int moments() throws IOException;

    /** Changes what readers find, as somebody's hand may. */
    void spoil() throws IOException;

    /** Gives what puts readers back to what is there now. */
    Restore save() throws IOException;
  }

  /** Puts readers back. */
  protected interface Restore {
    void run() throws IOException;
  }

  /** A target with nothing in it; another one with each call. */
  protected abstract Target create() throws Exception;

  /** The process has ended. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A version with a file of each of some buckets. */
  protected static PublishedVersion version(long number, int... files) {
    return new PublishedVersion(
        TABLE.name(),
        number,
        IntStream.of(files)
            .mapToObj(
                file ->
                    new LiveFile(
                        String.format("bucket-%05d/rows-%d.parquet", file % 4, file),
                        1,
                        1000L + file,
                        Instant.parse("2026-01-31T00:00:00Z"),
                        null))
            .toList());
  }

  private static final PublishedVersion FIRST = version(1, 1, 2, 3);
  private static final PublishedVersion SECOND = version(2, 2, 3, 4, 5);
  private static final PublishedVersion THIRD = version(3, 5, 6);

  private static Reconciled follow(Target target, PublishedVersion newest) throws IOException {
    try (UnpartitionedFollower follower = target.open(() -> {})) {
      return ReconcileVersion.run(() -> newest, follower, "tested");
    }
  }

  private static UnpartitionedFollower.State state(Target target) throws IOException {
    try (UnpartitionedFollower follower = target.open(() -> {})) {
      return follower.state();
    }
  }

  private static Set<Long> ledTo(Target target, Instant since) throws IOException {
    try (UnpartitionedFollower follower = target.open(() -> {})) {
      return follower.ledTo(since);
    }
  }

  private static void assertHas(PublishedVersion live, Target target, String when)
      throws IOException {
    assertEquals(List.copyOf(live.names()), target.read().stream().sorted().toList(), when);
    assertEquals(new UnpartitionedFollower.State(live.names(), live.number()), state(target), when);
  }

  @Test
  void aNewTargetHasNothing() throws Exception {
    Target target = create();
    assertEquals(Set.of(), state(target).files());
    assertNull(state(target).number());
    assertEquals(Set.of(), ledTo(target, LONG_AGO));
    follow(target, version(1));
    assertHas(version(1), target, "a version without files");
  }

  @Test
  void eachVersionIsOneMoment() throws Exception {
    Target target = create();
    Reconciled first = follow(target, FIRST);
    assertEquals(3, first.added().size());
    assertHas(FIRST, target, "the first");
    int begun = target.moments();
    Reconciled second = follow(target, SECOND);
    assertEquals(2, second.added().size());
    assertEquals(1, second.removed().size());
    assertHas(SECOND, target, "the second");
    assertTrue(follow(target, SECOND).isNothing());
    // Another number and the same files, as of a run whose changes left nothing.
    follow(target, version(3, 2, 3, 4, 5));
    assertHas(version(3, 2, 3, 4, 5), target, "the third");
    assertEquals(begun + 2, target.moments());
  }

  @Test
  void whatOthersChangedIsPutRight() throws Exception {
    Target target = create();
    follow(target, FIRST);
    target.spoil();
    assertFalse(target.read().stream().sorted().toList().equals(List.copyOf(FIRST.names())));
    follow(target, FIRST);
    assertHas(FIRST, target, "spoilt");
    Restore first = target.save();
    follow(target, SECOND);
    first.run();
    assertEquals(List.copyOf(FIRST.names()), target.read().stream().sorted().toList());
    follow(target, SECOND);
    assertHas(SECOND, target, "rolled back");
  }

  /** Of one that was held up: somebody else has known better since. */
  @Test
  void whatWasSeenTooLongAgoChangesNothing() throws Exception {
    Target target = create();
    try (UnpartitionedFollower late = target.open(() -> {})) {
      UnpartitionedFollower.State nothing = late.state();
      follow(target, FIRST);
      UnpartitionedFollower.State first = late.state();
      follow(target, SECOND);
      late.reconcile(nothing, FIRST);
      assertHas(SECOND, target, "by what was seen of a new target");
      late.reconcile(first, THIRD);
      assertHas(SECOND, target, "by what was seen of the first files");
    }
  }

  @Test
  void aKillBetweenAnyTwoStepsLeavesOneVersionOrTheOther() throws Exception {
    int killed = 0;
    for (int kill = 0; kill == killed; kill++) {
      assertTrue(kill < MOST_STEPS, "it takes steps without end");
      Target target = create();
      follow(target, FIRST);
      int[] left = {kill};
      try (UnpartitionedFollower follower =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  throw new Killed();
                }
              })) {
        ReconcileVersion.run(() -> SECOND, follower, "killed");
      } catch (Killed e) {
        killed++;
      }
      String when = "killed before step " + kill;
      List<String> found = target.read().stream().sorted().toList();
      assertTrue(
          found.equals(List.copyOf(FIRST.names())) || found.equals(List.copyOf(SECOND.names())),
          () -> when + ": " + found);
      follow(target, SECOND);
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
      follow(target, FIRST);
      int[] left = {fail};
      boolean[] hasFailed = new boolean[1];
      try (UnpartitionedFollower follower =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  hasFailed[0] = true;
                  throw new IOException("away");
                }
              })) {
        ReconcileVersion.run(() -> SECOND, follower, "failing");
        assertHas(SECOND, target, "it returned, whatever failed before step " + fail);
      } catch (IOException | UserException e) {
        assertTrue(hasFailed[0], "it throws, and nothing has failed");
      }
      failed += hasFailed[0] ? 1 : 0;
    }
    assertTrue(failed > 1, "it says of no step that it takes it");
  }

  @Test
  void ofTwoProcessesAtOnceTheNewestVersionStays() throws Exception {
    int met = 0;
    for (int meet = 0; meet == met; meet++) {
      assertTrue(meet < MOST_STEPS, "it takes steps without end");
      Target target = create();
      follow(target, FIRST);
      PublishedVersion[] newest = {SECOND};
      int[] left = {meet};
      boolean[] hasMet = new boolean[1];
      try (UnpartitionedFollower slow =
          target.open(
              () -> {
                if (left[0]-- == 0) {
                  hasMet[0] = true;
                  newest[0] = THIRD;
                  follow(target, THIRD);
                }
              })) {
        ReconcileVersion.run(() -> newest[0], slow, "slow");
      }
      met += hasMet[0] ? 1 : 0;
      assertHas(hasMet[0] ? THIRD : SECOND, target, "another one before step " + meet);
    }
    assertTrue(met > 1, "it says of no step that it takes it");
  }

  /** Their files are still read by whoever began to before the next one came. */
  @Test
  void itKnowsWhichVersionsReadersWereLedTo() throws Exception {
    Target target = create();
    follow(target, FIRST);
    follow(target, SECOND);
    Restore second = target.save();
    follow(target, THIRD);
    assertEquals(Set.of(1L, 2L, 3L), ledTo(target, LONG_AGO));
    assertEquals(Set.of(3L), ledTo(target, Instant.now().plus(Duration.ofHours(1))));
    target.spoil();
    assertTrue(ledTo(target, Instant.now().plus(Duration.ofHours(1))).contains(3L));
    second.run();
    follow(target, version(4, 9));
    assertEquals(Set.of(4L), ledTo(target, Instant.now().plus(Duration.ofHours(1))));
    assertTrue(ledTo(target, LONG_AGO).containsAll(Set.of(2L, 4L)));
  }
}
