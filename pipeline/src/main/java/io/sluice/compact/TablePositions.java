package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.complete.ManifestFooters;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The positions that files of a table have. Those of a damaged file are what its date's newest
 * manifest says: one damaged file is not to keep another from being replaced.
 *
 * @param erased those of them whose rows were erased
 * @param unknown damaged files that no manifest names
 */
record TablePositions(Store store, Positions positions, Positions erased, List<PartFile> unknown) {
  private static final Logger LOG = LoggerFactory.getLogger(TablePositions.class);

  /**
   * Reads them.
   *
   * @param which files of the table
   */
  static TablePositions read(Store store, Table table, Predicate<PartFile> which)
      throws IOException {
    Positions positions = new Positions();
    Positions erased = new Positions();
    List<PartFile> unknown = new ArrayList<>();
    ManifestFooters manifests = new ManifestFooters(store, table);
    LakeFiles.forEach(
        store,
        table,
        entry -> PartFile.parse(entry.key()).filter(which).isPresent(),
        file -> {
          positions.addAll(file.footer().positions());
          erased.addAll(file.footer().erased().positions());
        },
        (entry, e) -> {
          PartFile part = PartFile.parse(entry.key()).orElseThrow();
          Optional<Footer> footer = manifests.of(part);
          if (footer.isPresent()) {
            positions.addAll(footer.get().positions());
            erased.addAll(footer.get().erased().positions());
          } else {
            unknown.add(part);
          }
        });
    return new TablePositions(store, positions, erased, unknown);
  }

  /**
   * Refuses to go on where nobody knows all of them.
   *
   * @param replaceDamaged whether such a file counts as one without rows, which is what it becomes
   */
  void requireKnown(boolean replaceDamaged) {
    if (unknown.isEmpty()) {
      return;
    }
    String which =
        store.root()
            + "/"
            + unknown.get(0).key()
            + (unknown.size() > 1 ? ", one of " + unknown.size() + " files," : "")
            + " is damaged, and no manifest says which rows it has";
    if (!replaceDamaged) {
      throw new UserException(
          which
              + ": restore it from a backup, or take it for a file without rows with"
              + " --replaceDamaged");
    }
    LOG.warn("{}: it counts as one without rows", which);
  }
}
