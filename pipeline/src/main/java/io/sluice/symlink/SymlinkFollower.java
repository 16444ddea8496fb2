package io.sluice.symlink;

import io.sluice.contract.Table;
import io.sluice.follow.FileLists;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Set;

/**
 * Keeps the list of each date's live files. The list is all there is: what it says is the state.
 */
final class SymlinkFollower implements Follower {
  private final Store store;
  private final FileLists lists;

  /**
   * @param store the lake's, to be closed with this
   */
  SymlinkFollower(Store store, Table table) {
    this.store = store;
    this.lists = new FileLists(store, table, "symlink");
  }

  static String key(Table table, LocalDate date) {
    return FileLists.key(table, date);
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    return lists.dates();
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    return lists.state(date);
  }

  @Override
  public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
    lists.write(seen, live);
  }

  @Override
  public void close() {
    store.close();
  }
}
