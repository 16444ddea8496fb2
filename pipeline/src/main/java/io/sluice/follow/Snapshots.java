package io.sluice.follow;

import java.io.IOException;
import java.util.Optional;

/** The snapshots of a follower's target, each as whoever reads it finds it. */
public interface Snapshots {
  /**
   * What readers find now; empty where there is no table yet, or nothing was ever committed to it.
   *
   * @throws IOException where the target does not say
   */
  Optional<TableSnapshot> current() throws IOException;

  /**
   * What readers find who ask for a snapshot; empty where the target has none of this id, or has it
   * no more.
   *
   * @throws IOException where the target does not say
   */
  Optional<TableSnapshot> of(String id) throws IOException;
}
