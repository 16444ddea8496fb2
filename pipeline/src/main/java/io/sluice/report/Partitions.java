package io.sluice.report;

import io.sluice.audit.AuditReport;
import io.sluice.audit.Covered;
import io.sluice.contract.Table;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says of each partition what is there, missing and duplicate. */
final class Partitions {
  /** Of the ranges that are named; the rest is counted. */
  static final int MOST_RANGES = 50;

  private final Store lake;
  private final Table table;
  private final Covered covered;
  private final @Nullable AuditReport proof;

  Partitions(Store lake, Table table, Covered covered, @Nullable AuditReport proof) {
    this.lake = lake;
    this.table = table;
    this.covered = covered;
    this.proof = proof;
  }

  List<Report.Partition> read() throws IOException {
    TreeSet<Positions.Partition> all = new TreeSet<>(covered.lake().partitions());
    all.addAll(covered.deadLetters().partitions());
    Map<Positions.Partition, AuditReport.Partition> proved = new HashMap<>();
    if (proof != null) {
      for (AuditReport.Partition partition : proof.partitions()) {
        Positions.Partition key = new Positions.Partition(proof.source(), partition.number());
        proved.put(key, partition);
        all.add(key);
      }
    }
    List<Report.Partition> partitions = new ArrayList<>();
    Map<String, Map<Integer, Long>> starts = new HashMap<>();
    for (Positions.Partition key : all) {
      if (!starts.containsKey(key.source())) {
        starts.put(key.source(), RunStarts.least(RunStarts.read(lake, table.name(), key.source())));
      }
      AuditReport.Partition judged = proved.get(key);
      partitions.add(
          judged != null
              ? proved(key, judged)
              : unproved(key, starts.get(key.source()).get(key.number())));
    }
    return partitions;
  }

  private Report.Partition proved(Positions.Partition key, AuditReport.Partition judged) {
    Positions lost = new Positions();
    for (Range range : judged.lost()) {
      lost.addRange(key.source(), key.number(), range.from(), range.to() + 1);
    }
    // What was proved before is not judged again, and shown all the same.
    long first =
        Stream.of(covered.lake(), covered.deadLetters())
            .flatMap(there -> there.span(key).stream())
            .mapToLong(Range::from)
            .reduce(judged.from(), Math::min);
    return partition(
        key, first, judged.end(), (from, end) -> lost.count(key, from, end), judged.lost());
  }

  /** Where Kafka was not asked, or has the topic no more: from the first offset to the last. */
  private Report.Partition unproved(Positions.Partition key, @Nullable Long start) {
    Positions there = covered.lake().only(key).addAll(covered.deadLetters().only(key));
    Range span = there.span(key).orElseThrow();
    long from = start == null ? span.from() : Math.min(start, span.from());
    long end = span.to() + 1;
    return partition(
        key,
        from,
        end,
        (f, e) -> e - f - there.count(key, f, e),
        there.gaps(key, from, end, MOST_RANGES));
  }

  private Report.Partition partition(
      Positions.Partition key, long from, long end, Strip.Count missing, List<Range> ranges) {
    Strip.Count inLake = (f, e) -> covered.lake().count(key, f, e);
    Strip.Count dead = (f, e) -> covered.deadLetters().count(key, f, e);
    Strip.Count duplicate = (f, e) -> covered.duplicate().count(key, f, e);
    return new Report.Partition(
        key.source(),
        key.number(),
        from,
        end,
        inLake.of(from, end),
        dead.of(from, end),
        covered.recovered().count(key, from, end),
        missing.of(from, end),
        first(ranges),
        duplicate.of(from, end),
        duplicates(key),
        Strip.of(from, end, inLake, dead, missing, duplicate));
  }

  private List<Range> duplicates(Positions.Partition key) {
    return first(covered.duplicate().ranges(key));
  }

  private static List<Range> first(List<Range> ranges) {
    return List.copyOf(ranges.subList(0, Math.min(MOST_RANGES, ranges.size())));
  }
}
