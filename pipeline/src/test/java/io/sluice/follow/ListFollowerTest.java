package io.sluice.follow;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The example of the tests keeps the contract. */
class ListFollowerTest extends FollowerContract {
  Follower open(ListFollower.Database database, Steps steps) {
    return new ListFollower(database, steps);
  }

  @Override
  protected Target create() {
    ListFollower.Database database = new ListFollower.Database();
    return new Target() {
      @Override
      public Follower open(Steps steps) {
        return ListFollowerTest.this.open(database, steps);
      }

      @Override
      public List<String> read(LocalDate date) {
        return database.of(date);
      }

      @Override
      public void spoil(LocalDate date) {
        List<String> files = database.of(date);
        database.put(date, files.subList(1, files.size()));
      }

      @Override
      public Restore save() throws IOException {
        Map<LocalDate, List<String>> copy = new TreeMap<>();
        database.dates().forEach(date -> copy.put(date, database.of(date)));
        return () -> {
          database.clear();
          copy.forEach(database::put);
        };
      }
    };
  }
}
