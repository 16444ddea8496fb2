package io.sluice.follow;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A follower for tests: a small database in memory, of which a transaction is one step. */
class ListFollower implements Follower {
  /** The database: lists of names, which may have one twice. */
  static final class Database {
    private final Map<LocalDate, List<String>> dates = new TreeMap<>();

    synchronized List<String> of(LocalDate date) {
      return List.copyOf(dates.getOrDefault(date, List.of()));
    }

    synchronized void put(LocalDate date, List<String> files) {
      dates.put(date, List.copyOf(files));
    }

    /** In one transaction: unless the date is not as it was seen. */
    synchronized boolean put(LocalDate date, Set<String> seen, List<String> files) {
      if (!new TreeSet<>(of(date)).equals(new TreeSet<>(seen))) {
        return false;
      }
      put(date, files);
      return true;
    }

    synchronized Set<LocalDate> dates() {
      return new TreeSet<>(dates.keySet());
    }

    synchronized void clear() {
      dates.clear();
    }
  }

  final Database database;
  final FollowerContract.Steps steps;

  ListFollower(Database database, FollowerContract.Steps steps) {
    this.database = database;
    this.steps = steps;
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    steps.step();
    return database.dates();
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    steps.step();
    return new FollowerState(new TreeSet<>(database.of(date)));
  }

  @Override
  public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
    steps.step();
    database.put(live.date(), seen.files(), new ArrayList<>(live.names()));
  }

  @Override
  public void close() {}
}
