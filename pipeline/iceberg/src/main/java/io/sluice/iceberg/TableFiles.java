package io.sluice.iceberg;

import io.sluice.follow.FollowerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ManifestEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot has of some dates, or of a table without dates, by the folder where the lake has
 * them. It is read from the snapshot's manifests and not by a scan: a scan leaves out files without
 * rows, of records that are skipped, which a table has as well.
 */
final class TableFiles {
  /** All that is asked of an entry; its statistics are most of it, and are not. */
  static final List<String> COLUMNS =
      List.of("file_path", "file_format", "partition", "record_count", "file_size_in_bytes");

  /** Stands behind the name of a file that is in the table once more. */
  private static final String AGAIN = " (again)";

  /** Stands behind the name of a file of which readers do not see all rows. */
  private static final String LESS = " (with rows that were deleted there)";

  /** Files by the names that the follower's state has. */
  private final Map<String, Map<String, DataFile>> byFolder = new TreeMap<>();

  /** The places of files with rows that others have deleted. */
  private final Set<String> withLess = new HashSet<>();

  /** The names of files that are not where the lake has those of their folder. */
  private final Set<String> elsewhere = new HashSet<>();

  private final String place;
  private final LakeSchema schema;

  private TableFiles(String place, LakeSchema schema) {
    this.place = normal(place);
    this.schema = schema;
  }

  /** Nothing at all. */
  static TableFiles none(String place, LakeSchema schema) {
    return new TableFiles(place, schema);
  }

  /**
   * Reads the current snapshot.
   *
   * @param dates those that are asked for
   * @throws IOException where the table has files of another partitioning, whose dates nobody knows
   */
  static TableFiles read(Table table, String place, LakeSchema schema, Collection<LocalDate> dates)
      throws IOException {
    TableFiles files = new TableFiles(place, schema);
    Set<LocalDate> asked = Set.copyOf(dates);
    Expression filter =
        asked.size() > 200
            ? Expressions.alwaysTrue()
            : Expressions.in(
                schema.dateColumn(),
                asked.stream().map(date -> (Object) (int) date.toEpochDay()).toArray());
    files.read(table, filter, entry -> asked.contains(date(entry)));
    return files;
  }

  /** Reads all that the current snapshot of a table without dates has. */
  static TableFiles read(Table table, String place, LakeSchema schema) throws IOException {
    TableFiles files = new TableFiles(place, schema);
    files.read(table, Expressions.alwaysTrue(), entry -> true);
    return files;
  }

