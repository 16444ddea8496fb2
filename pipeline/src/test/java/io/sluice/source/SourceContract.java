package io.sluice.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Source} keeps, in whichever order it is read and whenever its reader is killed.
 * A source's own test extends this and says only how its records get there.
 */
public abstract class SourceContract {
  private static final long TIME = 1_700_000_000_000L;

  /** A source without records, of that many partitions; another one with each call. */
  protected abstract Source create(int partitions) throws Exception;

  /** The same source as another process would make it. */
  protected abstract Source again(Source source);

  /** The source of the same name that is there after this one was deleted and created anew. */
  protected abstract Source createAnew(Source source) throws Exception;

  /** Adds a record at the end of a partition. */
  protected abstract void send(Source source, int partition, SourceRecord record) throws Exception;

  /** Adds offsets to a partition, one at least, at which no reader may see a record. */
  protected abstract void abort(Source source, int partition) throws Exception;

  /** Deletes what is before an offset, as age does. */
  protected abstract void deleteBefore(Source source, int partition, long offset) throws Exception;

  private static SourceRecord record(int number) {
    return new SourceRecord(
        "",
        0,
        0,
        TIME + 1000L * number,
        number % 3 == 0 ? null : ("k" + number).getBytes(UTF_8),
        number % 5 == 4 ? null : "v".repeat(number % 7 * 100).concat("" + number).getBytes(UTF_8),
        number % 2 == 0
            ? List.of()
            : List.of(
                new SourceRecord.Header("h", new byte[] {(byte) number}),
                new SourceRecord.Header("none", null)));
  }

  private void send(Source source, int partition, int from, int to) throws Exception {
    for (int number = from; number < to; number++) {
      send(source, partition, record(number));
    }
  }

  /** Partition 0 with a gap in it and a deleted beginning, partition 1 whole, and 2 empty. */
  private Source filled() throws Exception {
    Source source = create(3);
    send(source, 0, 0, 6);
    abort(source, 0);
    send(source, 0, 6, 10);
    send(source, 1, 0, 5);
    deleteBefore(source, 0, 2);
    return source;
  }

  /** What a reader has seen, in order, by partition: records and gaps. */
  private static final class Seen implements SourceReader.Reader<RuntimeException> {
    final Map<Integer, List<SourceRecord>> records = new TreeMap<>();
    final List<Gap> gaps = new ArrayList<>();

    /** The offset that has to come next, by partition. */
    final Map<Integer, Long> next;

    Seen(Map<Integer, Long> from) {
      this.next = new TreeMap<>(from);
    }

    @Override
    public boolean read(SourceRecord record) {
      step(record.partition(), record.offset(), record.offset());
      return records.computeIfAbsent(record.partition(), p -> new ArrayList<>()).add(record);
    }

    @Override
    public void gap(Gap gap) {
      step(gap.partition(), gap.from(), gap.to());
      gaps.add(gap);
    }

    private void step(int partition, long from, long to) {
      assertEquals(next.get(partition), from, "partition " + partition);
      assertTrue(from <= to, from + ".." + to);
      next.put(partition, to + 1);
    }

    List<SourceRecord> of(int partition) {
      return records.getOrDefault(partition, List.of());
    }
  }

  private static Seen read(SourceReader reader, Map<Integer, Long> from, Map<Integer, Long> ends) {
    Seen seen = new Seen(from);
    reader.read(from, ends, seen);
    return seen;
  }

  private static Seen all(Source source) {
    return all(source, Map.of(0, 0L, 1, 0L, 2, 0L));
  }

  private static Seen all(Source source, Map<Integer, Long> from) {
    try (SourceReader reader = source.open()) {
      return read(reader, from, reader.ends());
    }
  }

