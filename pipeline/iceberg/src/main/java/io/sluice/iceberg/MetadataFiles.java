package io.sluice.iceberg;

import io.sluice.lake.Parallel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * The objects of a table's metadata: which are named, and those deleted that are not. No data file
 * is among them, by where they come from and by their names.
 */
final class MetadataFiles {
  private static final int AT_ONCE = 16;

  private MetadataFiles() {}

  /** Finds the table as it is now. */
  interface Fresh {
    Table table() throws IOException;
  }

  /**
   * What some snapshots name: their lists of manifests, and the manifests.
   *
   * @param to gets it; a list that is gone, of a call that was killed, names nothing
   */
  static void named(Table table, Collection<Snapshot> snapshots, Set<String> to)
      throws IOException {
    for (Set<String> some :
        Parallel.map(
            List.copyOf(snapshots),
            AT_ONCE,
            "reading lists of manifests",
            snapshot -> {
              Set<String> names = new HashSet<>();
              try {
                for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                  names.add(manifest.path());
                }
              } catch (NotFoundException e) {
                return names;
              }
              names.add(snapshot.manifestListLocation());
              return names;
            })) {
      to.addAll(some);
    }
  }

  /** What all snapshots of a table name, by places that can be compared. */
  private static Set<String> named(Table table) throws IOException {
    List<Snapshot> snapshots = new ArrayList<>();
    table.snapshots().forEach(snapshots::add);
    Set<String> named = new HashSet<>();
    for (Set<String> some :
        Parallel.map(
            snapshots,
            AT_ONCE,
            "reading lists of manifests",
            snapshot -> {
              // One that cannot be read ends the call: nobody knows what it names.
              Set<String> names = new HashSet<>();
              names.add(TableFiles.normal(snapshot.manifestListLocation()));
              for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                names.add(TableFiles.normal(manifest.path()));
              }
              return names;
            })) {
      named.addAll(some);
    }
    return named;
  }

  /**
   * Deletes those of some objects that no snapshot names.
   *
   * @param table after the snapshots that named them were taken out
   * @return how many
   */
  static int deleteUnnamed(Table table, Set<String> candidates) throws IOException {
    if (candidates.isEmpty()) {
      return 0;
    }
    Set<String> named = named(table);
    Set<String> unnamed = new TreeSet<>(candidates);
    unnamed.removeIf(one -> named.contains(TableFiles.normal(one)) || !one.endsWith(".avro"));
    delete(table.io(), unnamed);
    return unnamed.size();
  }

  /** Why nobody can say which metadata of a table is an orphan; empty where one can. */
  static Optional<String> whyNoOrphans(Table table) {
    if (table.properties().containsKey(TableProperties.WRITE_METADATA_LOCATION)) {
      return Optional.of(
          "orphans were not looked for: write.metadata.path may be the metadata of other tables,"
              + " too");
    }
    return table.io() instanceof SupportsPrefixOperations
        ? Optional.empty()
        : Optional.of(
            "orphans were not looked for: io-impl "
                + table.io().getClass().getName()
                + " cannot list");
  }

  /**
   * Deletes metadata that nothing names; none where another table has metadata there, which is not
   * told from orphans: one that was renamed keeps its folder.
   *
   * @param before only what is older
   * @param dryRun only counts
   * @param notes gets why nothing was done
   * @return how many
   */
  static int orphans(Fresh fresh, Instant before, boolean dryRun, List<String> notes)
      throws IOException {
    Table listed = fresh.table();
    String any = ((HasTableOperations) listed).operations().metadataFileLocation("any");
    String folder = any.substring(0, any.lastIndexOf('/') + 1);
    Set<String> found = new TreeSet<>();
    Set<String> versions = new TreeSet<>();
    for (FileInfo file : ((SupportsPrefixOperations) listed.io()).listPrefix(folder)) {
      if (isVersion(file.location())) {
        versions.add(file.location());
      }
      if (isMetadata(file.location()) && file.createdAtMillis() < before.toEpochMilli()) {
        found.add(file.location());
      }
    }
    // After the list: what was committed meanwhile is named.
    Table table = fresh.table();
    Set<String> named = named(table);
    ReachableFileUtil.metadataFileLocations(table, true)
        .forEach(one -> named.add(TableFiles.normal(one)));
    versions.removeIf(one -> named.contains(TableFiles.normal(one)));
    Optional<String> other = ofAnother(table, versions);
    if (other.isPresent()) {
      notes.add("orphans were not removed: " + other.get());
      return 0;
    }
    ReachableFileUtil.statisticsFilesLocations(table)
        .forEach(one -> named.add(TableFiles.normal(one)));
    for (PartitionStatisticsFile file : table.partitionStatisticsFiles()) {
      named.add(TableFiles.normal(file.path()));
    }
    found.removeIf(one -> named.contains(TableFiles.normal(one)));
    if (!dryRun) {
      delete(table.io(), found);
    }
    return found.size();
  }

  /** Which of some versions of metadata is not the table's; empty where all are. */
  private static Optional<String> ofAnother(Table table, Set<String> versions) throws IOException {
    for (Optional<String> one :
        Parallel.map(
            List.copyOf(versions),
            AT_ONCE,
            "reading metadata",
            place -> {
              try {
                return TableMetadataParser.read(table.io(), place)
                        .uuid()
                        .equals(table.uuid().toString())
                    ? Optional.<String>empty()
                    : Optional.of(place + " is of another table, which may need what is beside it");
              } catch (NotFoundException e) {
                // Another call was faster.
                return Optional.<String>empty();
              } catch (RuntimeException e) {
                return Optional.of(
                    "it is not known whose "
                        + place
                        + " is ("
                        + Failures.why(e)
                        + "); delete it, if it is nobody's");
              }
            })) {
      if (one.isPresent()) {
        return one;
      }
    }
    return Optional.empty();
  }

  private static boolean isMetadata(String place) {
    return place.endsWith(".avro") || isVersion(place);
  }

  private static boolean isVersion(String place) {
    return place.endsWith(".metadata.json") || place.endsWith(".metadata.json.gz");
  }

  private static void delete(FileIO io, Set<String> places) throws IOException {
    if (places.isEmpty()) {
      return;
    }
    if (io instanceof SupportsBulkOperations bulk) {
      bulk.deleteFiles(places);
      return;
    }
    Parallel.forEach(
        List.copyOf(places),
        AT_ONCE,
        "deleting metadata",
        place -> {
          try {
            io.deleteFile(place);
          } catch (NotFoundException e) {
            // Another call was faster.
          }
        });
  }
}
