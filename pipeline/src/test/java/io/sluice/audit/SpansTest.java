package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.audit.Coverage.Span;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts.Start;
import io.sluice.report.TestLake;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpansTest {
  private static final Instant BEGIN = Instant.parse("2026-05-01T00:00:00Z");
  private static final Partition PARTITION = new Partition("source", 0);
  private static final int FILES = 2_000;
  private static final Duration KEPT = Duration.ofMinutes(15);

  private static Instant at(long minutes) {
    return BEGIN.plus(Duration.ofMinutes(minutes));
  }

  private static Span span(long first, long last, long minute, long recordMinute, boolean ofRun) {
    return new Span(PARTITION, first, last, at(minute), at(recordMinute), ofRun);
  }

  /**
   * By the spans of partition 0.
   *
   * @param held the Kafka timestamp of all that is written of partition 1, which lags: so old is
   *     the watermark
   */
  private static long writtenBefore(List<Span> spans, Start last, long held) {
    FakeTopic topic = new FakeTopic(2).add(TestLake.event(1, 5, at(held)));
    Judgement.Question question =
        new Judgement.Question(
            "source",
            List.of(last),
            new ProvedOffsets(),
            List.of(),
            topic.beginnings(),
            topic.ends(),
            topic.ends(),
            new Judgement.Timing(KEPT, KEPT),
            BEGIN,
            false,
            false);
    Span lagging = new Span(new Partition("source", 1), 0, 4, at(FILES - 20), at(held), true);
    Map<Integer, List<Span>> byPartition = Map.of(0, spans, 1, List.of(lagging));
    return new Evidence(
            byPartition,
            last.at(),
            null,
            List.of(0, 1),
            new Tails(topic, question, byPartition),
            KEPT,
            KEPT)
        .writtenBefore(0);
  }

  @Test
  void theirNumberDoesNotGrowWithThatOfFiles() {
    Spans spans = new Spans(List.of());
    for (int i = 0; i < 50_000; i++) {
      spans.add(span(i * 10L, i * 10L + 9, i, i - 5, true));
    }
    List<Span> all = spans.all();
    assertTrue(all.size() <= Spans.MOST, all.size() + " spans");
    assertEquals(0, all.stream().mapToLong(Span::first).min().orElseThrow());
    assertEquals(499_999, all.stream().mapToLong(Span::last).max().orElseThrow());
  }

  /** Files in any order, some rewritten, some of strange times, and a run that began in between. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void fewerSpansShowNoMoreThanAllAndOfTheNewestFilesTheSame(long seed) {
    Random random = new Random(seed);
    int begun = random.nextInt(FILES / 2);
    Start start = new Start(at(begun), Map.of(0, 0L, 1, 0L), true, null);
    List<Span> ordered = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      // The run reads all once more.
      long read = i < begun ? i : i - begun;
      long first = Math.max(0, read + random.nextInt(20) - 10);
      long strange = random.nextInt(50) == 0 ? i + 1_000_000 : i - random.nextInt(20);
      ordered.add(span(first, first + random.nextInt(5), i, strange, random.nextInt(4) > 0));
    }
    List<Span> shuffled = new ArrayList<>(ordered);
    if (random.nextBoolean()) {
      Collections.shuffle(shuffled, random);
    }
    Spans spans = new Spans(List.of(start));
    shuffled.forEach(spans::add);
    List<Span> few = spans.all();
    assertTrue(few.size() < 2 * Spans.MOST, few.size() + " spans");
    for (long held = begun; held < FILES - 40; held += 7) {
      long exact = writtenBefore(ordered, start, held);
      long coarse = writtenBefore(few, start, held);
      assertTrue(coarse <= exact, "held at " + held + ": " + coarse + " is more than " + exact);
    }
    assertEquals(writtenBefore(ordered, start, FILES - 40), writtenBefore(few, start, FILES - 40));
    assertTrue(writtenBefore(few, start, FILES - 40) > FILES - begun - 200);
  }
}