  private static void assertSameRecord(SourceRecord expected, SourceRecord record) {
    assertEquals(expected.toString(), record.toString());
    assertEquals(expected.recordTime(), record.recordTime());
    assertArrayEquals(expected.key(), record.key());
    assertArrayEquals(expected.value(), record.value());
    assertEquals(expected.headers().size(), record.headers().size());
    for (int i = 0; i < expected.headers().size(); i++) {
      assertEquals(expected.headers().get(i).key(), record.headers().get(i).key());
      assertArrayEquals(expected.headers().get(i).value(), record.headers().get(i).value());
    }
  }

  private static SourceRecord at(SourceRecord sent, SourceRecord position) {
    return new SourceRecord(
        position.source(),
        position.partition(),
        position.offset(),
        sent.recordTime(),
        sent.key(),
        sent.value(),
        sent.headers());
  }

  @Test
  public void anEmptySourceHasItsPartitionsAndNothingToRead() throws Exception {
    Source source = create(3);
    try (SourceReader reader = source.open()) {
      assertEquals(List.of(0, 1, 2), reader.partitions());
      assertEquals(Map.of(0, 0L, 1, 0L, 2, 0L), new TreeMap<>(reader.beginnings()));
      assertEquals(Map.of(0, 0L, 1, 0L, 2, 0L), new TreeMap<>(reader.ends()));
      reader.requireReadable();
      reader.requireEnds(reader.ends());
      Seen seen = read(reader, reader.beginnings(), reader.ends());
      assertEquals(Map.of(), seen.records);
      assertEquals(List.of(), seen.gaps);
    }
  }

  @Test
  public void eachOffsetIsARecordOrInAGapAndRecordsAreWhole() throws Exception {
    Source source = filled();
    try (SourceReader reader = source.open()) {
      Map<Integer, Long> ends = reader.ends();
      Seen seen = all(source);
      assertEquals(new TreeMap<>(ends), seen.next);
      assertEquals(8, seen.of(0).size());
      assertEquals(5, seen.of(1).size());
      for (int i = 0; i < 8; i++) {
        SourceRecord record = seen.of(0).get(i);
        assertEquals(reader.id().text(), record.source());
        assertSameRecord(at(record(i + 2), record), record);
      }
      for (int i = 0; i < 5; i++) {
        assertSameRecord(at(record(i), seen.of(1).get(i)), seen.of(1).get(i));
      }
    }
  }

  @Test
  public void gapsSayWhyThereIsNoRecord() throws Exception {
    Source source = filled();
    try (SourceReader reader = source.open()) {
      assertEquals(2, reader.beginnings().get(0));
    }
    List<Gap> gaps = all(source).gaps;
    assertEquals(new Gap(0, 0, 1, Gap.Why.DELETED), gaps.get(0));
    assertEquals(2, gaps.size(), gaps.toString());
    assertEquals(6, gaps.get(1).from());
    assertEquals(Gap.Why.NO_RECORD, gaps.get(1).why());
  }

  @Test
  public void aPositionAlwaysNamesTheSameRecord() throws Exception {
    Source source = filled();
    Seen first = all(source);
    send(source, 0, 20, 25);
    send(source, 1, 20, 25);
    deleteBefore(source, 1, 3);
    Source other = again(source);
    try (SourceReader reader = other.open()) {
      // Repeated and in another order, each alone.
      for (int partition : List.of(1, 0)) {
        List<SourceRecord> before = first.of(partition);
        for (int i = before.size() - 1; i >= 0; i--) {
          SourceRecord expected = before.get(i);
          if (partition == 1 && expected.offset() < 3) {
            continue;
          }
          for (int times = 0; times < 2; times++) {
            List<SourceRecord> read = new ArrayList<>();
            reader.read(partition, expected.offset(), expected.offset(), read::add);
            assertEquals(1, read.size(), expected.toString());
            assertSameRecord(expected, read.get(0));
          }
        }
      }
    }
  }

