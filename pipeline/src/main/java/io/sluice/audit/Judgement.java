package io.sluice.audit;

import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts.Start;
import io.sluice.source.SourceRecord;
import io.sluice.source.TopicLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the offsets of a topic that the files do not have: lost, still on their way, gone from
 * Kafka, or no record at all; and those that they have and should not. Reads Kafka only around
 * offsets that are not there.
 */
final class Judgement implements Evidence.Tail {
  /** Of a partition's offsets on their way, how many are looked at: are they records at all? */
  private static final long MOST_WAITING_READ = 10_000;

  /**
   * Kafka is read from so far before an offset that is not there: an aborted transaction ends with
   * a marker, which is never in a file, and its records lie before that.
   */
  private static final long LOOK_BACK = 1_000;

  private final TopicLog topic;
  private final Question question;
  private final Map<Integer, List<Coverage.Span>> spans;
  private final Consumer<SourceRecord> lostRecords;
  private final Map<List<Object>, Evidence> evidence = new HashMap<>();
  private final Map<Integer, Boolean> tails = new HashMap<>();

  /**
   * How long a job may take for a row.
   *
   * @param kept how long it keeps one of a window that has begun: windowSize, watermarkDelay,
   *     margin
   * @param settled how long it takes from a window's end to the file: fileInterval, margin
   */
  record Timing(Duration kept, Duration settled) {}

  /**
   * What is asked.
   *
   * @param starts of the runs, all of them
   * @param beginnings the first offset that Kafka has
   * @param ends the offset behind the last one that is judged, at most that of {@code topicEnds}
   * @param topicEnds the offset behind the last one that Kafka has
   * @param timing the longest that a run may keep a row
   * @param records whether all records are read, not only those around what is not there
   */
  record Question(
      String source,
      List<Start> starts,
      ProvedOffsets proved,
      List<Acknowledgement> acknowledged,
      Map<Integer, Long> beginnings,
      Map<Integer, Long> ends,
      Map<Integer, Long> topicEnds,
      Timing timing,
      Instant now,
      boolean records) {}

  /** Offsets that are not there, of which the same is to be said. */
  private record Piece(Range range, boolean certain) {}

  /**
   * @param lostRecords sees each record that is lost
   */
  Judgement(
      TopicLog topic,
      Question question,
      List<Coverage.Span> spans,
      Consumer<SourceRecord> lostRecords) {
    this.topic = topic;
    this.question = question;
    this.spans = new TreeMap<>();
    for (Coverage.Span span : spans) {
      if (span.partition().source().equals(question.source())) {
        this.spans.computeIfAbsent(span.partition().number(), p -> new ArrayList<>()).add(span);
      }
    }
    this.lostRecords = lostRecords;
  }

  /** What a partition's offsets are. */
  final class Verdict {
    final Partition partition;
    final long from;
    final long end;
    final Positions lost = new Positions();
    final Positions gone = new Positions();
    final Positions extra = new Positions();
    final Positions waiting = new Positions();
    final List<Range> waitingUnread = new ArrayList<>();
    long acknowledged;
    @Nullable Instant oldestWaiting;

    Verdict(Partition partition, long from, long end) {
      this.partition = partition;
      this.from = from;
      this.end = end;
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

    private void add(Positions to, Range range) {
      to.addRange(partition.source(), partition.number(), range.from(), range.to() + 1);
    }

    private void waits(SourceRecord record) {
      waiting.add(partition.source(), partition.number(), record.offset());
      Instant time = Instant.ofEpochMilli(record.recordTime());
      if (oldestWaiting == null || time.isBefore(oldestWaiting)) {
        oldestWaiting = time;
      }
    }
  }

