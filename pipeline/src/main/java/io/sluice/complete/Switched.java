package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * When the files of a date that were replaced, and are still there, were read for the last time by
 * whoever goes by the newest manifest.
 */
public final class Switched {
  private Switched() {}

  /**
   * When the first manifest was written that names all that replaced them, by the store's clock;
   * never earlier than it was. Empty where the newest manifest cannot be read, so that nobody
   * knows.
   *
   * @param files of the date, as of now
   */
  public static Optional<Instant> at(Store store, Table table, LocalDate date, DateFiles files)
      throws IOException {
    Optional<Manifest> newest = files.manifest();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Set<String> replacing = replacing(files, newest.get());
    Manifests manifests = new Manifests(store, table, date);
    List<Store.Entry> versions = manifests.versions();
    Optional<Instant> at = Optional.empty();
    for (int i = versions.size() - 1; i >= 0; i--) {
      Optional<Manifest> version = manifests.read(versions.get(i));
      if (version.isEmpty() || !version.get().names().containsAll(replacing)) {
        break;
      }
      at = Optional.of(versions.get(i).modified());
    }
    return at;
  }

  /** The live files that stand for some that are there. */
  private static Set<String> replacing(DateFiles files, Manifest newest) {
    Set<String> replaced = DateFiles.names(files.replaced());
    Set<String> replacing = new TreeSet<>();
    for (Store.Entry entry : files.live()) {
      PartFile part = DateFiles.part(entry);
      Replaced replaces = newest.file(part.name()).map(Manifest.DataFile::replaces).orElse(null);
      if (replaces != null && replaces.names(part).stream().anyMatch(replaced::contains)) {
        replacing.add(part.name());
      }
    }
    return replacing;
  }
}
