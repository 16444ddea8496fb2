package io.sluice.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.UserException;
import io.sluice.complete.Manifest;
import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The objects {@code _symlink_format_manifest/TABLE/event_date=DATE/manifest} of a table: a line
 * for each live file, with its whole place, as Hive's SymlinkTextInputFormat has it. What one says
 * is the state, and it is written as a whole. A date without files has an empty one, for writers
 * have no right to delete; readers take it for no rows.
 */
public final class FileLists {
  private static final String FOLDER = "_symlink_format_manifest/";
  private static final String NAME = "manifest";

  private final Store store;
  private final Table table;
  private final String follower;

  /**
   * @param store the lake's; who has opened it closes it
   * @param follower that keeps the lists, for messages
   */
  public FileLists(Store store, Table table, String follower) {
    this.store = store;
    this.table = table;
    this.follower = follower;
  }

  /** The key of a date's list, below the lake's root. */
  public static String key(Table table, LocalDate date) {
    return folder(table, date) + NAME;
  }

  private static String folder(Table table, LocalDate date) {
    return FOLDER + PartFile.folder(table.name(), table.dateColumn(), date);
  }

  /** The place of the folder that has the list of a date and nothing else, with a slash. */
  public String place(LocalDate date) {
    return place(folder(table, date));
  }

  /** The place of the folder that has the folders of all dates, with a slash. */
  public String place() {
    return place(FOLDER + table.name() + "/");
  }

  /** The dates that have a list. */
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

  /** What readers are led to; nothing where there is no list. */
  public FollowerState state(LocalDate date) throws IOException {
    return store
        .read(key(table, date))
        .map(list -> state(list, date))
        .orElse(FollowerState.NOTHING);
  }

  /** A line that leads elsewhere is no file's name, and so is to go. */
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

  /**
   * Writes the list of a date, where it still is as it was seen. Another may write between the look
   * and the write, so the caller looks again.
   */
  public void write(FollowerState seen, PublishedDate live) throws IOException {
    String key = key(table, live.date());
    Optional<byte[]> before = store.read(key);
    FollowerState now = before.map(list -> state(list, live.date())).orElse(FollowerState.NOTHING);
    if (!now.equals(seen)) {
      return;
    }
    byte[] list = content(live);
    if (before.isEmpty()) {
      // Whoever is first wins; the other looks again.
      store.create(key, list, UUID.randomUUID().toString());
    } else {
      store.replace(key, list, "text/plain");
    }
  }

  /** The list of what is live. */
  public byte[] content(PublishedDate live) {
    StringBuilder list = new StringBuilder();
    for (Manifest.DataFile file : live.files()) {
      list.append(place(live.key(file))).append('\n');
    }
    return list.toString().getBytes(UTF_8);
  }

  /** Where an object is, for readers that know no root. */
  private String place(String key) {
    String root = store.root();
    if (root.chars().anyMatch(c -> c == '\n' || c == '\r')) {
      throw new UserException(
          "the lake's place has a line break in it, and lists of files have one place a line; use"
              + " another, or no --publish="
              + follower);
    }
    return (root.startsWith("s3://") ? root : "file://" + root) + "/" + key;
  }
}