  /** Judges a partition of which all positions are held. */
  Verdict judge(int number, Covered covered) {
    Partition partition = new Partition(question.source(), number);
    long first = first(number);
    long end = Math.max(first, question.ends().getOrDefault(number, 0L));
    Verdict verdict = new Verdict(partition, first, end);
    long top = Math.min(end, top(number) + 1);
    Positions missing = new Positions();
    missing.addRange(partition.source(), number, first, top);
    missing = missing.minus(covered.lake()).minus(covered.deadLetters());
    List<Range> gaps = missing.ranges(partition);
    long beyond = Math.max(first, top);
    if (beyond < end) {
      gaps.add(new Range(beyond, end - 1));
    }
    look(verdict, pieces(verdict, question.proved().without(number, gaps)), covered);
    return verdict;
  }

  /** Where a partition's judgement begins. */
  private long first(int partition) {
    long begin = question.beginnings().getOrDefault(partition, 0L);
    long asked =
        question.starts().stream()
            .map(start -> start.offsets().get(partition))
            .filter(offset -> offset != null)
            .min(Long::compare)
            .orElse(begin);
    return question.proved().firstMissing(partition, asked);
  }

  /** The greatest offset in any file, -1 for none. */
  private long top(int partition) {
    return spans.getOrDefault(partition, List.of()).stream()
        .mapToLong(Coverage.Span::last)
        .max()
        .orElse(-1);
  }

  /**
   * What Kafka still has of the gaps, in pieces of which the same is known; notes what it lacks.
   */
  private List<Piece> pieces(Verdict verdict, List<Range> gaps) {
    int number = verdict.partition.number();
    long beginning = question.beginnings().getOrDefault(number, 0L);
    TreeSet<Long> borders = new TreeSet<>();
    for (Start start : question.starts()) {
      Long offset = start.offsets().get(number);
      if (offset != null) {
        borders.add(offset);
      }
    }
    borders.add(beginning);
    // Between two borders the same runs read all.
    Map<Long, Long> writtenBefore = new HashMap<>();
    List<Piece> pieces = new ArrayList<>();
    for (Range gap : gaps) {
      long from = gap.from();
      while (from <= gap.to()) {
        Long border = borders.higher(from);
        long to = border == null ? gap.to() : Math.min(gap.to(), border - 1);
        Long floor = borders.floor(from);
        long offset = from;
        long written =
            Math.min(
                to + 1,
                writtenBefore.computeIfAbsent(
                    floor == null ? -1 : floor,
                    f -> evidence(number, offset).writtenBefore(number)));
        if (written > from) {
          place(verdict, new Piece(new Range(from, written - 1), true), beginning, pieces);
        }
        if (Math.max(from, written) <= to) {
          Range rest = new Range(Math.max(from, written), to);
          place(verdict, new Piece(rest, false), beginning, pieces);
        }
        from = to + 1;
      }
    }
    return pieces;
  }

  private void place(Verdict verdict, Piece piece, long beginning, List<Piece> pieces) {
    if (piece.range().from() >= beginning) {
      pieces.add(piece);
    } else {
      gone(verdict, piece.range(), piece.certain() || isOld(verdict.partition.number(), beginning));
    }
  }

  /** Kafka has deleted them, and no file has them. */
  private void gone(Verdict verdict, Range range, boolean certain) {
    if (!certain) {
      verdict.waitingUnread.add(range);
      return;
    }
    Positions gone = new Positions();
    verdict.add(gone, range);
    for (Acknowledgement known : question.acknowledged()) {
      if (known.source().equals(question.source())
          && known.partition() == verdict.partition.number()) {
        Positions these = new Positions();
        verdict.add(these, known.offsets());
        gone = gone.minus(these);
      }
    }
    verdict.acknowledged += range.size() - gone.size();
    verdict.gone.addAll(gone);
  }

  /**
   * Whether what lies before an offset is older than any job keeps a row: what Kafka has deleted is
   * gone then, though a job that stands still may have read it.
   */
  private boolean isOld(int partition, long offset) {
    long end = question.topicEnds().getOrDefault(partition, 0L);
    if (offset >= end) {
      return true;
    }
    List<Long> times = new ArrayList<>();
    topic.read(
        partition,
        offset,
        end - 1,
        record -> {
          times.add(record.recordTime());
          return false;
        });
    return times.isEmpty()
        || Instant.ofEpochMilli(times.get(0))
            .plus(question.timing().kept())
            .plus(question.timing().settled())
            .isBefore(question.now());
  }

