package io.sluice.audit;

import io.sluice.complete.LiveFiles;
import io.sluice.complete.ManifestCheck;
import io.sluice.complete.ManifestFooters;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a table cover: sums by date, when which offsets were written, and the positions
 * of the partitions that the pass takes. Of single files it keeps something only where they are to
 * be read whole.
 */
final class Coverage {
  /**
   * The offsets of a partition that a file has.
   *
   * @param at when the file was written, by the store's clock
   * @param recordTime the least Kafka timestamp of the file's records; null where it does not say
   * @param ofRun whether a run wrote it as it read, and no rewrite or replay
   */
  record Span(
      Partition partition,
      long first,
      long last,
      Instant at,
      @Nullable Instant recordTime,
      boolean ofRun) {}

  /** How many files go by until memory is looked at. */
  private static final int FILES_UNMEASURED = 256;

  private final Pass pass;
  final List<LakeFiles.DataFile> files = new ArrayList<>();

  /** Null where nobody asks for them. */
  private final @Nullable Spans spans;

  /** The rows, files and bytes of each date. */
  final TreeMap<LocalDate, AuditReport.Date> dates = new TreeMap<>();

  /** Of which a rule of the bucket has deleted something. */
  final TreeSet<LocalDate> expired = new TreeSet<>();

  int count;
  final Positions once = new Positions();
  final Positions twice = new Positions();
  final Positions recovered = new Positions();

  /** Those of {@link #once} whose rows were erased. */
  final Positions erased = new Positions();

  /** By source: how many more were, of which the files do not say the positions. */
  final Map<String, Long> unplaced = new HashMap<>();

  final List<String> damaged = new ArrayList<>();

  /** How many of {@link #once} have no row, for their records are skipped. */
  private final Map<Partition, Long> skipped = new HashMap<>();

  /** Dates in whose folder a file of another was seen. */
  private final Set<LocalDate> misplaced = new HashSet<>();

  private @Nullable String firstContract;

  /** Of files of other contracts than the first file's: mostly there is one alone. */
  private final Map<String, Positions> otherContracts = new HashMap<>();

  long rows;
  long records;
  int leftovers;

  /**
   * @param spans takes those of the files; null for none
   */
  Coverage(Pass pass, @Nullable Spans spans) {
    this.pass = pass;
    this.spans = spans;
    pass.add(this);
  }

  /**
   * Reads the footers of a table.
   *
   * @param keepFiles whether {@link #files} has those that are not damaged
   */
  static Coverage read(
      Store store,
      Table table,
      Pass pass,
      @Nullable Spans spans,
      boolean keepFiles,
      @Nullable Duration expiry,
      Consumer<LakeFiles.DataFile> visitor)
      throws IOException {
    Coverage coverage = new Coverage(pass, spans);
    ManifestCheck manifests = pass.isFirst() ? new ManifestCheck(store, table, expiry) : null;
    ManifestFooters footers = new ManifestFooters(store, table);
    coverage.leftovers =
        LiveFiles.forEach(
                store,
                table,
                file -> {
                  visitor.accept(file);
                  coverage.add(file);
                  coverage.checkDate(table, file);
                  if (keepFiles) {
                    coverage.files.add(
                        new LakeFiles.DataFile(
                            file.entry(), file.part(), file.footer().withoutPositions()));
                  }
                  if (manifests != null) {
                    manifests.add(file);
                  }
                  if (coverage.count % FILES_UNMEASURED == 0) {
                    pass.fit();
                  }
                },
                (entry, e) -> {
                  coverage.damaged.add(e.remedy());
                  // Its rows are not lost: they are in a file that has to be replaced.
                  PartFile part = PartFile.parse(entry.key()).orElseThrow();
                  footers
                      .of(part)
                      .map(footer -> new LakeFiles.DataFile(entry, part, footer))
                      .ifPresent(
                          file -> {
                            visitor.accept(file);
                            coverage.add(file);
                          });
                })
            .size();
    pass.fit();
    if (manifests != null) {
      coverage.damaged.addAll(manifests.findings());
      coverage.expired.addAll(manifests.expired());
    }
    return coverage;
  }

