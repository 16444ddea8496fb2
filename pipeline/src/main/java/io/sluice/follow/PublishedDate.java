package io.sluice.follow;

import io.sluice.complete.Manifest;
import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is live of a date: the files that its newest manifest names and that are there. Those that
 * were appended since are in the next one.
 *
 * @param version of that manifest; 0 where the lake has nothing of the date, not even a file
 * @param files in the order of their names
 */
public record PublishedDate(Table table, LocalDate date, int version, List<Manifest.DataFile> files)
    implements PublishedFiles {
  public PublishedDate {
    files = List.copyOf(files);
  }

  @Override
  public String folder() {
    return PartFile.folder(table.name(), table.dateColumn(), date);
  }

  @Override
  public List<LiveFile> live() {
    return files.stream().map(LiveFile::of).toList();
  }

  @Override
  public String label() {
    return date + "=" + version;
  }

  /** The key of one of the files, below the lake's root. */
  public String key(Manifest.DataFile file) {
    return folder() + file.name();
  }

  /** Does not make the files anew, as {@link #live} does. */
  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    files.forEach(file -> names.add(file.name()));
    return Collections.unmodifiableSet(names);
  }
}