  @Test
  public void aHugeRecordIsReadWholeAndSoIsTheOneBehindIt() throws Exception {
    Source source = create(3);
    byte[] huge = new byte[3 << 20];
    Arrays.fill(huge, (byte) 7);
    huge[huge.length - 1] = 8;
    send(source, 0, new SourceRecord("", 0, 0, TIME, null, huge, List.of()));
    send(source, 0, 1, 2);
    Seen seen = all(source);
    assertArrayEquals(huge, seen.of(0).get(0).value());
    assertSameRecord(at(record(1), seen.of(0).get(1)), seen.of(0).get(1));
    List<SourceRecord> job = job(source, Map.of(0, 0L), 2);
    assertEquals(List.of(0L, 1L), job.stream().map(SourceRecord::offset).sorted().toList());
    assertTrue(job.stream().anyMatch(record -> Arrays.equals(huge, record.value())));
  }

  @Test
  public void aReaderThatHasEnoughOfAPartitionGoesOnWithTheOthers() throws Exception {
    Source source = filled();
    List<SourceRecord> read = new ArrayList<>();
    try (SourceReader reader = source.open()) {
      reader.read(
          Map.of(0, 2L, 1, 0L),
          reader.ends(),
          record -> {
            read.add(record);
            return record.partition() == 1 || record.offset() < 3;
          });
    }
    assertEquals(
        List.of(2L, 3L),
        read.stream().filter(r -> r.partition() == 0).map(SourceRecord::offset).toList());
    assertEquals(5, read.stream().filter(r -> r.partition() == 1).count());
  }

  @Test
  public void aRangeThatEndsBehindTheEndFailsAndOneThatBeginsThereIsEmpty() throws Exception {
    Source source = filled();
    try (SourceReader reader = source.open()) {
      long end = reader.ends().get(1);
      List<SourceRecord> read = new ArrayList<>();
      assertThrows(UserException.class, () -> reader.read(1, 0, end + 3, read::add));
      assertEquals(5, read.size());
      Seen seen = read(reader, Map.of(1, end), Map.of(1, end));
      assertEquals(Map.of(), seen.records);
      assertEquals(List.of(), seen.gaps);
    }
  }

  @Test
  public void aStartBehindAllThatThereIsIsRefused() throws Exception {
    Source source = filled();
    try (SourceReader reader = source.open()) {
      long end = reader.ends().get(1);
      reader.requireEnds(Map.of(1, end));
      assertThrows(UserException.class, () -> reader.requireEnds(Map.of(1, end + 1)));
    }
  }

  @Test
  public void aReaderThatIsKilledAtAnyRecordLeavesNothingBehind() throws Exception {
    Source source = filled();
    Seen whole = all(source);
    for (int step = 0; step < whole.of(0).size(); step++) {
      int last = step;
      IllegalStateException killed = new IllegalStateException("killed");
      try (SourceReader reader = again(source).open()) {
        int[] count = {0};
        Map<Integer, Long> ends = reader.ends();
        assertSame(
            killed,
            assertThrows(
                IllegalStateException.class,
                () ->
                    reader.<RuntimeException>read(
                        Map.of(0, 0L),
                        ends,
                        record -> {
                          if (count[0]++ == last) {
                            throw killed;
                          }
                          return true;
                        })));
        // The same reader, too, goes on wherever it is asked to.
        assertEquals(whole.of(0).size(), read(reader, Map.of(0, 0L), ends).of(0).size());
      }
    }
    Seen after = all(again(source));
    assertEquals(whole.gaps, after.gaps);
    for (int i = 0; i < whole.of(0).size(); i++) {
      assertSameRecord(whole.of(0).get(i), after.of(0).get(i));
    }
  }

  @Test
  public void aTimeFindsTheFirstRecordThatIsNotBefore() throws Exception {
    Source source = filled();
    try (SourceReader reader = source.open()) {
      assertEquals(4, reader.at(TIME + 3001).get(0));
      assertEquals(4, reader.at(TIME + 4000).get(1));
      assertEquals(reader.ends().get(1), reader.at(TIME + 4001).get(1));
      assertEquals(0, reader.at(TIME).get(2));
    }
  }

