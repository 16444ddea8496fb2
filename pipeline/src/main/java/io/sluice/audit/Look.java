package io.sluice.audit;

import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Range;
import io.sluice.source.Gap;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads Kafka around what is not there. */
final class Look {
  /** Of a partition's offsets on their way, how many are looked at: are they records at all? */
  private static final long MOST_WAITING_READ = 10_000;

  /**
   * Kafka is read from so far before an offset that is not there: an aborted transaction ends with
   * a marker, which is never in a file, and its records lie before that.
   */
  private static final long LOOK_BACK = 1_000;

  private final SourceReader topic;
  private final Judgement.Question question;
  private final Consumer<SourceRecord> lostRecords;
  private final Verdict verdict;
  private final Covered covered;

  /** By their first offset. */
  private final TreeMap<Long, Range> certain = new TreeMap<>();

  private final TreeMap<Long, Range> open = new TreeMap<>();
  private long left;

  /**
   * @param lostRecords sees each record that is lost
   */
  Look(
      SourceReader topic,
      Judgement.Question question,
      Consumer<SourceRecord> lostRecords,
      Verdict verdict,
      List<Judgement.Piece> pieces,
      Covered covered) {
    this.topic = topic;
    this.question = question;
    this.lostRecords = lostRecords;
    this.left = question.records() ? Long.MAX_VALUE : MOST_WAITING_READ;
    this.verdict = verdict;
    this.covered = covered;
    for (Judgement.Piece piece : pieces) {
      (piece.certain() ? certain : open).put(piece.range().from(), piece.range());
    }
  }

  void all() {
    TreeMap<Long, Range> both = new TreeMap<>(certain);
    both.putAll(open);
    for (Range range : together(List.copyOf(both.values()))) {
      long at = range.from();
      while (at <= range.to()) {
        at = left > 0 ? read(new Range(at, range.to())) : skip(new Range(at, range.to()));
      }
    }
  }

  /** Of enough records it is known that they wait: goes on with what may be lost. */
  private long skip(Range range) {
    verdict.waitingUnread.addAll(within(open, range));
    long next = range.to() + 1;
    for (Range one : within(certain, range)) {
      read(one);
    }
    return next;
  }

  /** Returns where to go on. */
  private long read(Range range) {
    String source = verdict.partition.source();
    int number = verdict.partition.number();
    long[] next = {range.to() + 1};
    topic.read(
        number,
        range.from(),
        range.to(),
        new SourceReader.Reader<RuntimeException>() {
          @Override
          public boolean read(SourceRecord record) {
            long offset = record.offset();
            if (has(certain, offset)) {
              verdict.lost.add(source, number, offset);
              lostRecords.accept(record);
            } else if (has(open, offset)) {
              if (left == 0) {
                next[0] = offset;
                return false;
              }
              left--;
              verdict.waits(record);
            }
            return true;
          }

          @Override
          public void gap(Gap gap) {
            Range none = new Range(gap.from(), gap.to());
            switch (gap.why()) {
              case DELETED -> {
                // Just now: the next audit knows what has become of them.
                verdict.waitingUnread.addAll(within(certain, none));
                verdict.waitingUnread.addAll(within(open, none));
              }
              case NO_RECORD -> {
                Positions all = new Positions();
                verdict.add(all, none);
                verdict.extra.addAll(all.and(covered.lake()));
                verdict.extra.addAll(all.and(covered.deadLetters()));
              }
              case NO_RECORD_OR_COMPACTED -> {
                // What is in a file may have been a record.
              }
            }
          }
        });
    return next[0];
  }

  private static boolean has(TreeMap<Long, Range> ranges, long offset) {
    Map.Entry<Long, Range> range = ranges.floorEntry(offset);
    return range != null && offset <= range.getValue().to();
  }

  /** The parts of ranges that lie in another. */
  private static List<Range> within(TreeMap<Long, Range> ranges, Range bounds) {
    List<Range> parts = new ArrayList<>();
    Map.Entry<Long, Range> before = ranges.lowerEntry(bounds.from());
    if (before != null && before.getValue().to() >= bounds.from()) {
      parts.add(new Range(bounds.from(), Math.min(before.getValue().to(), bounds.to())));
    }
    NavigableMap<Long, Range> inside = ranges.subMap(bounds.from(), true, bounds.to(), true);
    for (Range range : inside.values()) {
      parts.add(new Range(range.from(), Math.min(range.to(), bounds.to())));
    }
    return parts;
  }

  /** The ranges to read: what is near to one another is read in one go. */
  private List<Range> together(List<Range> ranges) {
    long beginning = question.beginnings().getOrDefault(verdict.partition.number(), 0L);
    long least = Math.max(verdict.from, beginning);
    List<Range> together = new ArrayList<>();
    if (question.records() && least < verdict.end) {
      long last = ranges.stream().mapToLong(Range::to).max().orElse(-1);
      long to = Math.min(verdict.end - 1, Math.max(last, verdict.top));
      return to < least ? List.of() : List.of(new Range(least, to));
    }
    for (Range range : ranges) {
      Range wider = new Range(Math.max(least, range.from() - LOOK_BACK), range.to());
      Range before = together.isEmpty() ? null : together.get(together.size() - 1);
      if (before != null && wider.from() <= before.to() + 1) {
        together.set(together.size() - 1, new Range(before.from(), wider.to()));
      } else {
        together.add(wider);
      }
    }
    return together;
  }
}
