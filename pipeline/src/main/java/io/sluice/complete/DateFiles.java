package io.sluice.complete;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import io.sluice.lake.Rounds;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the files in a date's folder are its rows. All that were appended are, until the newest
 * manifest names a rewritten file that replaces them; a rewritten file is, once the newest manifest
 * names it. Where there is no manifest, the footers say what they can: a rewritten file counts once
 * one of those that it replaces is gone, for they are deleted after the switch.
 *
 * @param version the number of the newest manifest; 0 where the date has none
 * @param manifest the newest; empty where the date has none, or it cannot be read
 * @param live whose rows are the date's
 * @param replaced what a live file stands for: to be deleted
 * @param pending rewritten files that no manifest has named: of a rewrite that goes on, or was
 *     interrupted
 * @param abandoned rewritten files of which a manifest says that none will name them: to be deleted
 * @param dead the rewrites that were declared dead, of which these files are
 */
public record DateFiles(
    int version,
    Optional<JsonNode> manifest,
    List<Store.Entry> live,
    List<Store.Entry> replaced,
    List<Store.Entry> pending,
    List<Store.Entry> abandoned,
    Abandoned dead) {
  private static final Logger LOG = LoggerFactory.getLogger(DateFiles.class);
  static final String REPLACES = "replaces";

  /** Looks until it sees all as of one manifest. */
  public static DateFiles read(Store store, Table table, LocalDate date) throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    for (Rounds rounds = new Rounds(store, folder);
        ;
        rounds.next("its manifests change, or files vanish, while they are read")) {
      List<Store.Entry> versions = DateManifest.versions(store, folder);
      Optional<JsonNode> manifest =
          versions.isEmpty()
              ? Optional.empty()
              : DateManifest.read(store, versions.get(versions.size() - 1));
      Abandoned dead = DateManifest.abandoned(store, versions, manifest);
      List<Store.Entry> entries = LakeFiles.list(store, folder);
      List<Store.Entry> rewritten =
          entries.stream().filter(entry -> part(entry).isRewritten()).toList();
      if (rewritten.isEmpty()) {
        return new DateFiles(
            version(versions), manifest, entries, List.of(), List.of(), List.of(), dead);
      }
      Optional<Set<String>> live =
          manifest.isPresent()
              ? Optional.of(named(manifest.get()))
              : liveByFooters(store, entries, rewritten);
      // A rewrite that switched in between may have deleted what the manifest names.
      if (live.isPresent() && version(DateManifest.versions(store, folder)) == version(versions)) {
        return of(
            version(versions),
            manifest,
            entries,
            live.get(),
            replaces(store, manifest, rewritten, live.get()),
            dead);
      }
    }
  }

  /** The greatest number of manifests; 0 of none. */
  private static int version(List<Store.Entry> versions) {
    return versions.isEmpty() ? 0 : DateManifest.number(versions.get(versions.size() - 1));
  }

  /** Whether the newest manifest names exactly the live files. */
  boolean isNamed() {
    return manifest.isPresent() && named(manifest.get()).equals(names(live));
  }

  static PartFile part(Store.Entry entry) {
    return PartFile.parse(entry.key()).orElseThrow();
  }

  static String name(Store.Entry entry) {
    return part(entry).name();
  }

  static TreeSet<String> names(List<Store.Entry> entries) {
    return entries.stream().map(DateFiles::name).collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<String> named(JsonNode manifest) {
    Set<String> names = new TreeSet<>();
    manifest.path("files").forEach(file -> names.add(file.path("name").asText()));
    return names;
  }

  /** What the live rewritten files stand for, by their names. */
  private static Set<String> replaces(
      Store store, Optional<JsonNode> manifest, List<Store.Entry> rewritten, Set<String> live)
      throws IOException {
    Map<String, String> texts = new HashMap<>();
    manifest.ifPresent(
        m ->
            m.path("files")
                .forEach(
                    file -> texts.put(file.path("name").asText(), file.path(REPLACES).asText())));
    Set<String> replaced = new TreeSet<>();
    for (Store.Entry entry : rewritten) {
      PartFile part = part(entry);
      if (live.contains(part.name())) {
        String text = texts.get(part.name());
        if (text != null) {
          replaced.addAll(new Replaced(text).names(part));
        } else {
          LakeFiles.forEach(
              store,
              List.of(entry),
              file -> replaced.addAll(replaces(file)),
              (damaged, e) -> LOG.warn("{}; what it replaces is not known", e.getMessage()));
        }
      }
    }
    return replaced;
  }

  private static Set<String> replaces(LakeFiles.DataFile file) {
    Replaced replaces = file.footer().replaces();
    return replaces == null ? Set.of() : replaces.names(file.part());
  }

  /**
   * The rewritten files that count without a manifest. Of several rewrites of the same file the one
   * with most rows does: the other did not come to its end. A damaged one does not say what it
   * replaces, and counts: it is for a rebuild to mend, which can only see what counts.
   *
   * @return empty where a file vanished meanwhile
   */
  private static Optional<Set<String>> liveByFooters(
      Store store, List<Store.Entry> entries, List<Store.Entry> rewritten) throws IOException {
    Set<String> listed = names(entries);
    Map<String, List<LakeFiles.DataFile>> begun = new TreeMap<>();
    Set<String> damaged = new TreeSet<>();
    boolean all =
        LakeFiles.forEach(
            store,
            rewritten,
            file -> {
              if (!listed.containsAll(replaces(file))) {
                String rewrite = Objects.requireNonNull(file.part().rewrite());
                begun
                    .computeIfAbsent(
                        rewrite.substring(0, rewrite.indexOf('-')), r -> new ArrayList<>())
                    .add(file);
              }
            },
            (file, e) -> damaged.add(name(file)));
    if (!all) {
      return Optional.empty();
    }
    List<List<LakeFiles.DataFile>> byRows = new ArrayList<>(begun.values());
    byRows.sort((a, b) -> Long.compare(rows(b), rows(a)));
    Set<String> live = new TreeSet<>(damaged);
    Set<String> taken = new TreeSet<>();
    for (List<LakeFiles.DataFile> rewrite : byRows) {
      Set<String> replaced = new TreeSet<>();
      rewrite.forEach(file -> replaced.addAll(replaces(file)));
      if (taken.stream().noneMatch(replaced::contains)) {
        rewrite.forEach(file -> live.add(file.part().name()));
        taken.addAll(replaced);
      }
    }
    live.removeAll(taken);
    return Optional.of(live);
  }

  private static long rows(List<LakeFiles.DataFile> files) {
    return files.stream().mapToLong(file -> file.footer().rows()).sum();
  }

  private static DateFiles of(
      int version,
      Optional<JsonNode> manifest,
      List<Store.Entry> entries,
      Set<String> named,
      Set<String> replacedNames,
      Abandoned dead) {
    List<Store.Entry> live = new ArrayList<>();
    List<Store.Entry> replaced = new ArrayList<>();
    List<Store.Entry> pending = new ArrayList<>();
    List<Store.Entry> abandoned = new ArrayList<>();
    for (Store.Entry entry : entries) {
      PartFile part = part(entry);
      if (replacedNames.contains(part.name())) {
        replaced.add(entry);
      } else if (!part.isRewritten() || named.contains(part.name())) {
        live.add(entry);
      } else if (dead.contains(part)) {
        abandoned.add(entry);
      } else {
        pending.add(entry);
      }
    }
    return new DateFiles(version, manifest, live, replaced, pending, abandoned, dead);
  }
}