  @Test
  public void anIdentityStaysAndIsAnotherOnceTheSourceIsCreatedAnew() throws Exception {
    Source source = filled();
    SourceId id = id(source);
    assertEquals(id, id(again(source)));
    Source anew = createAnew(source);
    assertEquals(source.name(), anew.name());
    assertNotEquals(id, id(anew));
  }

  private static SourceId id(Source source) {
    try (SourceReader reader = source.open()) {
      return reader.id();
    }
  }

  @Test
  public void aJobReadsEachRecordOnceWhateverCameBeforeOrComesWhileItRuns() throws Exception {
    Source source = filled();
    Map<Integer, Long> from = Map.of(0, 2L, 1, 0L, 2, 0L);
    List<SourceRecord> read = job(source, from, 13, () -> send(source, 2, 30, 40), 23);
    Seen whole = all(source);
    assertEquals(23, read.size(), read.toString());
    for (int partition = 0; partition < 3; partition++) {
      int number = partition;
      List<SourceRecord> of =
          read.stream()
              .filter(record -> record.partition() == number)
              .sorted((a, b) -> Long.compare(a.offset(), b.offset()))
              .toList();
      assertEquals(whole.of(partition).size(), of.size());
      for (int i = 0; i < of.size(); i++) {
        assertSameRecord(whole.of(partition).get(i), of.get(i));
      }
    }
  }

  @Tag("slow")
  @Test
  public void aJobBeginsAtAnyOffsetSoThatOneThatWasKilledGoesOn() throws Exception {
    Source source = filled();
    List<SourceRecord> whole = all(source).of(0);
    for (int read : List.of(1, 3, 4, 7)) {
      long next = whole.get(read - 1).offset() + 1;
      List<SourceRecord> rest = job(again(source), Map.of(0, next), whole.size() - read);
      assertEquals(
          whole.subList(read, whole.size()).stream().map(SourceRecord::toString).toList(),
          rest.stream()
              .sorted((a, b) -> Long.compare(a.offset(), b.offset()))
              .map(SourceRecord::toString)
              .toList());
    }
  }

  @Test
  public void aJobReadsNoPartitionThatItIsNotToRead() throws Exception {
    Source source = filled();
    List<SourceRecord> read = job(source, Map.of(1, 0L), 5);
    assertEquals(5, read.size());
    assertTrue(read.stream().allMatch(record -> record.partition() == 1), read.toString());
  }

  @Test
  public void severalAreReadInOneStepAndEachRecordIsOfItsOwnSource() throws Exception {
    Source one = filled();
    Source other = create(2);
    send(other, 0, 50, 57);
    send(other, 1, 60, 63);
    Source.Reading also = new Source.Reading(other, from(other, Map.of(0, 3L, 1, 0L)));
    String job = UUID.randomUUID().toString();
    PipelineResult result = start(one.read(from(one, Map.of(0, 2L, 1, 0L)), List.of(also)), job);
    try {
      await(result, job, 20);
      send(one, 1, 70, 72);
      send(other, 1, 80, 82);
      await(result, job, 24);
      TimeUnit.MILLISECONDS.sleep(500);
    } finally {
      end(result);
    }
    Map<String, Long> counts =
        Collect.of(job).stream()
            .collect(Collectors.groupingBy(SourceRecord::source, Collectors.counting()));
    assertEquals(Map.of(id(one).text(), 15L, id(other).text(), 9L), counts);
    for (Source source : List.of(one, other)) {
      Map<Integer, List<SourceRecord>> whole = all(source, Map.of(0, 0L, 1, 0L)).records;
      for (SourceRecord record : Collect.of(job)) {
        if (record.source().equals(id(source).text())) {
          assertSameRecord(
              whole.get(record.partition()).stream()
                  .filter(there -> there.offset() == record.offset())
                  .findFirst()
                  .orElseThrow(),
              record);
        }
      }
    }
    assertEquals(24, Collect.of(job).stream().map(SourceRecord::toString).distinct().count());
  }

