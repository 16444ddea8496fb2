package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the newest manifests say of files: for those that are damaged, and do not say it themselves.
 * Each date's manifest is read once.
 */
public final class ManifestFooters {
  private final Store store;
  private final Table table;
  private final Map<LocalDate, Optional<Manifest>> manifests = new HashMap<>();

  public ManifestFooters(Store store, Table table) {
    this.store = store;
    this.table = table;
  }

  /** What a file's footer had; empty where no manifest names the file. */
  public Optional<Footer> of(PartFile part) throws IOException {
    Optional<Manifest> manifest = manifests.get(part.date());
    if (manifest == null) {
      manifest = new Manifests(store, table, part.date()).newest();
      manifests.put(part.date(), manifest);
    }
    return manifest.flatMap(one -> one.file(part.name())).map(Manifest.DataFile::footer);
  }
}
