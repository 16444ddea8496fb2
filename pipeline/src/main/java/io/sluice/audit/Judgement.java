package io.sluice.audit;

import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts.Start;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Judges the offsets of a topic that the files do not have: lost, still on their way, gone from
 * Kafka, or no record at all; and those that they have and should not. Reads Kafka only around
 * offsets that are not there.
 */
final class Judgement {
  private final SourceReader topic;
  private final Question question;
  private final Map<Integer, List<Coverage.Span>> spans;
  private final Consumer<SourceRecord> lostRecords;
  private final Map<List<Object>, Evidence> evidence = new HashMap<>();
  private final Map<Integer, Boolean> old = new HashMap<>();
  private final Tails tails;

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
   * @param full whether what is proved is judged, too
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
      boolean full,
      boolean records) {
    /** Where there are offsets from {@code asked} on that have to be judged. */
    private long first(int partition, long asked) {
      return full ? asked : proved.firstMissing(partition, asked);
    }
  }

  /** Offsets that are not there, of which the same is to be said. */
  record Piece(Range range, boolean certain) {}

  /**
   * @param lostRecords sees each record that is lost
   */
  Judgement(
      SourceReader topic,
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
    this.tails = new Tails(topic, question, this.spans);
  }

  /** The records that hold the verdict back, by partition. */
  Collection<Tails.Tail> held() {
    TreeMap<Integer, Tails.Tail> held = new TreeMap<>();
    evidence.values().forEach(one -> one.held().forEach(tail -> held.put(tail.partition(), tail)));
    return held.values();
  }

  /** Judges a partition of which all positions are held. */
  Verdict judge(int number, Covered covered) {
    Partition partition = new Partition(question.source(), number);
    long first = first(number);
    long end = Math.max(first, question.ends().getOrDefault(number, 0L));
    Verdict verdict = new Verdict(partition, first, end, top(partition, covered));
    long top = Math.min(end, verdict.top + 1);
    Positions missing = new Positions();
    missing.addRange(partition.source(), number, first, top);
    missing = missing.minus(covered.lake()).minus(covered.deadLetters());
    List<Range> gaps = missing.ranges(partition);
    long beyond = Math.max(first, top);
    if (beyond < end) {
      gaps.add(new Range(beyond, end - 1));
    }
    List<Range> unproved = question.proved().without(number, gaps);
    List<Piece> pieces = pieces(verdict, unproved);
    if (question.full()) {
      pieces.addAll(deleted(verdict, gaps, unproved));
    }
    acknowledge(verdict);
    new Look(topic, question, lostRecords, verdict, pieces, covered).all();
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
    return question.first(partition, asked);
  }

  /**
   * What was proved and is in no file now, as far as Kafka has it: no job will read it any more. Of
   * what it has not, nobody can say any more whether it ever was a record.
   */
  private List<Piece> deleted(Verdict verdict, List<Range> gaps, List<Range> unproved) {
    Positions deleted = new Positions();
    int number = verdict.partition.number();
    long beginning = question.beginnings().getOrDefault(number, 0L);
    verdict.add(deleted, new Range(beginning, Math.max(beginning, verdict.end)));
    Positions missing = new Positions();
    gaps.forEach(range -> verdict.add(missing, range));
    Positions open = new Positions();
    unproved.forEach(range -> verdict.add(open, range));
    return deleted.and(missing).minus(open).ranges(verdict.partition).stream()
        .map(range -> new Piece(range, true))
        .toList();
  }

  /** The greatest offset in any file that this pass has read; -1 for none. */
  private static long top(Partition partition, Covered covered) {
    return Math.max(
        covered.lake().span(partition).map(Range::to).orElse(-1L),
        covered.deadLetters().span(partition).map(Range::to).orElse(-1L));
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
      // Kafka has deleted them, and no file has them.
      boolean isGone =
          piece.certain()
              || old.computeIfAbsent(
                  verdict.partition.number(), partition -> isOld(partition, beginning));
      (isGone ? verdict.deleted : verdict.waitingUnread).add(piece.range());
    }
  }

  /** Of what Kafka has deleted, all that nobody has acknowledged is gone. */
  private void acknowledge(Verdict verdict) {
    Positions gone = new Positions();
    verdict.deleted.forEach(range -> verdict.add(gone, range));
    Positions known = new Positions();
    for (Acknowledgement one : question.acknowledged()) {
      if (one.source().equals(question.source())) {
        known.addAll(one.holes());
      }
    }
    Positions open = gone.minus(known);
    verdict.acknowledged = gone.size() - open.size();
    verdict.gone.addAll(open);
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
              tails,
              question.timing().kept(),
              question.timing().settled());
      evidence.put(key, known);
    }
    return known;
  }
}