  void add(LakeFiles.DataFile file) {
    Footer footer = file.footer();
    Positions all = footer.positions();
    if (!footer.addsUp()) {
      damaged.add(
          file.entry().key()
              + ": has "
              + footer.rows()
              + " rows, "
              + (footer.records() == footer.rows() ? "" : "of " + footer.records() + " records, ")
              + (footer.skipped().isNone() ? "" : footer.skipped().total() + " skipped records, ")
              + (footer.erased().isNone() ? "" : footer.erased().total() + " erased records, ")
              + "but names "
              + all.size()
              + " positions");
    }
    rows += footer.rows();
    records += footer.records();
    if (spans != null) {
      addTo(spans, file);
    }
    count++;
    dates.merge(
        file.part().date(),
        new AuditReport.Date(footer.rows(), 0, 1, file.entry().size()),
        AuditReport.Date::plus);
    Positions taken = pass.isWhole() ? all : all.where(pass::takes);
    // This way round: the other would copy all that is there for each file.
    Positions there = taken.and(once);
    twice.addAll(there);
    footer
        .skipped()
        .byPartition()
        .forEach(
            (partition, count) -> {
              if (pass.takes(partition)) {
                long added = taken.only(partition).minus(there).size();
                skipped.merge(partition, Math.min(count, added), Long::sum);
              }
            });
    once.addAll(taken);
    if (!footer.erased().isNone()) {
      erased.addAll(footer.erased().positions().and(taken));
      all.partitions().stream()
          .findFirst()
          .ifPresent(
              partition ->
                  unplaced.merge(partition.source(), footer.erased().unplaced(), Long::sum));
    }
    if (footer.recovered()) {
      recovered.addAll(taken);
    }
    if (firstContract == null) {
      firstContract = footer.contractVersion();
    } else if (!firstContract.equals(footer.contractVersion())) {
      otherContracts.computeIfAbsent(footer.contractVersion(), v -> new Positions()).addAll(taken);
    }
  }

  /**
   * Whether the rows are of the folder's date. A difference of one day is not looked at: the
   * contract may have had another zone.
   */
  private void checkDate(Table table, LakeFiles.DataFile file) {
    LocalDate date = file.part().date();
    for (Instant time :
        List.of(file.footer().eventTimes().from(), file.footer().eventTimes().to())) {
      LocalDate own = table.dateOf(time);
      if (Math.abs(ChronoUnit.DAYS.between(date, own)) > 1 && misplaced.add(date)) {
        damaged.add(
            file.entry().key()
                + ": has rows of "
                + own
                + ", so its folder was renamed, or it was moved or copied there: put it back, or"
                + " remove the copy");
      }
    }
  }

  private static void addTo(Spans spans, LakeFiles.DataFile file) {
    Footer footer = file.footer();
    boolean ofRun = !footer.recovered() && !file.part().isRewritten();
    for (Partition partition : footer.positions().partitions()) {
      footer
          .positions()
          .span(partition)
          .ifPresent(
              span ->
                  spans.add(
                      new Span(
                          partition,
                          span.from(),
                          span.to(),
                          file.entry().modified(),
                          footer.recordTimes() == null ? null : footer.recordTimes().from(),
                          ofRun)));
    }
  }

  /** About how many bytes its positions take. */
  long memory() {
    return once.encodedSize()
        + twice.encodedSize()
        + recovered.encodedSize()
        + erased.encodedSize()
        + otherContracts.values().stream().mapToLong(Positions::encodedSize).sum();
  }

  /** How many of a partition's offsets have no row, for their records are skipped. */
  long skipped(Partition partition) {
    return skipped.getOrDefault(partition, 0L);
  }

  void forget(Partition partition) {
    once.remove(partition);
    twice.remove(partition);
    recovered.remove(partition);
    erased.remove(partition);
    skipped.remove(partition);
    otherContracts.values().forEach(one -> one.remove(partition));
  }

  /** Those of some positions that files of one contract have; each is here once. */
  private Positions ofContract(String version, Positions some) {
    if (!version.equals(firstContract)) {
      return some.and(otherContracts.getOrDefault(version, new Positions()));
    }
    Positions first = some.and(once);
    for (Positions other : otherContracts.values()) {
      first = first.minus(other);
    }
    return first;
  }

  /**
   * What both tables cover. A position in both is recovered where the lake has it by a replay,
   * which says so, or under another contract: a changed contract moved it. Anything else would be a
   * duplicate.
   */
  static Covered covered(Coverage lake, Coverage deadLetters) {
    Positions both = deadLetters.once.and(lake.once);
    Positions recovered = both.and(lake.recovered);
    List<String> versions = new ArrayList<>(lake.otherContracts.keySet());
    if (lake.firstContract != null) {
      versions.add(lake.firstContract);
    }
    if (!both.isEmpty()) {
      for (String version : versions) {
        Positions moved = lake.ofContract(version, both);
        recovered.addAll(moved.minus(deadLetters.ofContract(version, moved)));
      }
    }
    List<String> damaged = new ArrayList<>(lake.damaged);
    damaged.addAll(deadLetters.damaged);
    return new Covered(
        lake.once,
        deadLetters.once,
        recovered,
        lake.twice.copy().addAll(deadLetters.twice).addAll(both.minus(recovered)),
        Map.copyOf(lake.skipped),
        lake.erased,
        deadLetters.erased.minus(recovered),
        damaged);
  }
}
