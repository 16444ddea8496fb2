package io.sluice.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.Checkpoint.Rows;
import io.sluice.follow.FollowerState;
import io.sluice.lake.PartFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a table has of some dates, or all of a table without dates, by the folder of the files. */
final class TableFiles {
  /** Stands behind the name of a file that is in the table once more. */
  private static final String AGAIN = " (again)";

  /** Stands behind the name of a file of which readers do not see all rows. */
  private static final String LESS = " (with rows that were deleted there)";

  /** Files by the names that the follower's state has. */
  private final Map<String, Map<String, AddFile>> byFolder = new TreeMap<>();

  private final TableSchema schema;
  private final String place;

  private TableFiles(TableSchema schema, String place) {
    this.schema = schema;
    this.place = normal(place);
  }

  /**
   * Reads what a log says.
   *
   * @param place the table's folder as others may spell it in full, with a slash at its end
   * @param withStats whether it is to be known how many rows a file has
   */
  static TableFiles read(
      LogState log,
      TableSchema schema,
      String place,
      Collection<LocalDate> dates,
      boolean withStats)
      throws IOException {
    TableFiles files = new TableFiles(schema, place);
    Set<LocalDate> asked = Set.copyOf(dates);
    log.forEachFile(
        withStats,
        new Rows() {
          @Override
          public void file(AddFile file) {
            LocalDate date = date(file, schema);
            if (asked.contains(date)) {
              files.add(schema.folder(date), file);
            }
          }
        });
    return files;
  }

  /** The same of all files of a table without dates. */
  static TableFiles read(LogState log, TableSchema schema, String place) throws IOException {
    TableFiles files = new TableFiles(schema, place);
    log.forEachFile(
        false,
        new Rows() {
          @Override
          public void file(AddFile file) {
            files.add("", file);
          }
        });
    return files;
  }

  /** The dates of which a table has a file. */
  static Set<LocalDate> dates(LogState log, TableSchema schema) throws IOException {
    Set<LocalDate> dates = new TreeSet<>();
    log.forEachFile(
        false,
        new Rows() {
          @Override
          public void file(AddFile file) {
            dates.add(date(file, schema));
          }
        });
    return dates;
  }

  private void add(String folder, AddFile file) {
    Map<String, AddFile> files = byFolder.computeIfAbsent(folder, any -> new HashMap<>());
    String name = name(folder, file.path()) + (file.deletes() == null ? "" : LESS);
    while (files.putIfAbsent(name, file) != null) {
      name += AGAIN;
    }
  }

  /** Of a file without a date it is one that no lake has. */
  private static LocalDate date(AddFile file, TableSchema schema) {
    String value = file.partitionValues().get(schema.dateColumn());
    return value == null ? LocalDate.EPOCH : PartFile.date(value).orElse(LocalDate.EPOCH);
  }

  /**
   * A file's name, of one in the folder; else all of its path. A date's folder has no further ones.
   *
   * @param folder in that of the table
   */
  private String name(String folder, String path) {
    String normal = normal(decoded(path));
    String within = normal.startsWith(place) ? normal.substring(place.length()) : normal;
    String name = within.startsWith(folder) ? within.substring(folder.length()) : "";
    return name.isEmpty() || schema.isByDate() && name.contains("/") ? path : name;
  }

  /** Paths in the log are addresses, with what these may not have encoded. */
  private static String decoded(String path) {
    try {
      URI address = new URI(path);
      return address.getScheme() == null
          ? address.getPath()
          : address.getScheme()
              + ":"
              + (address.getAuthority() == null ? "" : "//" + address.getAuthority())
              + address.getPath();
    } catch (URISyntaxException e) {
      return path;
    }
  }

  /** Places as different writers spell them: {@code s3a://}, {@code file:/}. */
  private static String normal(String location) {
    return location.replaceFirst("^s3[an]://", "s3://").replaceFirst("^file:/+", "/");
  }

  FollowerState state(LocalDate date) {
    return new FollowerState(files(date).keySet());
  }

  /** The files by their names. */
  Map<String, AddFile> files(LocalDate date) {
    return byFolder.getOrDefault(schema.folder(date), Map.of());
  }

  /** The files of a table without dates, by their names. */
  Map<String, AddFile> files() {
    return byFolder.getOrDefault("", Map.of());
  }

  /**
   * How many rows of a file readers see, as the log says; negative where it does not, or where
   * somebody has marked some as deleted.
   */
  static long rows(AddFile file) {
    String stats = file.stats();
    if (stats == null || file.deletes() != null) {
      return -1;
    }
    try {
      JsonNode rows = DeltaType.JSON.readTree(stats).path("numRecords");
      return rows.isIntegralNumber() ? rows.asLong() : -1;
    } catch (JsonProcessingException e) {
      return -1;
    }
  }
}
