package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * When the files of a date that were replaced, and are still there, were read for the last time by
 * whoever goes by the newest manifest.
 */
public final class Switched {
  private Switched() {}

  /**
   * When the first of the manifests was written from which on each names what stands for a file, by
   * the store's clock; never earlier than it was. A file is not in the map where the newest
   * manifest cannot be read, so that nobody knows.
   *
   * @param files of the date, as of now
   * @return by the names of the replaced files
   */
  public static Map<String, Instant> at(Store store, Table table, LocalDate date, DateFiles files)
      throws IOException {
    Map<String, Instant> at = new TreeMap<>();
    Set<String> left = DateFiles.names(files.replaced());
    Manifests manifests = new Manifests(store, table, date);
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    List<Store.Entry> versions = manifests.versions();
    for (int i = versions.size() - 1; i >= 0 && !left.isEmpty(); i--) {
      Optional<Manifest> version = manifests.read(versions.get(i));
      if (version.isEmpty()) {
        break;
      }
      Set<String> replaced = DateFiles.replaced(folder, version.get().files());
      Instant written = versions.get(i).modified();
      left.removeIf(name -> !replaced.contains(name));
      left.forEach(name -> at.put(name, written));
    }
    return at;
  }
}
