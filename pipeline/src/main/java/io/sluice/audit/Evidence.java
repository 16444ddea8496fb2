package io.sluice.audit;

import io.sluice.audit.Coverage.Span;
import io.sluice.audit.Tails.Tail;
import io.sluice.lake.RunStarts.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the lake shows of how far its job has come, by the files that it wrote since its last start.
 * It answers one question: before which offset of a partition has the job certainly written
 * everything? Whatever is not there above that may still be read, or be kept for its window.
 *
 * <p>The newest file, of time A, shows that the job ran then. So all that was due when it was
 * <em>settled</em>, at H = A − fileInterval − margin, is in a file. Due was what had been read and
 * whose window had ended:
 *
 * <ul>
 *   <li>A partition is read in order, so an offset was read before the first file with a greater
 *       one was written, at C. Its time in the job is not after that, whatever its own timestamp
 *       says, and its window ends at C + windowSize at the latest.
 *   <li>The watermark at H is not before the least, over all partitions, of: a Kafka timestamp in a
 *       file of the partition; or H itself where nothing of the partition was left to read. A
 *       partition that lags so keeps what all others wait for.
 * </ul>
 *
 * <p>Left to read is what Kafka has above all files of a partition. It is not once an audit has
 * seen it, and the job has gone on since for twice as long as it keeps a row, and has written
 * nothing of the partition: then it is lost, and holds nothing back.
 */
final class Evidence {

  /** By greatest offset of a file: when the first with that or a greater one was written. */
  private final Map<Integer, TreeMap<Long, Instant>> written = new TreeMap<>();

  /** Before which offset all that no file has is lost, though no file has anything behind it. */
  private final Map<Integer, Long> lostBefore = new HashMap<>();

  /**
   * One that an audit has seen before.
   *
   * @param read since when the job has had it to read
   * @param bound the least that the watermark can have been if it still has
   */
  private record SeenBefore(Tail tail, Instant read, Instant bound) {}

  private final List<Tail> held = new ArrayList<>();
  private final Duration kept;
  private @Nullable Instant watermark;

  /**
   * @param spans those of the topic, by partition
   * @param since only what was written after that is of the job
   * @param other where another run began above, having left out what is before: its files say
   *     nothing of that; null for none
   * @param partitions those that the job reads
   * @param kept how long the job keeps a row of a window that has begun, with the margin
   * @param settled fileInterval and the margin
   */
  Evidence(
      Map<Integer, List<Span>> spans,
      Instant since,
      @Nullable Start other,
      Collection<Integer> partitions,
      Tails tails,
      Duration kept,
      Duration settled) {
    this.kept = kept;
    Map<Integer, List<Span>> ofRun = new TreeMap<>();
    spans.forEach(
        (partition, all) ->
            ofRun.put(
                partition,
                all.stream()
                    .filter(span -> span.ofRun() && span.at().isAfter(since))
                    .filter(span -> span.first() < limit(other, partition))
                    .toList()));
    Instant newest =
        ofRun.values().stream()
            .flatMap(List::stream)
            .map(Span::at)
            .max(Instant::compareTo)
            .orElse(null);
    if (newest == null) {
      return;
    }
    ofRun.forEach(
        (partition, files) -> {
          TreeMap<Long, Instant> ends = new TreeMap<>();
          for (Span span : files) {
            ends.merge(
                Math.min(span.last(), limit(other, partition) - 1), span.at(), Evidence::earlier);
          }
          firstOfThoseAbove(ends);
          written.put(partition, ends);
        });
    Instant horizon = newest.minus(settled);
    watermark = horizon;
    List<SeenBefore> seenBefore = new ArrayList<>();
    for (int partition : partitions) {
      List<Span> all = spans.getOrDefault(partition, List.of());
      Instant bound = ofFiles(ofRun.getOrDefault(partition, List.of()), horizon);
      long then = last(all, horizon);
      if (then >= limit(other, partition) - 1) {
        continue;
      }
      if (then < last(all, Instant.MAX)) {
        lower(bound);
        continue;
      }
      Tail tail = tails.of(partition).orElse(null);
      if (tail == null) {
        continue;
      }
      Instant read = tail.read();
      if (read == null) {
        holds(tail, bound, horizon);
      } else {
        seenBefore.add(new SeenBefore(tail, read, bound));
      }
    }
    decide(seenBefore, horizon, kept.plus(settled));
  }

  private void holds(Tail tail, Instant bound, Instant horizon) {
    lower(bound);
    if (bound.isBefore(horizon.minus(kept))) {
      held.add(tail);
    }
  }

  /** The latest first: where one holds, it holds those before as well. */
  private void decide(List<SeenBefore> seenBefore, Instant horizon, Duration patience) {
    seenBefore.sort(Comparator.comparing(SeenBefore::read).reversed());
    for (SeenBefore one : seenBefore) {
      if (watermark != null && one.read().plus(patience).isBefore(watermark)) {
        lostBefore.put(one.tail().partition(), one.tail().end());
      } else {
        holds(one.tail(), one.bound(), horizon);
      }
    }
  }

  private static long limit(@Nullable Start other, int partition) {
    return other == null ? Long.MAX_VALUE : other.offsets().getOrDefault(partition, Long.MAX_VALUE);
  }

  private void lower(Instant to) {
    watermark = watermark == null ? to : earlier(watermark, to);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static void firstOfThoseAbove(TreeMap<Long, Instant> written) {
    Instant first = Instant.MAX;
    for (Map.Entry<Long, Instant> entry : written.descendingMap().entrySet()) {
      first = earlier(first, entry.getValue());
      entry.setValue(first);
    }
  }

  /** The greatest offset that was in a file at a time; -1 for none. */
  private static long last(List<Span> files, Instant at) {
    return files.stream()
        .filter(span -> !span.at().isAfter(at))
        .mapToLong(Span::last)
        .max()
        .orElse(-1);
  }

  /** The least that the watermark of a partition with more to read can have been at a time. */
  private static Instant ofFiles(List<Span> ofRun, Instant at) {
    Instant least = Instant.MIN;
    for (Span span : ofRun) {
      Instant time = span.recordTime();
      // A time that is later than its file is a producer's mistake: the job took the clock's.
      if (time != null
          && !span.at().isAfter(at)
          && !time.isAfter(span.at())
          && time.isAfter(least)) {
        least = time;
      }
    }
    return least;
  }

  /** The records that hold the verdict back for longer than a job keeps a row. */
  List<Tail> held() {
    return held;
  }

  /** The offset of a partition before which the job has certainly written everything. */
  long writtenBefore(int partition) {
    return Math.max(lostBefore.getOrDefault(partition, 0L), byFiles(partition));
  }

  private long byFiles(int partition) {
    TreeMap<Long, Instant> files = written.get(partition);
    if (files == null || watermark == null) {
      return 0;
    }
    for (Map.Entry<Long, Instant> file : files.descendingMap().entrySet()) {
      if (file.getValue().plus(kept).isBefore(watermark)) {
        return file.getKey();
      }
    }
    return 0;
  }
}