  @Test
  public void aSourceOfAnotherKindIsNotReadInOneStepWithThis() throws Exception {
    Source source = filled();
    Source other = new Foreign();
    Source.From from = from(source, Map.of(0, 2L));
    UserException e =
        assertThrows(
            UserException.class, () -> source.read(from, List.of(new Source.Reading(other, from))));
    assertTrue(e.getMessage().contains(other.name()), e.getMessage());
  }

  /** A source of no kind that there is. */
  private static final class Foreign implements Source {
    @Override
    public String name() {
      return "foreign";
    }

    @Override
    public String address() {
      return "nowhere";
    }

    @Override
    public List<Probe> probes() {
      return List.of();
    }

    @Override
    public SourceReader open() {
      throw new IllegalStateException("nobody is to open it");
    }

    @Override
    public PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others) {
      throw new IllegalStateException("nobody is to read it");
    }
  }

  @Test
  public void aJobFailsAtAnOffsetThatIsGone() throws Exception {
    Source source = filled();
    String job = UUID.randomUUID().toString();
    PipelineResult result = start(source, Map.of(0, 0L), job);
    try {
      for (int i = 0; i < 1200 && result.getState() != PipelineResult.State.FAILED; i++) {
        assertEquals(List.of(), Collect.of(job));
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertEquals(PipelineResult.State.FAILED, result.getState());
    } finally {
      end(result);
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private static List<SourceRecord> job(Source source, Map<Integer, Long> from, int records)
      throws Exception {
    return job(source, from, records, () -> {}, records);
  }

  /** What a job has read that is ended when it has read so many, and some time later. */
  private static List<SourceRecord> job(
      Source source, Map<Integer, Long> from, int before, Step step, int records) throws Exception {
    String job = UUID.randomUUID().toString();
    PipelineResult result = start(source, from, job);
    try {
      await(result, job, before);
      step.run();
      await(result, job, records);
      // What is there twice comes soon after.
      TimeUnit.MILLISECONDS.sleep(500);
    } finally {
      end(result);
    }
    return Collect.of(job);
  }

  private static void await(PipelineResult result, String job, int records) throws Exception {
    for (int i = 0; i < 1200 && Collect.of(job).size() < records; i++) {
      assertNotEquals(PipelineResult.State.FAILED, result.getState());
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertTrue(Collect.of(job).size() >= records, () -> "read: " + Collect.of(job));
  }

  private static Source.From from(Source source, Map<Integer, Long> offsets) {
    return new Source.From(id(source), new TreeMap<>(offsets), new TreeMap<>(), Duration.ZERO);
  }

  private static PipelineResult start(Source source, Map<Integer, Long> from, String job) {
    return start(source.read(from(source, from)), job);
  }

  private static PipelineResult start(
      PTransform<PBegin, PCollection<RecordBatch>> read, String job) {
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setBlockOnRun(false);
    options.setTargetParallelism(2);
    Pipeline pipeline = Pipeline.create(options);
    Batches.records(pipeline.apply("Read", read)).apply("Collect", ParDo.of(new Collect(job)));
    return pipeline.run();
  }

  private static void end(PipelineResult result) throws Exception {
    if (!result.getState().isTerminal()) {
      result.cancel();
    }
  }

  /** Keeps what it gets, by job. */
  static final class Collect extends DoFn<SourceRecord, Void> {
    private static final long serialVersionUID = 1L;
    private static final Map<String, List<SourceRecord>> READ = new ConcurrentHashMap<>();

    private final String job;

    Collect(String job) {
      this.job = job;
    }

    static List<SourceRecord> of(String job) {
      return READ.computeIfAbsent(job, j -> new CopyOnWriteArrayList<>());
    }

    @ProcessElement
    public void process(@Element SourceRecord record) {
      of(job).add(record);
    }
  }
}
