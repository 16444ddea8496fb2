package io.sluice.audit;

import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Positions.Range;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a partition's offsets are. */
final class Verdict {
  final Partition partition;
  final long from;
  final long end;

  /** The greatest offset in any file, -1 for none. */
  final long top;

  /** Offsets that Kafka has deleted, of which some may be acknowledged. */
  final List<Range> deleted = new ArrayList<>();

  final Positions lost = new Positions();
  final Positions gone = new Positions();
  final Positions extra = new Positions();
  final Positions waiting = new Positions();
  final List<Range> waitingUnread = new ArrayList<>();
  long acknowledged;
  @Nullable Instant oldestWaiting;

  Verdict(Partition partition, long from, long end, long top) {
    this.partition = partition;
    this.from = from;
    this.end = end;
    this.top = top;
  }

  long waitingCount() {
    return waiting.size() + waitingUnread.stream().mapToLong(Range::size).sum();
  }

  /** Notes offsets at or behind the end of the topic: nobody can have read them. */
  void beyond(Positions there, @Nullable Long endOfTopic, long last) {
    if (endOfTopic != null && last >= endOfTopic) {
      Positions behind = new Positions();
      add(behind, new Range(endOfTopic, last));
      extra.addAll(behind.and(there));
    }
  }

  /** The offset before which nothing is open. */
  long provedBefore() {
    long proved = end;
    for (Positions open : List.of(waiting, lost, gone)) {
      proved = Math.min(proved, open.span(partition).map(Range::from).orElse(end));
    }
    for (Range unread : waitingUnread) {
      proved = Math.min(proved, unread.from());
    }
    return Math.max(proved, from);
  }

  void add(Positions to, Range range) {
    to.addRange(partition.source(), partition.number(), range.from(), range.to() + 1);
  }

  void waits(SourceRecord record) {
    waiting.add(partition.source(), partition.number(), record.offset());
    Instant time = Instant.ofEpochMilli(record.recordTime());
    if (oldestWaiting == null || time.isBefore(oldestWaiting)) {
      oldestWaiting = time;
    }
  }
}
