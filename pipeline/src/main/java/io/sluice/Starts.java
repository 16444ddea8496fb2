package io.sluice;

import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a run begins to read that has no state, and what Kafka has deleted that an earlier run was
 * to read and no file has.
 *
 * @param offsets the first offset to read of each partition
 * @param gone what is not there any more, of partitions of which something is missing
 */
public record Starts(SourceId source, TreeMap<Integer, Long> offsets, TreeMap<Integer, Gone> gone) {
  private static final int MOST_RANGES = 3;

  /**
   * Offsets that are neither in the lake nor in Kafka. Of a transactional or compacted topic some
   * never held a record.
   *
   * @param ranges the first of them
   * @param offsets how many there are in all
   */
  public record Gone(List<Positions.Range> ranges, long offsets) {
    @Override
    public String toString() {
      String named =
          ranges.stream()
              .map(range -> range.from() + " to " + range.to())
              .collect(Collectors.joining(", "));
      long rest = offsets - ranges.stream().mapToLong(Positions.Range::size).sum();
      return named + (rest > 0 ? " and " + rest + " more" : "");
    }
  }

  /**
   * Finds them out. Footers are read where the start depends on the lake.
   *
   * @throws UserException where the source does not answer, or has not what {@code --startFrom}
   *     names
   */
  public static Starts find(SluiceConfig config, SourceReader reader, Store lake, Store deadLetters)
      throws IOException {
    SourceId id = reader.id();
    Table table = config.contract().lakeTable();
    Map<Integer, Long> before = RunStarts.least(RunStarts.read(lake, table.name(), id.text()));
    Positions committed =
        config.startFrom().asksTheLake()
            ? committed(lake, deadLetters, config.contract(), id.text())
            : new Positions();
    TreeMap<Integer, Long> offsets =
        config
            .startFrom()
            .resolve(
                reader,
                (partition, from) -> committed.firstMissing(id.text(), partition, from),
                before);
    TreeMap<Integer, Gone> gone = new TreeMap<>();
    if (config.startFrom().asksTheLake()) {
      Map<Integer, Long> beginnings = reader.beginnings();
      Acknowledgement.read(lake, table.name()).stream()
          .filter(one -> one.source().equals(id.text()))
          .forEach(one -> committed.addAll(one.holes()));
      before.forEach(
          (number, from) -> {
            Positions.Partition partition = new Positions.Partition(id.text(), number);
            long to = beginnings.getOrDefault(number, 0L);
            long missing = to - from - committed.count(partition, from, to);
            if (from < to && missing > 0) {
              gone.put(number, new Gone(committed.gaps(partition, from, to, MOST_RANGES), missing));
            }
          });
    }
    return new Starts(id, offsets, gone);
  }

  /** What files have, and what they had when an audit proved it, though it be deleted since. */
  static Positions committed(Store lake, Store deadLetters, Contract contract, String source)
      throws IOException {
    Table table = contract.lakeTable();
    Positions committed =
        committed(lake, table).addAll(committed(deadLetters, DeadLetters.table(contract)));
    ProvedOffsets proved = ProvedOffsets.read(lake, table.name(), source);
    for (int partition : proved.partitions()) {
      for (Positions.Range range : proved.of(partition)) {
        committed.addRange(source, partition, range.from(), range.to() + 1);
      }
    }
    return committed;
  }

  private static Positions committed(Store store, Table table) throws IOException {
    Positions positions = new Positions();
    LakeFiles.forEach(store, table, file -> positions.addAll(file.footer().positions()));
    return positions;
  }

  /** How many offsets are gone, by partition. */
  public TreeMap<Integer, Long> goneOffsets() {
    TreeMap<Integer, Long> counts = new TreeMap<>();
    gone.forEach((partition, offsets) -> counts.put(partition, offsets.offsets()));
    return counts;
  }

  /** What to tell of offsets that are gone; nothing where none are. */
  public Optional<String> warning(String topic) {
    if (gone.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "topic "
            + topic
            + ": Kafka deleted offsets before they were in the lake, by retention or by hand: "
            + gone.entrySet().stream()
                .map(of -> "partition " + of.getKey() + ": " + of.getValue())
                .collect(Collectors.joining("; "))
            + ". They are lost, but for markers of transactions and what compaction removed; the"
            + " run goes on with what Kafka has. Keep records for longer, and see sluice audit");
  }
}
