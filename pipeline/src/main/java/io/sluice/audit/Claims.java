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
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which live files of the lake a snapshot was to name. Where it says that a date was equal to a
 * manifest, those of that manifest. Where it does not, for the snapshots that said so have expired,
 * or the target has none: nothing where it names exactly the files of some manifest, so is equal to
 * what the lake has published, if not the newest. Else those of the newest manifest before the look
 * that stand in their log before one that it names. All else may have come later: of two jobs that
 * write one log, the one with the smaller number may publish it last.
 */
final class Claims {
  private final Store store;
  private final Table table;
  private final TableSnapshot snapshot;

  /** The files that are named, by date. */
  private final Map<String, List<PartFile>> named;

  private final Map<LocalDate, Optional<Manifest>> manifests = new HashMap<>();
  private final Instant looked;
  private final Map<LocalDate, Set<String>> names = new HashMap<>();
  private final Map<LocalDate, Set<String>> unclaimed = new HashMap<>();
  private final Map<String, Map<Integer, Long>> greatest = new HashMap<>();

  /**
   * @param looked when the snapshot was read, by the store's clock, or before
   */
  Claims(
      Store store,
      Table table,
      TableSnapshot snapshot,
      Instant looked,
      Map<String, List<PartFile>> named) {
    this.looked = looked;
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
      return !live.isRewritten()
          && greatest
                  .computeIfAbsent(live.date().toString(), this::greatest)
                  .getOrDefault(live.shard(), -1L)
              >= live.sequence()
          && unclaimed(live.date()).contains(live.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a date of which the snapshot does not say it may have been to name. */
  private Set<String> unclaimed(LocalDate date) throws IOException {
    Set<String> due = unclaimed.get(date);
    if (due == null) {
      due = Set.of();
      Set<String> has =
          named.getOrDefault(date.toString(), List.of()).stream()
              .map(PartFile::name)
              .collect(Collectors.toSet());
      Manifests manifests = new Manifests(store, table, date);
      List<Store.Entry> versions = manifests.versions();
      boolean isNewest = true;
      for (int i = versions.size() - 1; i >= 0; i--) {
        Optional<Manifest> version = manifests.read(versions.get(i));
        if (version.isEmpty()) {
          continue;
        }
        if (version.get().names().equals(has)) {
          due = Set.of();
          break;
        }
        if (isNewest && versions.get(i).modified().isBefore(looked)) {
          due = version.get().names();
          isNewest = false;
        }
      }
      unclaimed.put(date, due);
    }
    return due;
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
