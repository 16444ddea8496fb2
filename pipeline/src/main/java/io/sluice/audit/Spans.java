package io.sluice.audit;

import io.sluice.audit.Coverage.Span;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.RunStarts.Start;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets files have and when they were written, in memory that does not grow with the files:
 * of a partition's older files, neighbours in time become one span, again and again. Such a one
 * says that all of it was written when the last of them was. So {@link Evidence} knows a little
 * later that a job must have written something, and never too early.
 */
final class Spans {
  /** So many of a partition are held; more only where that many starts of runs lie between them. */
  static final int MOST = 256;

  /** The newest ones say how far the job has come: they stay as they are. */
  private static final int EXACT = MOST / 4;

  /** Spans of which this is the same say the same of each run. */
  private record Kind(boolean ofRun, int startsBefore, int startsBelow) {}

  private final List<Start> starts;
  private final Instant[] times;
  private final Map<Integer, Long[]> offsets = new HashMap<>();
  private final TreeMap<Partition, List<Span>> spans = new TreeMap<>();

  /** By partition: when it is next worth the work. */
  private final TreeMap<Partition, Integer> most = new TreeMap<>();

  /**
   * @param starts of the runs: what lies before one and what lies behind it never become one
   */
  Spans(List<Start> starts) {
    this.starts = starts;
    this.times = starts.stream().map(Start::at).sorted().distinct().toArray(Instant[]::new);
  }

  void add(Span span) {
    List<Span> all = spans.computeIfAbsent(span.partition(), p -> new ArrayList<>());
    all.add(span);
    if (all.size() > most.getOrDefault(span.partition(), MOST)) {
      List<Span> fewer = fewer(all);
      spans.put(span.partition(), fewer);
      most.put(span.partition(), Math.max(MOST, fewer.size() + EXACT));
    }
  }

  /** All of them. */
  List<Span> all() {
    List<Span> all = new ArrayList<>();
    spans.values().forEach(all::addAll);
    return all;
  }

  private List<Span> fewer(List<Span> all) {
    all.sort(Comparator.comparing(Span::at));
    List<Span> fewer = new ArrayList<>();
    Map<Kind, Span> waiting = new HashMap<>();
    for (Span span : all.subList(0, all.size() - EXACT)) {
      Kind kind = kind(span);
      Span before = waiting.remove(kind);
      if (before == null) {
        waiting.put(kind, span);
      } else {
        fewer.add(both(before, span));
      }
    }
    fewer.addAll(waiting.values());
    fewer.addAll(all.subList(all.size() - EXACT, all.size()));
    return fewer;
  }

  private Kind kind(Span span) {
    int before = Arrays.binarySearch(times, span.at());
    int below = Arrays.binarySearch(offsets(span.partition().number()), span.first());
    return new Kind(
        span.ofRun(), before < 0 ? -before - 1 : before, below < 0 ? -below - 1 : below + 1);
  }

  /** Where runs began to read a partition. */
  private Long[] offsets(int partition) {
    return offsets.computeIfAbsent(
        partition,
        p ->
            starts.stream()
                .flatMap(start -> Stream.ofNullable(start.offsets().get(p)))
                .sorted()
                .distinct()
                .toArray(Long[]::new));
  }

  private static Span both(Span one, Span later) {
    return new Span(
        one.partition(),
        Math.min(one.first(), later.first()),
        Math.max(one.last(), later.last()),
        later.at(),
        greater(sane(one), sane(later)),
        one.ofRun());
  }

  /** A time that is later than its file says nothing. */
  private static @Nullable Instant sane(Span span) {
    Instant time = span.recordTime();
    return time == null || time.isAfter(span.at()) ? null : time;
  }

  private static @Nullable Instant greater(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isAfter(other) ? one : other;
  }
}
