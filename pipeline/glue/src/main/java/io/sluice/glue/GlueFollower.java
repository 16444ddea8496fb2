package io.sluice.glue;

import io.sluice.follow.FileLists;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Table;

/**
 * A table in Glue with a partition for each date that has live files. A partition leads to the
 * date's list of these, and the list changes in one write; so a date is in the table at once, and
 * leaves it at once. What the table has of a date is what the partition's list says: nothing where
 * there is no partition, whatever the list.
 *
 * <p>Glue's partitions have no versions to compare, so whoever writes looks again after it, as with
 * lists.
 */
final class GlueFollower implements Follower {
  private final Store store;
  private final TableShape shape;
  private final GlueTable glue;
  private final FileLists lists;

  /**
   * @param store the lake's, to be closed with this
   * @param lists in that store
   * @param glue to be closed with this
   */
  GlueFollower(Store store, FileLists lists, TableShape shape, GlueTable glue) {
    this.store = store;
    this.lists = lists;
    this.shape = shape;
    this.glue = glue;
  }

  /**
   * What there is of a date.
   *
   * @param list what the date's list says, whether or not a partition leads there
   */
  private record Seen(Optional<Partition> partition, FollowerState list) {}

  /** Whether there is a table; one that is not ours is refused. */
  private boolean isThere() throws IOException {
    Optional<Table> table = glue.read();
    table.ifPresent(one -> shape.requireOurs(glue.what(), one, lists));
    return table.isPresent();
  }

  private Map<LocalDate, Seen> look(Collection<LocalDate> dates) throws IOException {
    Map<LocalDate, Partition> partitions = isThere() ? glue.partitions(dates) : Map.of();
    List<LocalDate> all = List.copyOf(new TreeSet<>(dates));
    List<FollowerState> said =
        Parallel.map(
            all,
            all.size() == 1 ? 1 : Parallel.THREADS,
            "reading lists of " + glue.what(),
            lists::state);
    Map<LocalDate, Seen> seen = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      LocalDate date = all.get(i);
      seen.put(date, new Seen(Optional.ofNullable(partitions.get(date)), said.get(i)));
    }
    return seen;
  }

  /** What readers find; a partition that is wrong stands for something that is to go. */
  private FollowerState state(LocalDate date, Seen seen) {
    if (seen.partition().isEmpty()) {
      return FollowerState.NOTHING;
    }
    if (!isRight(date, seen)) {
      return new FollowerState(
          Set.of("(a partition that does not lead to " + lists.place(date) + ")"));
    }
    return seen.list().files().isEmpty()
        ? new FollowerState(Set.of("(a partition without files)"))
        : seen.list();
  }

  private boolean isRight(LocalDate date, Seen seen) {
    return TableShape.leads(seen.partition().orElseThrow().storageDescriptor(), lists.place(date));
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    return isThere() ? new TreeSet<>(glue.dates()) : Set.of();
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    return states(List.of(date)).getOrDefault(date, FollowerState.NOTHING);
  }

  @Override
  public Map<LocalDate, FollowerState> states(Collection<LocalDate> dates) throws IOException {
    Map<LocalDate, FollowerState> states = new TreeMap<>();
    look(dates).forEach((date, seen) -> states.put(date, state(date, seen)));
    return states;
  }

  @Override
  public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
    reconcile(List.of(new Change(seen, live)));
  }

  @Override
  public void reconcile(List<Change> changes) throws IOException {
    Map<LocalDate, Seen> now = look(changes.stream().map(change -> change.live().date()).toList());
    List<PublishedDate> grown = new ArrayList<>();
    List<PublishedDate> made = new ArrayList<>();
    List<PublishedDate> gone = new ArrayList<>();
    for (Change change : changes) {
      LocalDate date = change.live().date();
      Seen seen = Objects.requireNonNull(now.get(date));
      if (!state(date, seen).equals(change.seen())) {
        continue;
      }
      if (change.live().files().isEmpty()) {
        gone.add(change.live());
      } else if (seen.partition().isPresent() && isRight(date, seen)) {
        grown.add(change.live());
      } else {
        made.add(change.live());
      }
    }
    // A list that no partition leads to is nobody's, so it comes last.
    glue.delete(
        gone.stream()
            .map(PublishedDate::date)
            .filter(date -> Objects.requireNonNull(now.get(date)).partition().isPresent())
            .toList());
    write(gone.stream().filter(live -> !list(now, live).files().isEmpty()).toList(), now);
    if (grown.isEmpty() && made.isEmpty()) {
      return;
    }
    List<Column> columns = glue.ensure(shape, lists);
    // What the partition says of its list comes before the list: who is killed in between leaves a
    // list that the next look finds to be old.
    glue.update(inputs(grown, now, columns));
    write(grown, now);
    // And where none leads there yet, the list is there before anybody is led to it.
    write(made, now);
    Map<LocalDate, PartitionInput> inputs = inputs(made, now, columns);
    Map<LocalDate, PartitionInput> wrong = new TreeMap<>(inputs);
    wrong.keySet().removeIf(date -> Objects.requireNonNull(now.get(date)).partition().isEmpty());
    inputs.keySet().removeAll(wrong.keySet());
    glue.create(inputs);
    glue.update(wrong);
  }

  private static FollowerState list(Map<LocalDate, Seen> now, PublishedDate live) {
    return Objects.requireNonNull(now.get(live.date())).list();
  }

  private void write(List<PublishedDate> dates, Map<LocalDate, Seen> now) throws IOException {
    Parallel.forEach(
        dates,
        dates.size() == 1 ? 1 : Parallel.THREADS,
        "writing lists of " + glue.what(),
        live -> lists.write(list(now, live), live));
  }

  private Map<LocalDate, PartitionInput> inputs(
      List<PublishedDate> dates, Map<LocalDate, Seen> now, List<Column> columns) {
    Map<LocalDate, PartitionInput> inputs = new TreeMap<>();
    for (PublishedDate live : dates) {
      inputs.put(
          live.date(),
          PartitionRecord.of(
              live, Objects.requireNonNull(now.get(live.date())).partition(), lists, columns));
    }
    return inputs;
  }

  @Override
  public void close() {
    store.close();
    glue.close();
  }
}
