package io.sluice.follow;

import java.util.Comparator;
import java.util.List;

/**
 * What is live of a table without dates, which has versions: each names all of its files.
 *
 * @param table its name, which is that of its folder, too
 * @param number of the version, from 1 on
 * @param live in the order of their names
 */
public record PublishedVersion(String table, long number, List<LiveFile> live)
    implements PublishedFiles {
  public PublishedVersion {
    live = live.stream().sorted(Comparator.comparing(LiveFile::name)).toList();
  }

  @Override
  public String folder() {
    return table + "/";
  }

  @Override
  public String label() {
    return "version " + number;
  }
}
