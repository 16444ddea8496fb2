package io.sluice.audit;

import io.sluice.complete.Manifest;
import io.sluice.complete.Manifests;
import io.sluice.contract.Table;
import io.sluice.follow.TableSnapshot;
import io.sluice.lake.Footer;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which live files of the lake a snapshot was to name. Where it says that a date was equal to a
 * manifest, those of that manifest. Where it does not, for the snapshots that said so have expired:
 * each file of a log before one that it names, since a writer goes on to a number only after it has
 * seen the one before it. All else may have come later.
 */
final class Claims {
  private final Store store;
  private final Table table;
  private final TableSnapshot snapshot;

  /** The files that are named, by date. */
  private final Map<String, List<PartFile>> named;

  private final Map<LocalDate, Optional<Manifest>> manifests = new HashMap<>();
  private final Map<LocalDate, Set<String>> names = new HashMap<>();
  private final Map<String, Map<Integer, Long>> greatest = new HashMap<>();

  Claims(Store store, Table table, TableSnapshot snapshot, Map<String, List<PartFile>> named) {
    this.store = store;
    this.table = table;
    this.snapshot = snapshot;
    this.named = named;
  }

  /**
   * Whether a live file that is not named was to be.
   *
   * @throws UncheckedIOException where a manifest could not be read
   */
  boolean isDue(PartFile live) {
    try {
      Optional<Manifest> manifest = manifest(live.date());
      if (manifest.isPresent()) {
        Manifest claimed = manifest.get();
        return names.computeIfAbsent(live.date(), date -> claimed.names()).contains(live.name());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !live.isRewritten()
        && greatest
                .computeIfAbsent(live.date().toString(), this::greatest)
                .getOrDefault(live.shard(), -1L)
            >= live.sequence();
  }

  /** What a file's footer had, by the manifest that the date was equal to. */
  Optional<Footer> footer(PartFile part) throws IOException {
    return manifest(part.date())
        .flatMap(manifest -> manifest.file(part.name()))
        .map(Manifest.DataFile::footer);
  }

  private Optional<Manifest> manifest(LocalDate date) throws IOException {
    Optional<Manifest> manifest = manifests.get(date);
    if (manifest == null) {
      manifest = Optional.empty();
      Integer claimed = snapshot.manifests().get(date);
      if (claimed != null) {
        Manifests versions = new Manifests(store, table, date);
        for (Store.Entry version : versions.versions()) {
          if (Manifests.number(version) == claimed) {
            manifest = versions.read(version);
          }
        }
      }
      manifests.put(date, manifest);
    }
    return manifest;
  }

  private Map<Integer, Long> greatest(String date) {
    Map<Integer, Long> numbers = new HashMap<>();
    for (PartFile part : named.getOrDefault(date, List.of())) {
      numbers.merge(part.shard(), part.sequence(), Math::max);
    }
    return numbers;
  }
}