  /** The dates of which the current snapshot has a file. */
  static Set<LocalDate> dates(Table table, LakeSchema schema) throws IOException {
    Set<LocalDate> dates = new TreeSet<>();
    Snapshot snapshot = table.currentSnapshot();
    if (snapshot == null) {
      return dates;
    }
    for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
      if (!manifest.hasAddedFiles() && !manifest.hasExistingFiles()) {
        continue;
      }
      requireSpec(table, manifest, schema);
      try (CloseableIterable<DataFile> entries =
          ManifestFiles.read(manifest, table.io(), table.specs()).select(COLUMNS)) {
        entries.forEach(entry -> dates.add(date(entry)));
      }
    }
    return dates;
  }

  private void read(Table table, Expression filter, Predicate<DataFile> isAsked)
      throws IOException {
    Snapshot snapshot = table.currentSnapshot();
    if (snapshot == null) {
      return;
    }
    List<DataFile> found = new ArrayList<>();
    for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
      if (!manifest.hasAddedFiles() && !manifest.hasExistingFiles()) {
        continue;
      }
      PartitionSpec spec = requireSpec(table, manifest, schema);
      if (!ManifestEvaluator.forRowFilter(filter, spec, true).eval(manifest)) {
        continue;
      }
      try (CloseableIterable<DataFile> entries =
          ManifestFiles.read(manifest, table.io(), table.specs()).select(COLUMNS)) {
        for (DataFile entry : entries) {
          if (isAsked.test(entry)) {
            found.add(entry.copyWithoutStats());
          }
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    Deletes deletes = Deletes.read(table, snapshot);
    for (DataFile file : found) {
      LocalDate date = schema.isByDate() ? date(file) : null;
      String folder = date == null ? schema.folder() : schema.folder(date);
      Map<String, DataFile> files = byFolder.computeIfAbsent(folder, any -> new HashMap<>());
      boolean isLess = deletes.isOf(file, date);
      if (isLess) {
        withLess.add(file.location());
      }
      String name = name(folder, file.location());
      boolean isElsewhere = name.equals(file.location());
      name += isLess ? LESS : "";
      while (files.putIfAbsent(name, file) != null) {
        name += AGAIN;
      }
      if (isElsewhere) {
        elsewhere.add(name);
      }
    }
  }

  /** The partitioning of a manifest's files, which is that of the table. */
  private static PartitionSpec requireSpec(Table table, ManifestFile manifest, LakeSchema schema)
      throws IOException {
    PartitionSpec spec = table.specs().get(manifest.partitionSpecId());
    if (spec == null || !schema.isSpec(spec)) {
      throw new IOException(
          table.name()
              + " has files of another partitioning than "
              + (schema.isByDate() ? "by date" : "none")
              + " ("
              + spec
              + "): who has written them is to take them out, or roll the table back");
    }
    return spec;
  }

  static boolean isByDate(PartitionSpec spec) {
    return spec.fields().size() == 1
        && spec.fields().get(0).sourceId() == LakeSchema.DATE_ID
        && spec.fields().get(0).transform().isIdentity();
  }

  static LocalDate date(ContentFile<?> file) {
    StructLike partition = file.partition();
    Integer day = partition.get(0, Integer.class);
    return day == null ? LocalDate.EPOCH : LocalDate.ofEpochDay(day);
  }

  /**
   * A file's name, of one in the folder; else all of its place. A date's folder has no further
   * ones.
   */
  private String name(String folder, String location) {
    String normal = normal(location);
    String whole = place + folder;
    String name = normal.startsWith(whole) ? normal.substring(whole.length()) : "";
    return name.isEmpty() || schema.isByDate() && name.contains("/") ? location : name;
  }

  /** Of the names in a folder, those of files as nobody but others leaves them. */
  List<String> spoilt(String folder) {
    return files(folder).keySet().stream()
        .filter(name -> elsewhere.contains(name) || name.endsWith(AGAIN) || name.endsWith(LESS))
        .sorted()
        .toList();
  }

  /** Places as different writers spell them: {@code s3a://}, {@code file:/}. */
  static String normal(String location) {
    return location.replaceFirst("^s3[an]://", "s3://").replaceFirst("^file:/+", "/");
  }

  FollowerState state(LocalDate date) {
    return new FollowerState(files(schema.folder(date)).keySet());
  }

  /** How many rows of a file readers see; negative where somebody has deleted some. */
  long rows(DataFile file) {
    return withLess.contains(file.location()) ? -1 : file.recordCount();
  }

  /** The files of a folder by their names. */
  Map<String, DataFile> files(String folder) {
    return byFolder.getOrDefault(folder, Map.of());
  }

  /** Rows that engines have deleted without writing the file anew. */
  static final class Deletes {
    /** By the place of the file that they are of: the greatest sequence number. */
    private final Map<String, Long> ofFiles = new HashMap<>();

    /** Those that may be of any file of a date, and of any at all. */
    private final Map<LocalDate, Long> ofDates = new HashMap<>();

    private long everywhere = -1;

    static Deletes read(Table table, Snapshot snapshot) throws IOException {
      Deletes deletes = new Deletes();
      for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
        PartitionSpec spec = table.specs().get(manifest.partitionSpecId());
        try (CloseableIterable<DeleteFile> entries =
            ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
          for (DeleteFile entry : entries) {
            deletes.add(spec, entry);
          }
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
      return deletes;
    }

    private void add(@Nullable PartitionSpec spec, DeleteFile entry) {
      String of = entry.referencedDataFile();
      Long sequence = entry.dataSequenceNumber();
      long number = sequence == null ? Long.MAX_VALUE : sequence;
      if (of != null) {
        ofFiles.merge(of, number, Math::max);
      } else if (spec == null || !isByDate(spec)) {
        everywhere = Math.max(everywhere, number);
      } else {
        ofDates.merge(date(entry), number, Math::max);
      }
    }

    /**
     * Whether some may be of a file.
     *
     * @param date of the file; null where the table has none
     */
    boolean isOf(DataFile file, @Nullable LocalDate date) {
      Long sequence = file.dataSequenceNumber();
      long number = sequence == null ? 0 : sequence;
      return ofFiles.getOrDefault(file.location(), -1L) >= number
          || date != null && ofDates.getOrDefault(date, -1L) >= number
          || everywhere >= number;
    }
  }
}
