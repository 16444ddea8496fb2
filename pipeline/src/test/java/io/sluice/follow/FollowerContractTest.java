package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Followers that keep all promises but one are found, each by the test of its promise. */
class FollowerContractTest {
  private interface Make {
    Follower open(ListFollower.Database database, FollowerContract.Steps steps);
  }

  /** What breaks which promise. */
  enum Wrong {
    FAILS_WHERE_THERE_IS_NOTHING(
        "aNewTargetHasNothing",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public FollowerState state(LocalDate date) throws IOException {
                if (!database.dates().contains(date)) {
                  throw new NoSuchElementException(date.toString());
                }
                return super.state(date);
              }
            }),
    REMEMBERS_WHAT_IT_WROTE(
        "itHasExactlyTheLiveFilesAndAnotherProcessSeesThem",
        (database, steps) ->
            new ListFollower(database, steps) {
              private final Map<LocalDate, FollowerState> memory = new HashMap<>();

              @Override
              public FollowerState state(LocalDate date) {
                return memory.getOrDefault(date, FollowerState.NOTHING);
              }

              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                database.put(live.date(), new ArrayList<>(live.names()));
                memory.put(live.date(), new FollowerState(live.names()));
              }
            }),
    ONLY_ADDS(
        "itHasExactlyTheLiveFilesAndAnotherProcessSeesThem",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                Set<String> all = new TreeSet<>(database.of(live.date()));
                all.addAll(live.names());
                database.put(live.date(), seen.files(), new ArrayList<>(all));
              }
            }),
    HAS_A_VERSION_BEFORE_ANY_LOOK(
        "theVersionIsThatOfTheLastLook",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public Optional<TargetVersion> lastSeen() {
                return Optional.of(new TargetVersion("1", Instant.EPOCH));
              }
            }),
    KEEPS_WHAT_IS_GONE(
        "aDateThatIsGoneIsEmpty",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                if (!live.files().isEmpty()) {
                  super.reconcile(seen, live);
                }
              }
            }),
    ADDS_AGAIN(
        "whatIsRepeatedChangesNothing",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                List<String> files = new ArrayList<>(database.of(live.date()));
                files.retainAll(live.names());
                files.addAll(live.names());
                database.put(live.date(), seen.files(), files);
              }
            }),
    GOES_BACK(
        "whatWasSeenTooLongAgoChangesNothing",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                database.put(live.date(), new ArrayList<>(live.names()));
              }
            }),
    REMOVES_AND_THEN_ADDS(
        "aKillBetweenAnyTwoStepsLeavesTheDateAsItWasOrAsItIsToBe",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                List<String> kept = new ArrayList<>(database.of(live.date()));
                kept.retainAll(live.names());
                if (database.put(live.date(), seen.files(), kept)) {
                  steps.step();
                  database.put(live.date(), new ArrayList<>(live.names()));
                }
              }
            }),
    LOCKS_AND_NEVER_LETS_GO(
        "aKillBetweenAnyTwoStepsLeavesTheDateAsItWasOrAsItIsToBe",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                synchronized (LOCKED) {
                  if (LOCKED.putIfAbsent(database, true) != null) {
                    throw new IOException("another one is at work");
                  }
                }
                super.reconcile(seen, live);
                LOCKED.remove(database);
              }
            }),
    SAYS_NOTHING_OF_A_FAILURE(
        "whereTheTargetFailsItThrows",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) {
                try {
                  super.reconcile(seen, live);
                } catch (IOException e) {
                  return;
                }
              }
            }),
    TAKES_NO_ANSWER_FOR_NOTHING(
        "whereTheTargetCannotBeReadItThrows",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public FollowerState state(LocalDate date) {
                try {
                  return super.state(date);
                } catch (IOException e) {
                  return FollowerState.NOTHING;
                }
              }
            }),
    NAMES_NO_DATES_WITHOUT_AN_ANSWER(
        "whereTheTargetCannotBeReadItThrows",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public Set<LocalDate> dates() {
                try {
                  return super.dates();
                } catch (IOException e) {
                  return Set.of();
                }
              }
            }),
    REPLAYS_THE_DIFFERENCE(
        "ofTwoProcessesAtOnceTheNewestManifestStays",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                Reconciled change = Reconciled.between(seen, live);
                steps.step();
                List<String> files = new ArrayList<>(database.of(live.date()));
                files.removeAll(change.removed());
                files.addAll(change.added());
                database.put(live.date(), files);
              }
            }),
    WRITES_THE_WHOLE_TABLE(
        "datesAreApart",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                database.clear();
                database.put(live.date(), new ArrayList<>(live.names()));
              }
            }),
    TAKES_THE_FIRST_OF_SEVERAL(
        "severalDatesAreMadeEqualTogether",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(List<Change> changes) throws IOException {
                super.reconcile(changes.subList(0, 1));
              }
            }),
    STOPS_AT_WHAT_HAS_MOVED(
        "aDateThatHasMovedHoldsUpNoOther",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(List<Change> changes) throws IOException {
                for (Change change : changes) {
                  if (!state(change.live().date()).equals(change.seen())) {
                    return;
                  }
                }
                super.reconcile(changes);
              }
            }),
    REMOVES_OF_ALL_AND_THEN_ADDS(
        "aKillAmongSeveralDatesLeavesEachAsItWasOrAsItIsToBe",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(List<Change> changes) throws IOException {
                for (Change change : changes) {
                  List<String> kept = new ArrayList<>(change.seen().files());
                  kept.retainAll(change.live().names());
                  database.put(change.live().date(), change.seen().files(), kept);
                }
                for (Change change : changes) {
                  steps.step();
                  database.put(change.live().date(), new ArrayList<>(change.live().names()));
                }
              }
            }),
    NAMES_NO_DATE(
        "itNamesTheDatesThatItHas",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public Set<LocalDate> dates() {
                return Set.of();
              }
            }),
    BELIEVES_ITS_RECORD(
        "whatSomebodyHasSpoiltIsPutRight", (database, steps) -> new Recording(database, steps)),
    KEEPS_ITS_RECORD_ELSEWHERE(
        "anOlderCopyOfTheTargetIsPutRight", (database, steps) -> new Recording(database, steps)),
    CUTS_A_LONG_LIST(
        "aHugeDateIsWhole",
        (database, steps) ->
            new ListFollower(database, steps) {
              @Override
              public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
                steps.step();
                database.put(
                    live.date(), seen.files(), live.names().stream().limit(10_000).toList());
              }
            });

    private final String test;
    private final Make make;

    Wrong(String test, Make make) {
      this.test = test;
      this.make = make;
    }
  }

  private static final Map<ListFollower.Database, Boolean> LOCKED = new WeakHashMap<>();

  /** Says what its record says, which is not in the target. */
  private static final class Recording extends ListFollower {
    private static final Map<Database, Map<LocalDate, FollowerState>> RECORDS = new WeakHashMap<>();

    private final Map<LocalDate, FollowerState> record;

    Recording(Database database, FollowerContract.Steps steps) {
      super(database, steps);
      record = RECORDS.computeIfAbsent(database, of -> new HashMap<>());
    }

    @Override
    public FollowerState state(LocalDate date) throws IOException {
      steps.step();
      return record.getOrDefault(date, FollowerState.NOTHING);
    }

    @Override
    public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
      super.reconcile(seen, live);
      record.put(live.date(), new FollowerState(live.names()));
    }
  }

  private static final class WrongFollower extends ListFollowerTest {
    private final Wrong wrong;

    WrongFollower(Wrong wrong) {
      this.wrong = wrong;
    }

    @Override
    Follower open(ListFollower.Database database, Steps steps) {
      return wrong.make.open(database, steps);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFollowerThatBreaksAPromiseIsFound(Wrong wrong) throws Exception {
    Method test = FollowerContract.class.getDeclaredMethod(wrong.test);
    InvocationTargetException found =
        assertThrows(InvocationTargetException.class, () -> test.invoke(new WrongFollower(wrong)));
    if (!(found.getCause() instanceof IOException
        || found.getCause() instanceof NoSuchElementException)) {
      assertInstanceOf(AssertionError.class, found.getCause());
    }
  }

  @Test
  void eachTestOfTheContractFindsOne() {
    Set<String> tests =
        Arrays.stream(FollowerContract.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> found =
        Arrays.stream(Wrong.values())
            .map(wrong -> wrong.test)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(tests, found);
  }
}
