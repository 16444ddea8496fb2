package io.sluice.derive;

import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.metrics.DerivedState;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far what is made of a table is behind it, look by look. All dates are compared when a version
 * is first seen; after that those that were published, and those that a version before lacked: what
 * is in one version is in all that follow. One thread at a time.
 */
final class DerivedLook implements AutoCloseable {
  private static final long NONE = -1;

  private final DerivedKind kind;
  private final Table table;
  private final DerivedState state;
  private long number = NONE;
  private Positions has = new Positions();

  /** The dates of which it lacks something. */
  private final TreeMap<LocalDate, Lag> behind = new TreeMap<>();

  DerivedLook(DerivedKind kind, Table table) {
    this.kind = kind;
    this.table = table;
    this.state = new DerivedState(kind.name(), table.name());
  }

  /**
   * Looks once.
   *
   * @param published dates that have a new manifest since the last look that came to an end
   * @throws IOException where the store fails: the next look is to be given the same dates
   */
  void look(Store store, Collection<LocalDate> published) throws IOException {
    OptionalLong newest = kind.newest(store, table.name());
    if (newest.isEmpty()) {
      number = NONE;
      has = new Positions();
      behind.clear();
      state.isNotThere();
      return;
    }
    TreeSet<LocalDate> dates = new TreeSet<>(published);
    if (number != newest.getAsLong()) {
      DerivedVersion version = kind.version(store, table.name(), newest.getAsLong());
      // Where somebody has removed versions, there is one again that has less.
      if (number == NONE || newest.getAsLong() < number) {
        dates.addAll(LakeFiles.dates(store, table));
      }
      dates.addAll(behind.keySet());
      for (LocalDate date : dates) {
        compare(store, date, version.positions());
      }
      number = version.number();
      has = version.positions();
      state.isAt(version.number(), version.made(), version.rows(), version.lacking());
    } else {
      for (LocalDate date : dates) {
        compare(store, date, has);
      }
    }
    Lag all = behind.values().stream().reduce(Lag.NONE, Lag::plus);
    state.lacks(all.files(), all.rows(), all.oldest());
  }

  private void compare(Store store, LocalDate date, Positions positions) throws IOException {
    Lag lag = Lag.of(store, table, date, positions);
    if (lag.files() == 0) {
      behind.remove(date);
    } else {
      behind.put(date, lag);
    }
  }

  @Override
  public void close() {
    state.close();
  }
}
