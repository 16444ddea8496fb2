package io.sluice.audit;

import io.sluice.complete.DateManifest;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.ManifestCheck;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.lake.StoreException;
import io.sluice.lake.StoreInputFile;
import io.sluice.lake.TimeSource;
import io.sluice.source.KafkaSettings;
import io.sluice.source.SourceId;
import io.sluice.source.Topic;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.jspecify.annotations.Nullable;

/**
 * The proof: reads the footers of lake and dead letters and asks Kafka for its offsets. For each
 * partition every offset that a run was asked to read and that holds a record must be in exactly
 * one file.
 */
public final class Audit {
  private final Store lake;
  private final Store deadLetters;
  private final Contract contract;
  private final KafkaSettings kafka;
  private final String topicName;
  private final @Nullable String sourceId;

  public Audit(
      Store lake,
      Store deadLetters,
      Contract contract,
      KafkaSettings kafka,
      String topicName,
      @Nullable String sourceId) {
    this.lake = lake;
    this.deadLetters = deadLetters;
    this.contract = contract;
    this.kafka = kafka;
    this.topicName = topicName;
    this.sourceId = sourceId;
  }

  /**
   * Judges what is there now.
   *
   * @param deep reads every file whole, too: its bytes against its seal and the manifest's digest,
   *     its rows against its footer
   */
  public AuditReport run(boolean deep) throws IOException {
    return run(deep, Visitor.NONE);
  }

