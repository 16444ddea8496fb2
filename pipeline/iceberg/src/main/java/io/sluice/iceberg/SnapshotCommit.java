package io.sluice.iceberg;

import io.sluice.follow.FilesChange;
import io.sluice.follow.Footers;
import io.sluice.follow.LiveFile;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.Parallel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One commit of several dates, or of a table without dates, upon the snapshot that was looked at.
 * Its snapshots say what they are: {@code append} of new files, {@code replace} where rows were
 * copied and stay the same, {@code overwrite} of all else; readers see them all at once.
 */
final class SnapshotCommit {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCommit.class);

  /** The version of the manifest that each date is equal to. */
  static final String MANIFESTS = "sluice.manifests";

  /** The version that a table without dates is equal to. */
  static final String VERSION = "sluice.version";

  private final Table seen;
  private final LakeTarget target;
  private final Footers footers;
  private final String what;

  /**
   * @param seen the table as it was looked at
   * @param what it is called in messages
   */
  SnapshotCommit(Table seen, LakeTarget target, Footers footers, String what) {
    this.seen = seen;
    this.target = target;
    this.footers = footers;
    this.what = what;
  }

  /** Whether a snapshot of this summary is Sluice's own. */
  static boolean isOurs(Map<String, String> summary) {
    return summary.containsKey(MANIFESTS) || summary.containsKey(VERSION);
  }

  /**
   * What a commit is to be.
   *
   * @param changes where none of them adds or removes a file, the table gets a snapshot all the
   *     same, which says what it is equal to
   * @param spoilt files that others have put there or deleted rows of, and that this puts right
   * @param rows of a file of the table; negative where others have deleted some of them
   * @param summary what its snapshots say besides
   */
  record Content(
      List<FilesChange<DataFile>> changes,
      List<String> spoilt,
      ToLongFunction<DataFile> rows,
      Map<String, String> summary) {
    Content {
      changes = List.copyOf(changes);
      spoilt = List.copyOf(spoilt);
      summary = Map.copyOf(summary);
    }
  }

  /** A file to add. */
  private record Wanted(FilesChange<DataFile> of, LiveFile file) {
    String key() {
      return of.live().key(file);
    }
  }

  /** What is said of a file, of what its footer says: a footer itself is many times as large. */
  private record Read(
      Wanted wanted, MessageType type, Metrics metrics, @Nullable List<Long> splitOffsets) {}

  /**
   * Commits.
   *
   * @throws CommitFailedException where somebody was faster, as is a {@link
   *     org.apache.iceberg.exceptions.ValidationException}
   * @throws org.apache.iceberg.exceptions.CommitStateUnknownException where nobody knows whether it
   *     came through, and the table does not say
   * @throws IOException where a file is not one that the table can have
   */
  void commit(Content content) throws IOException {
    List<Read> reads = read(content.changes());
    Long base = snapshot(seen);
    Table table = evolved(reads);
    if (!Objects.equals(base, snapshot(table))) {
      throw new CommitFailedException("the table has moved");
    }
    requireSpec(table);
    Map<String, DataFile> files =
        reads.stream()
            .collect(
                Collectors.toMap(
                    read -> read.wanted().key(), read -> dataFile(table.spec(), read)));
    ForeignChanges foreign = new ForeignChanges(table, what, target.lakeTable());
    Transaction transaction = table.newTransaction();
    updates(transaction, content, files, base);
    transaction.commitTransaction();
    // Once: from now on this commit stands before them.
    foreign.say(content.spoilt());
  }

  private List<Read> read(List<FilesChange<DataFile>> commits) throws IOException {
    List<Wanted> wanted = new ArrayList<>();
    commits.forEach(commit -> commit.added().forEach(file -> wanted.add(new Wanted(commit, file))));
    // By the columns that the table is about to have; which of them are optional is no matter here.
    Schema schema = wanted.isEmpty() ? seen.schema() : target.wanted(seen, Set.of());
    NameMapping mapping = MappingUtil.create(schema);
    MetricsConfig config = MetricsConfig.from(seen.properties(), schema, seen.sortOrder());
    // Files of one version of a contract have one schema, and there are few versions.
    Map<MessageType, MessageType> types = new ConcurrentHashMap<>();
    return Parallel.map(
        wanted,
        Parallel.THREADS,
        "reading footers for " + what,
        one -> read(one, types, config, mapping));
  }

  private Read read(
      Wanted one, Map<MessageType, MessageType> types, MetricsConfig config, NameMapping mapping)
      throws IOException {
    ParquetMetadata footer = footers.read(one.key(), one.file().bytes());
    MessageType type = footer.getFileMetaData().getSchema();
    new FooterCheck(footers.place() + one.key()).requireNoMillis(type);
    return new Read(
        one,
        types.computeIfAbsent(type, any -> any),
        ParquetUtil.footerMetrics(footer, Stream.empty(), config, mapping),
        ParquetUtil.getSplitOffsets(footer));
  }

  private static @Nullable Long snapshot(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? null : snapshot.snapshotId();
  }

  /** The table with a schema that all files can be read by. */
  private Table evolved(List<Read> reads) throws IOException {
    if (reads.isEmpty()) {
      return seen;
    }
    Schema wanted = target.wanted(seen, Set.of());
    NameMapping mapping = MappingUtil.create(wanted);
    Set<Integer> missing = new HashSet<>();
    Set<MessageType> known = new HashSet<>();
    for (Read read : reads) {
      MessageType type = read.type();
      if (known.add(type)) {
        FooterCheck check = new FooterCheck(footers.place() + read.wanted().key());
        MessageType numbered =
            ParquetSchemaUtil.hasIds(type)
                ? type
                : ParquetSchemaUtil.applyNameMapping(type, mapping);
        missing.addAll(check.missing(wanted, ParquetSchemaUtil.convertAndPrune(numbered)));
      }
    }
    return target.evolve(seen, target.wanted(seen, missing));
  }

  private void requireSpec(Table table) throws IOException {
    if (!target.isSpec(table.spec())) {
      throw new IOException(
          what
              + " is partitioned by "
              + table.spec().fields()
              + " and not as it was made: somebody has changed that; put it back");
    }
  }

  private DataFile dataFile(PartitionSpec spec, Read read) {
    DataFiles.Builder file =
        DataFiles.builder(spec)
            .withPath(footers.place() + read.wanted().key())
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(read.wanted().file().bytes())
            .withMetrics(read.metrics())
            .withSplitOffsets(read.splitOffsets());
    if (read.wanted().of().live() instanceof PublishedDate live) {
      PartitionData partition = new PartitionData(spec.partitionType());
      partition.set(0, (int) live.date().toEpochDay());
      file = file.withPartition(partition);
    }
    return file.build();
  }

  /** The snapshots of the commit; those that change no row first. */
  private void updates(
      Transaction transaction, Content content, Map<String, DataFile> files, @Nullable Long base) {
    SnapshotAncestryValidator upon = new Upon(base);
    List<FilesChange<DataFile>> rewrites = new ArrayList<>();
    List<FilesChange<DataFile>> changes = new ArrayList<>();
    List<DataFile> appended = new ArrayList<>();
    for (FilesChange<DataFile> one : content.changes()) {
      if (one.removed().isEmpty()) {
        one.added().forEach(file -> appended.add(file(files, one, file)));
      } else if (one.isRewrite(DataFile::location, content.rows())) {
        rewrites.add(one);
        one.appended().forEach(file -> appended.add(file(files, one, file)));
      } else {
        changes.add(one);
        LOG.info(
            "{}: of {} {} files go, and {} come, whose rows are not the same",
            what,
            one.live().label(),
            one.removed().size(),
            one.added().size());
      }
    }
    if (!rewrites.isEmpty()) {
      RewriteFiles rewrite = transaction.newRewrite();
      if (base != null) {
        rewrite.validateFromSnapshot(base);
      }
      for (FilesChange<DataFile> one : rewrites) {
        one.removed().forEach(rewrite::deleteFile);
        one.rewritten().forEach(file -> rewrite.addFile(file(files, one, file)));
      }
      upon = commit(rewrite, upon, content);
    }
    if (!changes.isEmpty()) {
      OverwriteFiles overwrite = transaction.newOverwrite();
      for (FilesChange<DataFile> one : changes) {
        one.removed().forEach(overwrite::deleteFile);
        one.added().forEach(file -> overwrite.addFile(file(files, one, file)));
      }
      upon = commit(overwrite, upon, content);
    }
    if (!appended.isEmpty() || rewrites.isEmpty() && changes.isEmpty()) {
      AppendFiles append = transaction.newAppend();
      appended.forEach(append::appendFile);
      commit(append, upon, content);
    }
  }

  private static DataFile file(
      Map<String, DataFile> files, FilesChange<DataFile> of, LiveFile file) {
    return Objects.requireNonNull(files.get(of.live().key(file)));
  }

  /**
   * Puts a snapshot into the transaction.
   *
   * @return what the next one is to be upon: this one, which the transaction sees to
   */
  private static <U extends SnapshotUpdate<U>> SnapshotAncestryValidator commit(
      U update, SnapshotAncestryValidator upon, Content content) {
    content.summary().forEach(update::set);
    update.validateWith(upon).commit();
    return SnapshotAncestryValidator.NON_VALIDATING;
  }

  /** Holds for a table that is at a snapshot: each try of the library asks it anew. */
  private record Upon(@Nullable Long snapshot) implements SnapshotAncestryValidator {
    @Override
    public boolean validate(Iterable<Snapshot> ancestors) {
      Iterator<Snapshot> newest = ancestors.iterator();
      return Objects.equals(newest.hasNext() ? newest.next().snapshotId() : null, snapshot);
    }

    @Override
    public String errorMessage() {
      return "the table has moved since it was looked at";
    }
  }
}