  /** What the lake shows of the run that had to write an offset. */
  private Evidence evidence(int partition, long offset) {
    Instant since = Instant.MIN;
    Start other = null;
    long next = Long.MAX_VALUE;
    for (Start start : question.starts()) {
      long first = start.offsets().getOrDefault(partition, Long.MAX_VALUE);
      if (first <= offset) {
        since = start.at().isAfter(since) ? start.at() : since;
      } else if (!start.atLake() && first < next) {
        next = first;
        other = start;
      }
    }
    List<Object> key = new ArrayList<>();
    key.add(since);
    key.add(other == null ? "" : other);
    Evidence known = evidence.get(key);
    if (known == null) {
      TreeSet<Integer> read = new TreeSet<>();
      question.starts().forEach(start -> read.addAll(start.offsets().keySet()));
      known =
          new Evidence(
              spans,
              since,
              other,
              read.isEmpty() ? question.ends().keySet() : read,
              this,
              question.timing().kept(),
              question.timing().settled());
      evidence.put(key, known);
    }
    return known;
  }

  @Override
  public boolean hasRecord(int partition) {
    return tails.computeIfAbsent(
        partition,
        p -> {
          long from = Math.max(top(p) + 1, question.beginnings().getOrDefault(p, 0L));
          long end = question.topicEnds().getOrDefault(p, 0L);
          boolean[] found = {false};
          if (from < end) {
            topic.read(
                p,
                from,
                end - 1,
                record -> {
                  found[0] = true;
                  return false;
                });
          }
          return found[0];
        });
  }

  /** Reads Kafka around what is not there. */
  private void look(Verdict verdict, List<Piece> pieces, Covered covered) {
    Positions certain = new Positions();
    Positions open = new Positions();
    List<Range> ranges = new ArrayList<>();
    long left = question.records() ? Long.MAX_VALUE : MOST_WAITING_READ;
    for (Piece piece : pieces) {
      if (!piece.certain()) {
        left -= piece.range().size();
        if (left < 0) {
          verdict.waitingUnread.add(piece.range());
          continue;
        }
      }
      verdict.add(piece.certain() ? certain : open, piece.range());
      ranges.add(piece.range());
    }
    for (Range range : together(verdict, ranges)) {
      Positions seen = new Positions();
      String source = verdict.partition.source();
      int number = verdict.partition.number();
      long looked =
          topic.read(
              number,
              range.from(),
              range.to(),
              record -> {
                seen.add(source, number, record.offset());
                if (certain.contains(source, number, record.offset())) {
                  verdict.lost.add(source, number, record.offset());
                  lostRecords.accept(record);
                } else if (open.contains(source, number, record.offset())) {
                  verdict.waits(record);
                }
                return true;
              });
      if (looked > range.from()) {
        // Deleted just now; the next audit knows what has become of them.
        Positions unread = new Positions();
        verdict.add(unread, new Range(range.from(), looked - 1));
        verdict.waitingUnread.addAll(
            unread.and(certain).addAll(unread.and(open)).ranges(verdict.partition));
      }
      Positions all = new Positions();
      all.addRange(source, number, looked, range.to() + 1);
      if (topic.cleanup() == TopicLog.Cleanup.RETENTION) {
        Positions there = all.and(covered.lake()).addAll(all.and(covered.deadLetters()));
        verdict.extra.addAll(there.minus(seen));
      }
    }
  }

  /** The ranges to read: what is near to one another is read in one go. */
  private List<Range> together(Verdict verdict, List<Range> ranges) {
    long beginning = question.beginnings().getOrDefault(verdict.partition.number(), 0L);
    long least = Math.max(verdict.from, beginning);
    List<Range> together = new ArrayList<>();
    if (question.records() && least < verdict.end) {
      long last = ranges.stream().mapToLong(Range::to).max().orElse(-1);
      long to = Math.min(verdict.end - 1, Math.max(last, top(verdict.partition.number())));
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
