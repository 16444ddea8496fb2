package io.sluice.follow;

import io.sluice.complete.DateFiles;
import io.sluice.complete.Manifest;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a lake has published of a table. */
public interface Published {
  /** The dates that the lake has something of, ascending. */
  List<LocalDate> dates() throws IOException;

  /**
   * What is live of a date now; empty where the date has files and no manifest yet, so that the
   * lake has not said.
   *
   * @throws IOException where its newest manifest cannot be read
   */
  Optional<PublishedDate> date(LocalDate date) throws IOException;

  /** As the store has it. */
  static Published in(Store store, Table table) {
    return new Published() {
      @Override
      public List<LocalDate> dates() throws IOException {
        return LakeFiles.dates(store, table);
      }

      @Override
      public Optional<PublishedDate> date(LocalDate date) throws IOException {
        DateFiles now = DateFiles.read(store, table, date);
        if (now.version() == 0) {
          return now.live().isEmpty()
              ? Optional.of(new PublishedDate(table, date, 0, List.of()))
              : Optional.empty();
        }
        Manifest newest = now.manifest().orElseThrow(() -> unreadable(now.version(), date));
        // A rule of the bucket may have removed files since: nobody can read these.
        Set<String> there = now.live().stream().map(Published::name).collect(Collectors.toSet());
        return Optional.of(
            new PublishedDate(
                table,
                date,
                now.version(),
                newest.files().stream().filter(file -> there.contains(file.name())).toList()));
      }

      private IOException unreadable(int version, LocalDate date) {
        return new IOException(
            store.root()
                + "/"
                + PartFile.folder(table.name(), table.dateColumn(), date)
                + ": manifest "
                + version
                + ", the newest, cannot be read, so which files are live is not known; start the"
                + " job, or compact or rebuild the date: each writes the next");
      }
    };
  }

  private static String name(Store.Entry entry) {
    return entry.key().substring(entry.key().lastIndexOf('/') + 1);
  }
}
