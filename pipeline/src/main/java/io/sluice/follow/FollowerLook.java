package io.sluice.follow;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a follower is, by one look at all dates that changes nothing. The sums are of more than
 * one moment where others publish or follow meanwhile.
 *
 * @param version what readers found at the last look; null of a target without versions, and of one
 *     that is not there yet
 * @param files that the target names
 * @param missing live files of the lake that it does not have
 * @param extra files that it has and that are not live, or are there twice
 * @param dates of which something is missing or extra
 */
public record FollowerLook(
    @Nullable TargetVersion version, long files, long missing, long extra, int dates) {

  /**
   * Looks. Memory grows with the files of the dates that are looked at together, and not with the
   * table.
   *
   * @throws IOException where the target or the lake does not say
   */
  public static FollowerLook at(Published lake, Follower follower) throws IOException {
    List<LocalDate> all = List.copyOf(new Reconcile(lake, follower, "").dates());
    long files = 0;
    long missing = 0;
    long extra = 0;
    int dates = 0;
    for (int from = 0; from < all.size(); from += Reconcile.AT_ONCE) {
      Map<LocalDate, FollowerState> states =
          follower.states(all.subList(from, Math.min(from + Reconcile.AT_ONCE, all.size())));
      for (Map.Entry<LocalDate, FollowerState> state : states.entrySet()) {
        files += state.getValue().files().size();
        Optional<PublishedDate> live = lake.date(state.getKey());
        if (live.isPresent()) {
          Reconciled difference = Reconciled.between(state.getValue(), live.get());
          missing += difference.added().size();
          extra += difference.removed().size();
          dates += difference.isNothing() ? 0 : 1;
        }
      }
    }
    return new FollowerLook(follower.lastSeen().orElse(null), files, missing, extra, dates);
  }
}