  /**
   * The same, for who wants to see the files that are judged: each footer is read once.
   *
   * @param deep as above
   */
  public AuditReport run(boolean deep, Visitor visitor) throws IOException {
    Table lakeTable = contract.lakeTable();
    Table deadTable = DeadLetters.table(contract);
    try (Topic topic = new Topic(kafka, topicName)) {
      SourceId source = topic.id(sourceId);
      // The ends first: what is committed while we read the lake is beyond them or in it.
      Map<Integer, Long> ends = topic.ends();
      Map<Integer, Long> beginnings = topic.beginnings();
      Map<Integer, Long> starts = RunStarts.read(lake, lakeTable.name(), source.text());
      Coverage inLake = new Coverage(lake, lakeTable, visitor::lake);
      Coverage inDeadLetters = new Coverage(deadLetters, deadTable, visitor::deadLetters);
      List<String> damaged = new ArrayList<>(inLake.damaged);
      damaged.addAll(inDeadLetters.damaged);
      if (deep) {
        damaged.addAll(deepCheck(lake, lakeTable, inLake.files));
        damaged.addAll(deepCheck(deadLetters, deadTable, inDeadLetters.files));
      }
      Covered found = found(inLake, inDeadLetters);
      Positions recovered = found.recovered();
      Positions duplicate = found.duplicate();
      Positions covered = inLake.once.copy().addAll(inDeadLetters.once);
      List<AuditReport.Partition> partitions = new ArrayList<>();
      try (GapReader gaps = new GapReader(kafka, topicName)) {
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
          int number = end.getKey();
          Positions.Partition partition = new Positions.Partition(source.text(), number);
          long first = starts.getOrDefault(number, beginnings.getOrDefault(number, 0L));
          Positions expected = new Positions();
          expected.addRange(source.text(), number, first, end.getValue());
          Positions lost = new Positions();
          for (Positions.Range gap : expected.minus(covered).ranges(partition)) {
            gaps.records(number, gap, beginnings.getOrDefault(number, 0L))
                .forEach(
                    range -> lost.addRange(source.text(), number, range.from(), range.to() + 1));
          }
          partitions.add(
              new AuditReport.Partition(
                  number,
                  first,
                  end.getValue(),
                  inLake.once.only(partition).size(),
                  inDeadLetters.once.only(partition).size(),
                  recovered.only(partition).size(),
                  lost.ranges(partition),
                  duplicate.only(partition).ranges(partition)));
        }
      }
      Positions otherSources = duplicate.copy();
      for (AuditReport.Partition partition : partitions) {
        otherSources =
            otherSources.minus(
                otherSources.only(new Positions.Partition(source.text(), partition.number())));
      }
      return new AuditReport(
          source.text(),
          partitions,
          otherSources.size(),
          dates(inLake, inDeadLetters),
          inLake.files.size(),
          inDeadLetters.files.size(),
          inLake.files.stream().mapToLong(f -> f.entry().size()).sum(),
          inLake.positions,
          inLake.leftovers + inDeadLetters.leftovers,
          damaged,
          found);
    }
  }

  /**
   * What the footers of lake and dead letters say, without Kafka: which offsets are there, and
   * which twice. Whether one that is not there ever held a record, they cannot know.
   */
  public static Covered covered(Store lake, Store deadLetters, Contract contract, Visitor visitor)
      throws IOException {
    return found(
        new Coverage(lake, contract.lakeTable(), visitor::lake),
        new Coverage(deadLetters, DeadLetters.table(contract), visitor::deadLetters));
  }

  static Covered found(Coverage lake, Coverage deadLetters) {
    Positions both = lake.once.and(deadLetters.once);
    Positions recovered = recovered(both, lake, deadLetters);
    List<String> damaged = new ArrayList<>(lake.damaged);
    damaged.addAll(deadLetters.damaged);
    return new Covered(
        lake.once,
        deadLetters.once,
        recovered,
        lake.twice.copy().addAll(deadLetters.twice).addAll(both.minus(recovered)),
        damaged);
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

  /**
   * In both, and in the lake by a replay, which says so; or under different contracts: a changed
   * contract moved it. Anything else would be a double.
   */
  private static Positions recovered(Positions both, Coverage lake, Coverage deadLetters) {
    Positions recovered = both.and(lake.recovered);
    if (both.isEmpty()) {
      return recovered;
    }
    lake.byContract.forEach(
        (version, positions) -> {
          Positions moved = both.and(positions);
          Positions same = deadLetters.byContract.get(version);
          recovered.addAll(same == null ? moved : moved.minus(same));
        });
    return recovered;
  }

  private static TreeMap<LocalDate, AuditReport.Date> dates(Coverage lake, Coverage deadLetters) {
    TreeMap<LocalDate, AuditReport.Date> dates = new TreeMap<>();
    for (LakeFiles.DataFile file : lake.files) {
      dates.merge(
          file.part().date(),
          new AuditReport.Date(file.footer().rows(), 0, 1, file.entry().size()),
          AuditReport.Date::plus);
    }
    for (LakeFiles.DataFile file : deadLetters.files) {
      dates.merge(
          file.part().date(),
          new AuditReport.Date(0, file.footer().rows(), 0, 0),
          AuditReport.Date::plus);
    }
    return dates;
  }

  private static List<String> deepCheck(Store store, Table table, List<LakeFiles.DataFile> files)
      throws IOException {
    List<String> damaged = new ArrayList<>();
    Map<LocalDate, Map<String, String>> digests = new HashMap<>();
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    for (LakeFiles.DataFile file : files) {
      Map<String, String> known = digests.get(file.part().date());
      if (known == null) {
        Map<String, String> fromManifest = new HashMap<>();
        DateManifest.newest(store, table, file.part().date())
            .ifPresent(
                manifest ->
                    manifest
                        .path("files")
                        .forEach(
                            f ->
                                fromManifest.put(
                                    f.path("name").asText(), f.path("sha256").asText())));
        digests.put(file.part().date(), fromManifest);
        known = fromManifest;
      }
      Seal.Check check;
      try {
        check = Seal.check(store, file.entry());
      } catch (NoSuchFileException e) {
        // A rewrite has replaced it since it was listed.
        continue;
      }
      if (!check.intact()) {
        damaged.add(file.entry().key() + ": its bytes are not those that were sealed");
      }
      String expected = known.get(file.part().name());
      if (expected != null && !expected.equals(check.sha256())) {
        damaged.add(file.entry().key() + ": its bytes are not those of the manifest's SHA-256");
      }
      long rows = 0;
      try (ParquetFileReader reader =
          ParquetFileReader.open(new StoreInputFile(store, file.entry()), options)) {
        for (PageReadStore group = reader.readNextRowGroup();
            group != null;
            group = reader.readNextRowGroup()) {
          rows += group.getRowCount();
        }
      } catch (NoSuchFileException e) {
        continue;
      } catch (IOException | RuntimeException e) {
        StoreException.throwIfCause(e);
        damaged.add(file.entry().key() + ": cannot be read: " + e);
        continue;
      }
      if (rows != file.footer().rows()) {
        damaged.add(
            file.entry().key()
                + ": has "
                + rows
                + " rows, its footer says "
                + file.footer().rows());
      }
    }
    return damaged;
  }

  /** What the files of a table cover. Of each file it keeps all but its positions. */
  static final class Coverage {
    private final List<LakeFiles.DataFile> files = new ArrayList<>();
    private final Positions once = new Positions();
    private final Positions twice = new Positions();
    private final Positions recovered = new Positions();
    private final Map<String, Positions> byContract = new HashMap<>();
    private final List<String> damaged = new ArrayList<>();
    private long positions;
    private int leftovers;

    Coverage() {}

    Coverage(Store store, Table table, Consumer<LakeFiles.DataFile> visitor) throws IOException {
      ManifestCheck manifests = new ManifestCheck(store, table, TimeSource.SYSTEM);
      leftovers =
          LiveFiles.forEach(
                  store,
                  table,
                  file -> {
                    add(file);
                    manifests.add(file);
                    visitor.accept(file);
                  })
              .size();
      damaged.addAll(manifests.findings());
    }

    void add(LakeFiles.DataFile file) {
      Positions positions = file.footer().positions();
      twice.addAll(once.and(positions));
      once.addAll(positions);
      if (file.footer().recovered()) {
        recovered.addAll(positions);
      }
      byContract
          .computeIfAbsent(file.footer().contractVersion(), v -> new Positions())
          .addAll(positions);
      if (positions.size() != file.footer().rows()) {
        damaged.add(
            file.entry().key()
                + ": has "
                + file.footer().rows()
                + " rows, but names "
                + positions.size()
                + " positions");
      }
      this.positions += positions.size();
      files.add(
          new LakeFiles.DataFile(file.entry(), file.part(), file.footer().withoutPositions()));
    }
  }
}
