package io.sluice.audit;

import io.sluice.lake.ProvedOffsets.Held;
import io.sluice.lake.RunStarts.Start;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka has of each partition above all that files have. A record there may have come a moment
 * ago, or have been lost a month ago: no file with a greater offset shows that it was read. What
 * shows it is that an audit has seen it before.
 */
final class Tails {
  /**
   * The first record above all that files have of a partition.
   *
   * @param recordTime its Kafka timestamp
   * @param end the topic's end when it was first seen
   * @param since when an audit first saw it
   * @param read since when a run has certainly had it before it, and nothing of the partition that
   *     it had to read before; null where that is not known
   */
  record Tail(
      int partition,
      long offset,
      Instant recordTime,
      long end,
      Instant since,
      @Nullable Instant read) {}

  private final SourceReader topic;
  private final Judgement.Question question;
  private final Map<Integer, List<Coverage.Span>> spans;
  private final Map<Integer, Optional<Tail>> known = new HashMap<>();

  Tails(SourceReader topic, Judgement.Question question, Map<Integer, List<Coverage.Span>> spans) {
    this.topic = topic;
    this.question = question;
    this.spans = spans;
  }

  /** That of a partition; empty where Kafka has no record there. */
  Optional<Tail> of(int partition) {
    return known.computeIfAbsent(partition, this::read);
  }

  private Optional<Tail> read(int partition) {
    List<Coverage.Span> files = spans.getOrDefault(partition, List.of());
    long top = files.stream().mapToLong(Coverage.Span::last).max().orElse(-1);
    long from = Math.max(top + 1, question.beginnings().getOrDefault(partition, 0L));
    long end = question.topicEnds().getOrDefault(partition, 0L);
    Held held = question.proved().held(partition);
    return first(partition, from, end)
        .map(
            record -> {
              long offset = record.offset();
              Instant time = Instant.ofEpochMilli(record.recordTime());
              if (held == null || held.offset() != offset || held.since() == null) {
                return new Tail(partition, offset, time, end, question.now(), null);
              }
              // A job that runs has files of what came since, or is about to.
              boolean isAll = first(partition, held.end(), end).isEmpty();
              return new Tail(
                  partition,
                  offset,
                  time,
                  held.end(),
                  held.since(),
                  isAll ? readSince(held, partition, top, files) : null);
            });
  }

  private Optional<SourceRecord> first(int partition, long from, long end) {
    SourceRecord[] found = {null};
    if (from < end) {
      topic.read(
          partition,
          from,
          end - 1,
          record -> {
            found[0] = record;
            return false;
          });
    }
    return Optional.ofNullable(found[0]);
  }

  /**
   * A run that has started reads from its first offset on, for as long as that takes. It is where
   * all files are once it has written the last one, or where it began there.
   */
  private @Nullable Instant readSince(
      Held held, int partition, long top, List<Coverage.Span> files) {
    Start last = null;
    for (Start start : question.starts()) {
      Long first = start.offsets().get(partition);
      if (first != null
          && first <= held.offset()
          && (last == null || start.at().isAfter(last.at()))) {
        last = start;
      }
    }
    if (last == null) {
      return held.since();
    }
    Instant begun = last.at();
    boolean isThere =
        last.offsets().getOrDefault(partition, 0L) > top
            || files.stream()
                .anyMatch(span -> span.ofRun() && span.last() == top && span.at().isAfter(begun));
    if (!isThere) {
      return null;
    }
    Instant since = held.since();
    return since == null || begun.isAfter(since) ? begun : since;
  }
}
