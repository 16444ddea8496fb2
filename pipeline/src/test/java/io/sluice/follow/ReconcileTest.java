package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In which order a follower and the lake are looked at, and when it is enough. */
class ReconcileTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);
  private static final PublishedDate SECOND = FollowerContract.live(DATE, 2, 1, 2);
  private static final PublishedDate THIRD = FollowerContract.live(DATE, 3, 3);

  private final ListFollower.Database database = new ListFollower.Database();

  private interface Look {
    PublishedDate at(int look) throws IOException;
  }

  private static Published lake(Look look) {
    int[] looks = new int[1];
    return new Published() {
      @Override
      public List<LocalDate> dates() {
        return List.of(DATE);
      }

      @Override
      public Optional<PublishedDate> date(LocalDate date) throws IOException {
        return Optional.of(look.at(looks[0]++));
      }
    };
  }

  /** What the lake said is old when it is heard: another process has followed the next since. */
  @Test
  void aTargetIsNeverPutBackByWhoeverWasHeldUp() throws IOException {
    List<List<String>> shown = new ArrayList<>();
    Follower follower = new ListFollower(database, () -> shown.add(database.of(DATE)));
    Published lake =
        lake(
            look -> {
              if (look > 0) {
                return THIRD;
              }
              database.put(DATE, List.copyOf(THIRD.names()));
              return SECOND;
            });
    new Reconcile(lake, follower, "slow").date(DATE);
    shown.add(database.of(DATE));
    assertEquals(List.of(), shown.get(0));
    assertTrue(
        shown.subList(1, shown.size()).stream().allMatch(List.copyOf(THIRD.names())::equals),
        shown.toString());
  }

  @Test
  void aTargetThatKeepsNothingIsNotAskedForEver() {
    Follower forgetful =
        new ListFollower(database, () -> {}) {
          @Override
          public void reconcile(FollowerState seen, PublishedDate live) {}
        };
    IOException e =
        assertThrows(
            IOException.class,
            () -> new Reconcile(lake(look -> SECOND), forgetful, "forgetful").date(DATE));
    assertTrue(e.getMessage().contains("follower forgetful: its target is not equal"));
  }

  /** Writes down what it is told. */
  private static final class Told implements Reconcile.Watcher {
    private final List<String> all = new ArrayList<>();

    @Override
    public void compared(LocalDate date, int files) {
      all.add("compared " + date + " " + files);
    }

    @Override
    public void changed() {
      all.add("changed");
    }

    @Override
    public void conflicted() {
      all.add("conflicted");
    }
  }

  @Test
  void whatIsSeenAndDoneIsToldOnce() throws IOException {
    Told told = new Told();
    Reconcile reconcile =
        new Reconcile(lake(look -> SECOND), new ListFollower(database, () -> {}), "told", told);
    reconcile.date(DATE);
    String equal = "compared " + DATE + " 0";
    assertEquals(List.of("compared " + DATE + " 2", "changed", equal), told.all);
    told.all.clear();
    database.put(DATE, List.of("foreign"));
    reconcile.dates(List.of(DATE), () -> {});
    assertEquals(List.of("compared " + DATE + " 3", "changed", equal), told.all);
    told.all.clear();
    reconcile.dates(List.of(DATE), () -> {});
    assertEquals(List.of(equal), told.all);
  }

  /** Another one changes the target behind the look, twice. */
  @Test
  void whoComesFirstIsTold() throws IOException {
    Told told = new Told();
    int[] left = {2};
    Follower contended =
        new ListFollower(database, () -> {}) {
          @Override
          public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
            if (left[0]-- > 0) {
              database.put(live.date(), List.of("foreign-" + left[0]));
            }
            super.reconcile(seen, live);
          }
        };
    new Reconcile(lake(look -> SECOND), contended, "contended", told)
        .dates(List.of(DATE), () -> {});
    assertEquals(
        List.of(
            "compared " + DATE + " 2",
            "conflicted",
            "compared " + DATE + " 3",
            "compared " + DATE + " 3",
            "conflicted",
            "compared " + DATE + " 3",
            "changed",
            "compared " + DATE + " 0"),
        told.all);
  }

  /**
   * What is to be said of each file is held until the commit: a large backlog is not one commit.
   */
  @Test
  void aTransactionIsCutByItsFilesToo() throws IOException {
    List<Integer> transactions = new ArrayList<>();
    Follower follower =
        new ListFollower(database, () -> {}) {
          @Override
          public void reconcile(List<Change> changes) throws IOException {
            transactions.add(changes.size());
            super.reconcile(changes);
          }
        };
    int[] many = IntStream.rangeClosed(1, Reconcile.MOST_ADDED * 2 / 5).toArray();
    int[] most = IntStream.rangeClosed(1, Reconcile.MOST_ADDED + 1).toArray();
    Published lake =
        new Published() {
          @Override
          public List<LocalDate> dates() {
            return List.of();
          }

          @Override
          public Optional<PublishedDate> date(LocalDate date) {
            return Optional.of(
                FollowerContract.live(date, 1, date.equals(DATE.plusDays(3)) ? most : many));
          }
        };
    List<LocalDate> dates = IntStream.range(0, 5).mapToObj(DATE::plusDays).toList();
    Map<LocalDate, Reconcile.Outcome> outcomes =
        new Reconcile(lake, follower, "many").dates(dates, () -> {});
    assertEquals(List.of(2, 1, 1, 1), transactions, "a date is never cut");
    assertTrue(
        outcomes.values().stream()
            .allMatch(one -> one.done() != null && one.done().added().size() >= many.length),
        "each is said to have changed");
  }

  /** Four hundred dates are not four hundred transactions, and one that fails is one that fails. */
  @Test
  void datesAreChangedTogetherAndWhatHoldsUpOneHoldsUpNoOther() throws IOException {
    List<Integer> transactions = new ArrayList<>();
    LocalDate bad = DATE.plusDays(7);
    Follower follower =
        new ListFollower(database, () -> {}) {
          @Override
          public void reconcile(List<Change> changes) throws IOException {
            if (changes.stream().anyMatch(change -> change.live().date().equals(bad))) {
              throw new IOException("bad");
            }
            transactions.add(changes.size());
            super.reconcile(changes);
          }

          @Override
          public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
            if (live.date().equals(bad)) {
              throw new IOException("bad");
            }
            super.reconcile(seen, live);
          }
        };
    Published lake =
        new Published() {
          @Override
          public List<LocalDate> dates() {
            return List.of();
          }

          @Override
          public Optional<PublishedDate> date(LocalDate date) throws IOException {
            if (date.equals(DATE.plusDays(8))) {
              throw new IOException("unreadable");
            }
            return date.equals(DATE.plusDays(9))
                ? Optional.empty()
                : Optional.of(FollowerContract.live(date, 1, 1));
          }
        };
    List<LocalDate> dates = IntStream.range(0, 250).mapToObj(DATE::plusDays).toList();
    Map<LocalDate, Reconcile.Outcome> outcomes =
        new Reconcile(lake, follower, "many").dates(dates, () -> {});
    assertEquals(250, outcomes.size());
    assertEquals(List.of(100, 50), transactions, "those of the first hundred went alone");
    assertEquals("bad", outcomes.get(bad).failed().getMessage());
    assertEquals("unreadable", outcomes.get(DATE.plusDays(8)).failed().getMessage());
    assertEquals(Reconciled.UNPUBLISHED, outcomes.get(DATE.plusDays(9)).done());
    assertEquals(
        247,
        outcomes.values().stream()
            .filter(one -> one.done() != null && one.done().added().size() == 1)
            .count());
    assertEquals(List.of("part-00001-00000001.parquet"), database.of(DATE));
  }
}
