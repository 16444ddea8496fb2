package io.sluice.iceberg;

import io.sluice.complete.Manifest;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;

/**
 * What makes a date equal to the lake.
 *
 * @param added files that the table lacks
 * @param removed what the table has and is not to have; among them a file that is live, where it is
 *     in the table twice or where rows of it were deleted: it is added anew
 */
record DateCommit(PublishedDate live, List<Manifest.DataFile> added, List<DataFile> removed) {
  DateCommit {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  static DateCommit of(PublishedDate live, TableFiles table) {
    Map<String, DataFile> has = new TreeMap<>(table.files(live.date()));
    Set<String> right = new TreeSet<>(has.keySet());
    right.retainAll(live.names());
    // By its place alone a file is removed, and so is one that is there once more.
    Set<String> wrong =
        has.entrySet().stream()
            .filter(entry -> !right.contains(entry.getKey()))
            .map(entry -> entry.getValue().location())
            .collect(Collectors.toSet());
    right.removeIf(name -> wrong.contains(has.get(name).location()));
    List<DataFile> removed = new ArrayList<>();
    has.forEach(
        (name, file) -> {
          if (!right.contains(name)) {
            removed.add(file);
          }
        });
    return new DateCommit(
        live, live.files().stream().filter(file -> !right.contains(file.name())).toList(), removed);
  }

  boolean isNothing() {
    return added.isEmpty() && removed.isEmpty();
  }

  /** The added files that a rewrite made. */
  List<Manifest.DataFile> rewritten() {
    return added.stream().filter(file -> file.replaces() != null).toList();
  }

  /** The other added files. */
  List<Manifest.DataFile> appended() {
    return added.stream().filter(file -> file.replaces() == null).toList();
  }

  /**
   * Whether all that is removed has its rows in rewritten files that are added, and these have no
   * other rows: then the table has the same rows before and after.
   */
  boolean isRewrite(String folder) {
    Set<String> replaced = new TreeSet<>();
    for (Manifest.DataFile file : rewritten()) {
      Replaced replaces = file.replaces();
      if (replaces != null) {
        PartFile.parse(folder + file.name())
            .ifPresent(part -> replaced.addAll(replaces.names(part)));
      }
    }
    return !removed.isEmpty()
        && removed.stream()
            .allMatch(
                file ->
                    replaced.contains(
                        file.location().substring(file.location().lastIndexOf('/') + 1)))
        && removed.stream().mapToLong(DataFile::recordCount).sum()
            == rewritten().stream().mapToLong(Manifest.DataFile::rows).sum();
  }
}
