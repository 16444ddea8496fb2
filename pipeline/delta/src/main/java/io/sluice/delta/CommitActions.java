package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Version;
import io.sluice.follow.FilesChange;
import io.sluice.follow.Footers;
import io.sluice.follow.LiveFile;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.Parallel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit of several dates, or of a table without dates, upon the state of the log that was
 * looked at. Each file in it says whether the table's rows change by it, so that readers of changes
 * pass a compaction over.
 */
final class CommitActions {
  private static final Logger LOG = LoggerFactory.getLogger(CommitActions.class);

  /** What a commit of Sluice names itself, before the version. */
  static final String ENGINE = "Sluice/";

  /** By which name a table without dates says which version it has. */
  static final String APPLICATION = "sluice";

  private final TableSchema schema;
  private final Footers footers;
  private final String what;

  /**
   * Of files that were read: where a commit meets a conflict, they are the same at the next try.
   */
  private final Map<String, Read> known = new HashMap<>();

  /**
   * @param what the table is called in messages
   */
  CommitActions(TableSchema schema, Footers footers, String what) {
    this.schema = schema;
    this.footers = footers;
    this.what = what;
  }

  /** What a footer says. */
  private record Read(String stats, MessageType type) {}

  /** A file to add. */
  private record Wanted(FilesChange<AddFile> of, LiveFile file) {
    String key() {
      return of.live().key(file);
    }
  }

  /**
   * What the next commit is to say.
   *
   * @param parameters what it says of itself besides
   * @throws IOException where a file is not one that the table can have
   */
  List<ObjectNode> actions(
      LogState seen,
      List<FilesChange<AddFile>> changes,
      Map<String, String> parameters,
      long millis)
      throws IOException {
    List<Wanted> wanted = new ArrayList<>();
    changes.forEach(change -> change.added().forEach(file -> wanted.add(new Wanted(change, file))));
    read(wanted);
    List<ObjectNode> actions = new ArrayList<>();
    actions.add(commitInfo(seen, changes, parameters, millis));
    Metadata now = seen.metadata();
    Metadata next = evolved(now, wanted, millis);
    if (now == null) {
      actions.add(ActionJson.of(Protocol.LEAST));
    }
    if (!next.equals(now)) {
      actions.add(ActionJson.of(next));
    }
    for (FilesChange<AddFile> change : changes) {
      boolean isRewrite = isRewrite(change);
      change.removed().forEach(file -> actions.add(ActionJson.remove(file, millis, !isRewrite)));
      for (LiveFile file : change.added()) {
        boolean isSame = isRewrite && file.replaces() != null;
        actions.add(ActionJson.of(add(new Wanted(change, file), millis), !isSame));
      }
      if (!change.removed().isEmpty() && !isRewrite) {
        LOG.info(
            "{}: of {} {} files go, and {} come, whose rows are not the same",
            what,
            change.live().label(),
            change.removed().size(),
            change.added().size());
      }
    }
    return actions;
  }

  private static boolean isRewrite(FilesChange<AddFile> change) {
    return change.isRewrite(AddFile::path, TableFiles::rows);
  }

  private void read(List<Wanted> wanted) throws IOException {
    List<Wanted> unread = wanted.stream().filter(one -> !known.containsKey(one.key())).toList();
    // Files of one version of a contract have one schema, and there are few versions.
    Map<MessageType, MessageType> types = new HashMap<>();
    List<Read> reads =
        Parallel.map(
            unread,
            Parallel.THREADS,
            "reading footers for " + what,
            one -> {
              ParquetMetadata footer = footers.read(one.key(), one.file().bytes());
              MessageType type = footer.getFileMetaData().getSchema();
              return new Read(FileStats.text(footer, schema.schema()), type);
            });
    for (int i = 0; i < unread.size(); i++) {
      Read read = reads.get(i);
      MessageType type = types.computeIfAbsent(read.type(), any -> any);
      known.put(unread.get(i).key(), new Read(read.stats(), type));
    }
  }

  private Read of(Wanted file) {
    return Objects.requireNonNull(known.get(file.key()));
  }

  /** The table with a schema that all files can be read by. */
  private Metadata evolved(@Nullable Metadata now, List<Wanted> wanted, long millis)
      throws IOException {
    Metadata base = now == null ? TableTarget.create(schema, millis) : now;
    if (now != null && wanted.isEmpty()) {
      return now;
    }
    SchemaMerge.Merged merged = merge(base, now == null, Set.of());
    Set<String> missing = new TreeSet<>();
    Set<MessageType> checked = new HashSet<>();
    for (Wanted one : wanted) {
      MessageType type = of(one).type();
      if (checked.add(type)) {
        missing.addAll(
            new FileSchema(footers.place() + one.key(), type)
                .missing(merged.schema(), schema.dateColumn()));
      }
    }
    SchemaMerge.Merged last = merge(base, now == null, missing);
    return last.schema().equals(base.schema()) ? base : base.with(last);
  }

  private SchemaMerge.Merged merge(Metadata base, boolean isNew, Set<String> notInAllFiles)
      throws IOException {
    return SchemaMerge.merge(
        what, base.schema(), schema.schema(), isNew, notInAllFiles, base.lastId());
  }

  private AddFile add(Wanted file, long millis) {
    Instant written = file.file().written();
    PublishedDate byDate = file.of().live() instanceof PublishedDate date ? date : null;
    return new AddFile(
        (byDate == null ? "" : schema.folder(byDate.date())) + file.file().name(),
        byDate == null ? Map.of() : Map.of(schema.dateColumn(), byDate.date().toString()),
        file.file().bytes(),
        written == null ? millis : written.toEpochMilli(),
        of(file).stats(),
        Map.of(),
        null);
  }

  private static ObjectNode commitInfo(
      LogState seen,
      List<FilesChange<AddFile>> changes,
      Map<String, String> parameters,
      long millis) {
    boolean isRewrite = changes.stream().allMatch(CommitActions::isRewrite);
    ObjectNode info =
        DeltaType.JSON
            .createObjectNode()
            .put("timestamp", millis)
            .put("operation", isRewrite ? "OPTIMIZE" : "WRITE");
    ObjectNode said = info.putObject("operationParameters");
    new TreeMap<>(parameters).forEach(said::put);
    if (seen.version() >= 0) {
      info.put("readVersion", seen.version());
    }
    info.put("isBlindAppend", false);
    info.putObject("operationMetrics")
        .put("numAddedFiles", count(changes.stream().mapToLong(one -> one.added().size()).sum()))
        .put(
            "numRemovedFiles",
            count(changes.stream().mapToLong(one -> one.removed().size()).sum()));
    info.put("engineInfo", ENGINE + Version.text());
    return DeltaType.JSON.createObjectNode().set("commitInfo", info);
  }

  private static String count(long number) {
    return String.valueOf(number);
  }
}
