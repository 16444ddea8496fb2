package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
}
