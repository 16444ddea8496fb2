package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import io.sluice.lake.Rounds;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the files in a date's folder are its rows. All that were appended are, until the newest
 * manifest names a rewritten file that replaces them; a rewritten file is, once the newest manifest
 * names it. Where there is no manifest, the footers say what they can: a rewritten file counts once
 * one of those that it replaces is gone, for they are deleted after the switch.
 *
 * @param version the number of the newest manifest; 0 where the date has none
 * @param known the newest manifest that can be read; empty where there is none
 * @param hasSuccess whether {@code _SUCCESS} is there
 * @param live whose rows are the date's
 * @param replaced what a live file stands for: to be deleted
 * @param pending rewritten files that no manifest has named: of a rewrite that goes on, or was
 *     interrupted
 * @param abandoned rewritten files of which a manifest says that none will name them: to be deleted
 */
public record DateFiles(
    int version,
    Optional<Manifest> known,
    boolean hasSuccess,
    List<Store.Entry> live,
    List<Store.Entry> replaced,
    List<Store.Entry> pending,
    List<Store.Entry> abandoned) {
  private static final Logger LOG = LoggerFactory.getLogger(DateFiles.class);

  /** Looks until it sees all as of one manifest. */
  public static DateFiles read(Store store, Table table, LocalDate date) throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    Manifests manifests = new Manifests(store, table, date);
    int listedBefore = 0;
    for (Rounds rounds = new Rounds(store, folder);
        ;
        rounds.next("its manifests change, or files vanish, while they are read")) {
      List<Store.Entry> listed = store.list(folder);
      List<Store.Entry> versions = Manifests.among(listed);
      int version = Manifests.greatest(versions);
      Optional<Manifest> known = manifests.newestReadable(versions);
      // A list is not of one moment: that of a directory may have a manifest, and lack a file that
      // was there before it. A list that begins when the manifest is there lacks what is gone.
      if (version > listedBefore && known.filter(one -> !isListed(one, listed)).isPresent()) {
        listedBefore = version;
        rounds.reset();
        continue;
      }
      DateFiles plain =
          new DateFiles(
              version,
              known,
              listed.stream().anyMatch(entry -> entry.key().equals(folder + Manifests.SUCCESS)),
              LakeFiles.among(store, listed),
              List.of(),
              List.of(),
              List.of());
      List<Store.Entry> rewritten =
          plain.live().stream().filter(entry -> part(entry).isRewritten()).toList();
      if (rewritten.isEmpty()) {
        return plain;
      }
      Optional<Manifest> manifest = plain.manifest();
      Optional<Set<String>> live =
          manifest.isPresent()
              ? Optional.of(manifest.get().names())
              : liveByFooters(store, plain.live(), rewritten);
      // A rewrite that switched in between may have deleted what the manifest names.
      if (live.isPresent() && !manifests.exists(version + 1)) {
        return plain.divided(live.get(), replaces(store, manifest, rewritten, live.get()));
      }
    }
  }

  private static boolean isListed(Manifest manifest, List<Store.Entry> listed) {
    Set<String> names =
        listed.stream()
            .map(entry -> entry.key().substring(entry.key().lastIndexOf('/') + 1))
            .collect(Collectors.toSet());
    return names.containsAll(manifest.names());
  }

  /** The newest manifest; empty where the date has none, or it cannot be read. */
  public Optional<Manifest> manifest() {
    return known.filter(manifest -> manifest.version() == version);
  }

  /**
   * Whether the date was called complete. Where the newest manifest cannot be read, it may be the
   * one that said so first: then {@code _SUCCESS} is there, though those before it say no.
   */
  boolean isComplete() {
    return manifest()
        .map(Manifest::isComplete)
        .orElseGet(() -> hasSuccess || known.filter(Manifest::isComplete).isPresent());
  }

  /** The rewrites that were declared dead, of which the abandoned files are. */
  Abandoned dead() {
    return known.map(Manifest::abandoned).orElse(Abandoned.NONE);
  }

  /** Whether the newest manifest names exactly the live files. */
  boolean isNamed() {
    return manifest().filter(one -> one.names().equals(names(live))).isPresent();
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

  /**
   * The names of what files of a manifest stand for.
   *
   * @param folder of the date
   */
  static Set<String> replaced(String folder, List<Manifest.DataFile> files) {
    Set<String> names = new TreeSet<>();
    for (Manifest.DataFile file : files) {
      names.addAll(replaces(PartFile.parse(folder + file.name()).orElseThrow(), file.replaces()));
    }
    return names;
  }

  /** What the live rewritten files stand for, by their names. */
  private static Set<String> replaces(
      Store store, Optional<Manifest> manifest, List<Store.Entry> rewritten, Set<String> live)
      throws IOException {
    Set<String> replaced = new TreeSet<>();
    for (Store.Entry entry : rewritten) {
      PartFile part = part(entry);
      if (live.contains(part.name())) {
        Optional<Manifest.DataFile> named = manifest.flatMap(one -> one.file(part.name()));
        if (named.isPresent()) {
          replaced.addAll(replaces(part, named.get().replaces()));
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
    return replaces(file.part(), file.footer().replaces());
  }

  private static Set<String> replaces(PartFile part, @Nullable Replaced replaces) {
    return replaces == null ? Set.of() : replaces.names(part);
  }

  /**
   * The rewritten files that count without a manifest, by {@link BegunRewrite}. A damaged one does
   * not say what it replaces, and counts: it is for a rebuild to mend, which can only see what
   * counts.
   *
   * @return empty where a file vanished meanwhile
   */
  private static Optional<Set<String>> liveByFooters(
      Store store, List<Store.Entry> entries, List<Store.Entry> rewritten) throws IOException {
    Set<String> listed = names(entries);
    Map<String, BegunRewrite> begun = new TreeMap<>();
    Set<String> damaged = new TreeSet<>();
    boolean all =
        LakeFiles.forEach(
            store,
            rewritten,
            file -> {
              Set<String> replaced = replaces(file);
              if (!listed.containsAll(replaced)) {
                BegunRewrite.add(file, replaced, begun);
              }
            },
            (file, e) -> damaged.add(name(file)));
    if (!all) {
      return Optional.empty();
    }
    Set<String> live = new TreeSet<>(damaged);
    live.addAll(BegunRewrite.live(begun.values()));
    return Optional.of(live);
  }

  /** The same, with all files where they belong. */
  private DateFiles divided(Set<String> named, Set<String> replacedNames) {
    List<Store.Entry> rows = new ArrayList<>();
    List<Store.Entry> gone = new ArrayList<>();
    List<Store.Entry> waiting = new ArrayList<>();
    List<Store.Entry> dead = new ArrayList<>();
    for (Store.Entry entry : live) {
      PartFile part = part(entry);
      if (replacedNames.contains(part.name())) {
        gone.add(entry);
      } else if (!part.isRewritten() || named.contains(part.name())) {
        rows.add(entry);
      } else if (dead().contains(part)) {
        dead.add(entry);
      } else {
        waiting.add(entry);
      }
    }
    return new DateFiles(version, known, hasSuccess, rows, gone, waiting, dead);
  }
}
