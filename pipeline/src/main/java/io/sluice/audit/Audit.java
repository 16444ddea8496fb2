package io.sluice.audit;

import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proof: reads the footers of lake and dead letters and asks Kafka for its offsets. For each
 * partition every offset that a run was asked to read and that holds a record must be in exactly
 * one file, or on its way: {@link Evidence} says which are.
 */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  /** How long a job that has started may take for what it had begun, besides its interval. */
  private static final Duration LONGEST_SECOND_LOOK = Duration.ofMinutes(1);

  /** How often it is asked whether there are other files. */
  private static final Duration POLL = Duration.ofSeconds(5);

  /** How much of the heap the positions may take. */
  private static final int SHARE_OF_HEAP = 4;

  private final Store lake;
  private final Store deadLetters;
  private final Contract contract;
  private final SchemaSettings schemas;
  private final Supplier<SourceReader> topic;

  /**
   * @param schemas by which it is found of which dates lost records are
   */
  public Audit(
      Store lake, Store deadLetters, Contract contract, Source source, SchemaSettings schemas) {
    this(lake, deadLetters, contract, source::open, schemas);
  }

  Audit(
      Store lake,
      Store deadLetters,
      Contract contract,
      Supplier<SourceReader> topic,
      SchemaSettings schemas) {
    this.schemas = schemas;
    this.lake = lake;
    this.deadLetters = deadLetters;
    this.contract = contract;
    this.topic = topic;
  }

  /**
   * What is judged, and how.
   *
   * @param deep reads every file whole, too: its bytes against its seal and the manifest's digest,
   *     its rows against its footer
   * @param full judges what an earlier audit has proved, too
   * @param records reads every record of Kafka, not only those around what is not there
   * @param until only offsets before this Kafka timestamp are judged; null for all
   * @param ends only offsets before these are judged; null for all
   * @param timing what a run keeps a row for, given what the runs have recorded
   * @param margin how much longer a run may take than it should
   * @param expiry when rules of the buckets delete objects
   */
  public record Request(
      boolean deep,
      boolean full,
      boolean records,
      @Nullable Instant until,
      @Nullable Map<Integer, Long> ends,
      Timing timing,
      Duration margin,
      Expiry expiry) {
    /** What the runs' settings are. */
    public interface Timing {
      /**
       * @param recorded by the runs; null where versions of before ran
       */
      RunStarts.Timing of(RunStarts.@Nullable Timing recorded);
    }

    /** The same without what reads files or records whole. */
    Request quick() {
      return new Request(false, full, false, until, ends, timing, margin, expiry);
    }

    boolean isQuick() {
      return !deep && !records;
    }

    /** The same up to fixed ends. */
    Request upTo(Map<Integer, Long> fixed) {
      return new Request(deep, full, records, until, fixed, timing, margin, expiry);
    }

    private Judgement.Timing timing(List<RunStarts.Start> starts) {
      RunStarts.Timing longest =
          timing.of(
              starts.stream()
                  .map(RunStarts.Start::timing)
                  .filter(Objects::nonNull)
                  .reduce(RunStarts.Timing::and)
                  .orElse(null));
      return new Judgement.Timing(
          longest.windowSize().plus(longest.watermarkDelay()).plus(margin),
          longest.fileInterval().plus(margin));
    }
  }

  /**
   * The ages at which rules of the buckets delete objects; null where none does.
   *
   * @param lake of the lake's
   * @param deadLetters of the dead letters'
   */
  public record Expiry(@Nullable Duration lake, @Nullable Duration deadLetters) {
    public static final Expiry NEVER = new Expiry(null, null);
  }

  /** A report, and which offsets the footers have. */
  public record Result(AuditReport report, Covered covered) {}

  /**
   * Judges what is there now. What seems lost is looked at twice, an interval apart: a job that was
   * just restarted may be writing it.
   */
  public AuditReport run(Request request) throws IOException {
    return confirm(request, judge(request, Visitor.NONE, mostBytes(), null));
  }

  /**
   * The same, for whoever wants to see the files that are judged: each footer is read once. All
   * positions are held.
   */
  public Result run(Request request, Visitor visitor) throws IOException {
    List<Covered> covered = new ArrayList<>();
    AuditReport report = judge(request, visitor, Long.MAX_VALUE, covered);
    return new Result(confirm(request, report), covered.get(0));
  }

  static long mostBytes() {
    return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }

  private AuditReport confirm(Request request, AuditReport first) throws IOException {
    if (first.lost() == 0 || request.margin().isZero()) {
      return first;
    }
    LOG.warn(
        "{} offsets seem to be lost; looking again in {} s, for a job that has just started may be writing them",
        first.lost(),
        first.secondLook().toSeconds());
    pause(first.secondLook());
    return first.confirmedBy(judge(request.quick(), Visitor.NONE, mostBytes(), null));
  }

  /**
   * Judges whenever there are other files, until nothing waits of what Kafka has at the first look,
   * or something is wrong, or the time is over. What is asked for beyond, files or records whole,
   * is read once, at the end.
   *
   * @param patience how long to wait
   */
  public AuditReport await(Request request, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    AuditReport report = run(request.quick());
    Map<Integer, Long> ends = new TreeMap<>();
    report.partitions().forEach(partition -> ends.put(partition.number(), partition.end()));
    Set<String> seen = Set.of();
    while (report.passed() && report.waiting() > 0 && System.nanoTime() < deadline) {
      pause(Duration.ofNanos(Math.min(POLL.toNanos(), deadline - System.nanoTime())));
      Set<String> now = files();
      if (!now.equals(seen)) {
        seen = now;
        report = run(request.quick().upTo(ends));
      }
    }
    return request.isQuick() ? report : run(request.upTo(ends));
  }

  private Set<String> files() throws IOException {
    Set<String> keys = new HashSet<>();
    LakeFiles.list(lake, contract.lakeTable()).forEach(entry -> keys.add(entry.key()));
    LakeFiles.list(deadLetters, DeadLetters.table(contract))
        .forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  private static void pause(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, time.toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted between two looks", e);
    }
  }

  /** Sees what each pass reads, and what was found of its partitions. */
  interface Beside {
    /** Nobody does. */
    Beside NOBODY =
        new Beside() {
          @Override
          public void begin(Pass pass) {}

          @Override
          public void lake(LakeFiles.DataFile file) {}

          @Override
          public void deadLetters(LakeFiles.DataFile file) {}

          @Override
          public void end(
              Coverage inLake,
              Coverage inDead,
              String source,
              List<AuditReport.Partition> partitions) {}
        };

    void begin(Pass pass);

    void lake(LakeFiles.DataFile file);

    void deadLetters(LakeFiles.DataFile file);

    /**
     * @param source whose partitions are judged
     */
    void end(
        Coverage inLake, Coverage inDead, String source, List<AuditReport.Partition> partitions)
        throws IOException;
  }

  /** Judges what is there now, beside whoever looks at what follows it. */
  AuditReport run(Request request, Beside beside, long mostBytes) throws IOException {
    return confirm(request, judge(request, Visitor.NONE, mostBytes, null, beside));
  }

  /**
   * Looks once.
   *
   * @param mostBytes of positions that may be held at once
   * @param keep gets what is covered; null where nobody asks
   */
  AuditReport judge(Request request, Visitor visitor, long mostBytes, @Nullable List<Covered> keep)
      throws IOException {
    return judge(request, visitor, mostBytes, keep, Beside.NOBODY);
  }

  /** The same, beside somebody. */
  AuditReport judge(
      Request request, Visitor visitor, long mostBytes, @Nullable List<Covered> keep, Beside beside)
      throws IOException {
    Table lakeTable = contract.lakeTable();
    Table deadTable = DeadLetters.table(contract);
    try (SourceReader log = topic.get();
        LostDates dates = new LostDates(contract, schemas)) {
      String source = log.id().text();
      // The ends first: what is committed while we read the lake is beyond them or in it.
      Map<Integer, Long> topicEnds = log.ends();
      Map<Integer, Long> ends = new TreeMap<>(topicEnds);
      if (request.until() != null) {
        lower(ends, log.at(request.until().toEpochMilli()));
      }
      if (request.ends() != null) {
        lower(ends, request.ends());
      }
      List<RunStarts.Start> starts = RunStarts.read(lake, lakeTable.name(), source);
      Map<Integer, Long> beginnings = log.beginnings();
      ProvedOffsets proved = ProvedOffsets.read(lake, lakeTable.name(), source);
      Judgement.Question question =
          new Judgement.Question(
              source,
              starts,
              proved,
              Acknowledgement.read(lake, lakeTable.name()),
              beginnings,
              ends,
              topicEnds,
              request.timing(starts),
              Instant.now(),
              request.full(),
              request.records());
      List<AuditReport.Partition> partitions = new ArrayList<>();
      Map<Integer, AuditReport.Held> held = new TreeMap<>();
      long otherDuplicates = 0;
      AuditReport.Files files = null;
      List<String> damaged = new ArrayList<>();
      Spans spans = new Spans(starts);
      Pass pass = mostBytes == Long.MAX_VALUE ? Pass.whole() : Pass.first(mostBytes);
      while (pass != null) {
        boolean isFirst = files == null;
        beside.begin(pass);
        Coverage inLake =
            Coverage.read(
                lake,
                lakeTable,
                pass,
                isFirst ? spans : null,
                isFirst && request.deep(),
                request.expiry().lake(),
                isFirst ? both(visitor::lake, beside::lake) : beside::lake);
        Coverage inDead =
            Coverage.read(
                deadLetters,
                deadTable,
                pass,
                isFirst ? spans : null,
                isFirst && request.deep(),
                request.expiry().deadLetters(),
                isFirst ? both(visitor::deadLetters, beside::deadLetters) : beside::deadLetters);
        if (isFirst) {
          files = files(inLake, inDead, source);
          damaged.addAll(inLake.damaged);
          damaged.addAll(inDead.damaged);
          if (request.deep()) {
            damaged.addAll(FileChecks.read(lake, lakeTable, inLake.files));
            damaged.addAll(FileChecks.read(deadLetters, deadTable, inDead.files));
          }
        }
        Covered covered = Coverage.covered(inLake, inDead);
        if (keep != null) {
          keep.add(covered);
        }
        Map<Integer, Long> endsNow = log.ends();
        Judgement judgement = new Judgement(log, question, spans.all(), dates::add);
        TreeSet<Partition> judged = new TreeSet<>();
        int before = partitions.size();
        for (int number : ends.keySet()) {
          Partition partition = new Partition(source, number);
          if (pass.takes(partition)) {
            judged.add(partition);
            partitions.add(
                partition(judgement.judge(number, covered), covered, endsNow.get(number), proved));
          }
        }
        judgement
            .held()
            .forEach(
                tail ->
                    held.put(
                        tail.partition(),
                        new AuditReport.Held(
                            tail.partition(),
                            tail.offset(),
                            tail.recordTime(),
                            tail.end(),
                            tail.since())));
        for (Partition other : covered.duplicate().partitions()) {
          if (!judged.contains(other)) {
            otherDuplicates += covered.duplicate().only(other).size();
          }
        }
        beside.end(inLake, inDead, source, partitions.subList(before, partitions.size()));
        pass = pass.next().orElse(null);
      }
      TreeSet<String> otherSources = new TreeSet<>();
      spans.all().forEach(span -> otherSources.add(span.partition().source()));
      otherSources.remove(source);
      return new AuditReport(
          source,
          otherSources,
          partitions,
          held.values().stream().sorted(Comparator.comparing(AuditReport.Held::since)).toList(),
          otherDuplicates,
          Objects.requireNonNull(files),
          damaged,
          new AuditReport.Remedy(dates.dates(), dates.hasOthers()),
          question
              .timing()
              .settled()
              .minus(request.margin())
              .plus(least(request.margin(), LONGEST_SECOND_LOOK)),
          log.cleanup());
    }
  }

  private static Consumer<LakeFiles.DataFile> both(
      Consumer<LakeFiles.DataFile> one, Consumer<LakeFiles.DataFile> other) {
    return one.andThen(other);
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static void lower(Map<Integer, Long> ends, Map<Integer, Long> to) {
    ends.replaceAll((partition, end) -> Math.min(end, to.getOrDefault(partition, end)));
  }

  private static AuditReport.Partition partition(
      Verdict verdict, Covered covered, @Nullable Long endNow, ProvedOffsets proved) {
    Partition key = verdict.partition;
    long provedBefore = verdict.provedBefore();
    long before = covered.count(key, proved.of(key.number()));
    long known = proved.inFiles(key.number(), before);
    List<Range> more =
        proved.without(key.number(), List.of(new Range(verdict.from, provedBefore - 1)));
    covered.lake().span(key).ifPresent(span -> verdict.beyond(covered.lake(), endNow, span.to()));
    covered
        .deadLetters()
        .span(key)
        .ifPresent(span -> verdict.beyond(covered.deadLetters(), endNow, span.to()));
    long skipped = covered.skipped().getOrDefault(key, 0L);
    long erased = count(covered.erased(), key);
    long erasedLetters = count(covered.erasedLetters(), key);
    return new AuditReport.Partition(
        key.number(),
        verdict.from,
        verdict.end,
        count(covered.lake(), key) - skipped - erased,
        skipped,
        erased + erasedLetters,
        count(covered.deadLetters(), key) - erasedLetters,
        count(covered.recovered(), key),
        verdict.lost.ranges(key),
        verdict.waitingCount(),
        verdict.oldestWaiting,
        verdict.gone.ranges(key),
        verdict.acknowledged,
        covered.duplicate().ranges(key),
        verdict.extra.ranges(key),
        provedBefore,
        Math.max(0, known - before),
        known + covered.count(key, more));
  }

  private static long count(Positions positions, Partition key) {
    return positions.count(key, 0, Long.MAX_VALUE);
  }

  /**
   * What the footers of lake and dead letters say, without Kafka: which offsets are there, and
   * which twice. Whether one that is not there ever held a record, they cannot know.
   */
  public static Covered covered(
      Store lake, Store deadLetters, Contract contract, Expiry expiry, Visitor visitor)
      throws IOException {
    Pass pass = Pass.whole();
    return Coverage.covered(
        Coverage.read(lake, contract.lakeTable(), pass, null, false, expiry.lake(), visitor::lake),
        Coverage.read(
            deadLetters,
            DeadLetters.table(contract),
            pass,
            null,
            false,
            expiry.deadLetters(),
            visitor::deadLetters));
  }

  /** Sees each file that is judged, table by table, in the order of their keys. */
  public interface Visitor {
    Visitor NONE =
        new Visitor() {
          @Override
          public void lake(LakeFiles.DataFile file) {}

          @Override
          public void deadLetters(LakeFiles.DataFile file) {}
        };

    void lake(LakeFiles.DataFile file);

    void deadLetters(LakeFiles.DataFile file);
  }

  private static AuditReport.Files files(Coverage lake, Coverage deadLetters, String source) {
    TreeMap<LocalDate, AuditReport.Date> dates = new TreeMap<>(lake.dates);
    deadLetters.dates.forEach(
        (date, dead) ->
            dates.merge(date, new AuditReport.Date(0, dead.rows(), 0, 0), AuditReport.Date::plus));
    TreeSet<LocalDate> expired = new TreeSet<>(lake.expired);
    expired.addAll(deadLetters.expired);
    return new AuditReport.Files(
        dates,
        expired,
        lake.count,
        deadLetters.count,
        lake.dates.values().stream().mapToLong(AuditReport.Date::bytes).sum(),
        lake.rows,
        lake.records,
        lake.unplaced.getOrDefault(source, 0L),
        lake.leftovers + deadLetters.leftovers);
  }
}
