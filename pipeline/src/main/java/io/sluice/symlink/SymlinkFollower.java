package io.sluice.symlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.UserException;
import io.sluice.complete.Manifest;
import io.sluice.contract.Table;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.PublishedDate;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Keeps the object {@code _symlink_format_manifest/TABLE/event_date=DATE/manifest} of each date: a
 * line for each live file, with its whole place. The object is all there is: what it says is the
 * state, and it is written as a whole. A date without files has an empty one, for writers have no
 * right to delete; readers take it for no rows.
 */
final class SymlinkFollower implements Follower {
  private static final String FOLDER = "_symlink_format_manifest/";
  private static final String NAME = "manifest";

  private final Store store;
  private final Table table;

  /**
   * @param store the lake's, to be closed with this
   */
  SymlinkFollower(Store store, Table table) {
    this.store = store;
    this.table = table;
  }

  static String key(Table table, LocalDate date) {
    return FOLDER + PartFile.folder(table.name(), table.dateColumn(), date) + NAME;
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    String column = table.dateColumn() + "=";
    Set<LocalDate> dates = new TreeSet<>();
    for (String folder : store.folders(FOLDER + table.name() + "/")) {
      if (folder.startsWith(column)) {
        PartFile.date(folder.substring(column.length())).ifPresent(dates::add);
      }
    }
    return dates;
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    return store
        .read(key(table, date))
        .map(list -> state(list, date))
        .orElse(FollowerState.NOTHING);
  }

  /** What readers are led to. A line that leads elsewhere is no file's name, and so is to go. */
  private FollowerState state(byte[] list, LocalDate date) {
    String folder = place(PartFile.folder(table.name(), table.dateColumn(), date));
    Set<String> names = new TreeSet<>();
    for (String line : new String(list, UTF_8).split("\n", -1)) {
      String name = line.startsWith(folder) ? line.substring(folder.length()) : line;
      // A file that is named twice is read twice.
      if (!name.isEmpty() && !names.add(name)) {
        names.add(line + " (again)");
      }
    }
    return new FollowerState(names);
  }

  @Override
  public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
    String key = key(table, live.date());
    Optional<byte[]> before = store.read(key);
    FollowerState now = before.map(list -> state(list, live.date())).orElse(FollowerState.NOTHING);
    if (!now.equals(seen)) {
      return;
    }
    byte[] list = list(live).getBytes(UTF_8);
    if (before.isEmpty()) {
      // Whoever is first wins; the other looks again.
      store.create(key, list, UUID.randomUUID().toString());
    } else {
      store.replace(key, list, "text/plain");
    }
  }

  private String list(PublishedDate live) {
    StringBuilder list = new StringBuilder();
    for (Manifest.DataFile file : live.files()) {
      list.append(place(live.key(file))).append('\n');
    }
    return list.toString();
  }

  /** Where an object is, for readers that know no root. */
  private String place(String key) {
    String root = store.root();
    if (root.chars().anyMatch(c -> c == '\n' || c == '\r')) {
      throw new UserException(
          "the lake's place has a line break in it, and lists of files have one place a line; use"
              + " another, or no --publish=symlink");
    }
    return (root.startsWith("s3://") ? root : "file://" + root) + "/" + key;
  }

  @Override
  public void close() {
    store.close();
  }
}
