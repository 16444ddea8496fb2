package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Rounds;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.write.CommittedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Publishes versions of a date's {@link Manifest}. A version is one conditional write, built on the
 * one before: whoever was slower looks again. So all writers, jobs, rewrites and replays, may
 * publish at once, and none undoes what another has said. A date that is complete stays so.
 */
public final class Publication {
  /** What became of a change that was to be published. */
  public enum Outcome {
    /** There is a version more, and it has the change. */
    PUBLISHED,
    /** There was nothing to change. */
    CURRENT,
    /**
     * What it rests on is not so any more: files that were to be replaced were by another rewrite,
     * or the rewrite was given up for dead. Nothing was changed, nor will be.
     */
    OVERTAKEN
  }

  /**
   * What a new version is to have beyond what is there.
   *
   * @param completes whether the date is complete from there on
   * @param added names of pending files that are to be live
   * @param replaced names of live files that they stand for
   * @param abandoned names of pending files that are never to be live
   * @param keeps whether what was replaced before is not to be deleted
   */
  private record Change(
      boolean completes,
      Set<String> added,
      Set<String> replaced,
      Set<String> abandoned,
      boolean keeps) {
    /** Of a version that just names what is there. */
    static Change none(boolean completes) {
      return new Change(completes, Set.of(), Set.of(), Set.of(), false);
    }

    boolean isNone() {
      return added.isEmpty() && abandoned.isEmpty();
    }
  }

  /**
   * What came of a try to publish.
   *
   * @param version the number of the newest version, as it was then; 0 before the first
   */
  public record Published(Outcome outcome, int version) {}

  private final Store store;
  private final Table table;
  private final LocalDate date;
  private final String folder;
  private final Manifests manifests;

  public Publication(Store store, Table table, LocalDate date) {
    this.store = store;
    this.table = table;
    this.date = date;
    this.folder = PartFile.folder(table.name(), table.dateColumn(), date);
    this.manifests = new Manifests(store, table, date);
  }

  /**
   * Calls the date complete, with exactly the files that are there. It writes the next version,
   * unless the newest says so already.
   *
   * @param sha256 what is known of new files' digests, by name; the others are read whole
   */
  public Published complete(Map<String, String> sha256) throws IOException {
    return publish(sha256, Change.none(true));
  }

  /**
   * Names what was appended to a date that is not complete yet. Where the caller knows the newest
   * version, that costs one object read and one written beside the footers, and no list: a list is
   * a request for each thousand files.
   *
   * @param known the version that the caller has seen last; 0 where it knows of none
   * @param appended all that the caller knows to be appended since; empty where there may be more
   */
  public Published grow(int known, Optional<List<CommittedFile>> appended) throws IOException {
    if (known > 0 && appended.isPresent()) {
      Optional<Manifest> before = manifests.read(known);
      if (before.isPresent() && !before.get().isComplete()) {
        Optional<Manifest> next = with(before.get(), appended.get());
        if (next.isPresent() && next.get().version() == known) {
          return new Published(Outcome.CURRENT, known);
        }
        if (next.isPresent() && write(next.get())) {
          return new Published(Outcome.PUBLISHED, next.get().version());
        }
      }
    }
    Map<String, String> sha256 = new HashMap<>();
    appended.ifPresent(files -> files.forEach(file -> sha256.put(file.name(), file.sha256())));
    return publish(sha256, Change.none(false));
  }

  /**
   * The next version, with some files more; the same where it has them. Empty where one of them is
   * not to be named: a rewrite has taken its place.
   */
  private Optional<Manifest> with(Manifest before, List<CommittedFile> appended)
      throws IOException {
    Set<String> replaced = before.replaced(table);
    Map<String, String> sha256 = new HashMap<>();
    List<Store.Entry> entries = new ArrayList<>();
    for (CommittedFile file : appended) {
      if (replaced.contains(file.name())) {
        return Optional.empty();
      }
      if (before.file(file.name()).isEmpty() && sha256.put(file.name(), file.sha256()) == null) {
        entries.add(new Store.Entry(folder + file.name(), file.size(), Instant.EPOCH));
      }
    }
    if (entries.isEmpty()) {
      return Optional.of(before);
    }
    List<Manifest.DataFile> files = new ArrayList<>(before.files());
    boolean all =
        LakeFiles.forEach(
            store,
            entries,
            file ->
                files.add(
                    Manifest.DataFile.of(
                        file, Objects.requireNonNull(sha256.get(file.part().name())), null)));
    return all
        ? Optional.of(
            new Manifest(
                table.name(),
                date,
                before.version() + 1,
                0,
                files,
                before.abandoned(),
                before.abandonedFiles()))
        : Optional.empty();
  }

  /**
   * Names exactly the files that are there, and leaves it at what is said of the date being
   * complete. A date that has no manifest gets none.
   *
   * @param sha256 as of {@link #complete}
   */
  public void refresh(Map<String, String> sha256) throws IOException {
    if (!manifests.versions().isEmpty()) {
      publish(sha256, Change.none(false));
    }
  }

  /**
   * Switches to rewritten files: from the version on that this writes they are live, and what they
   * replace is not.
   *
   * @param added their digests, by name
   * @param replaced names of the files that they stand for
   * @throws IOException where it is not known whether they are live
   */
  public Outcome swap(Map<String, String> added, Set<String> replaced) throws IOException {
    return swap(added, replaced, false);
  }

  /**
   * The same.
   *
   * @param keeps what another rewrite has replaced stays: where such is there that nothing would
   *     stand for any more, that rewrite was faster; else it is deleted
   */
  public Outcome swap(Map<String, String> added, Set<String> replaced, boolean keeps)
      throws IOException {
    return publish(added, new Change(false, added.keySet(), replaced, Set.of(), keeps)).outcome();
  }

  /**
   * Makes sure that the rewrites of pending files never become live, whoever wrote them and may
   * still be about to name them. Then all files of these may be deleted.
   */
  public void abandon(Set<String> names) throws IOException {
    publish(Map.of(), new Change(false, Set.of(), Set.of(), names, false));
  }

  private Published publish(Map<String, String> sha256, Change change) throws IOException {
    int seen = -1;
    for (Rounds rounds = new Rounds(store, folder);
        ;
        rounds.next(
            "a new version of its manifest cannot be written, for the name is taken or files vanish")) {
      DateFiles now = DateFiles.read(store, table, date);
      if (now.version() > seen) {
        seen = now.version();
        rounds.reset();
      }
      if (now.live().isEmpty() && change.isNone()) {
        return new Published(Outcome.CURRENT, now.version());
      }
      if (!DateFiles.names(now.pending()).containsAll(change.added())
          || !DateFiles.names(now.live()).containsAll(change.replaced())) {
        return new Published(Outcome.OVERTAKEN, now.version());
      }
      boolean leaves = !change.added().isEmpty() && !now.replaced().isEmpty();
      if (leaves && !change.keeps()) {
        // The next version may not know any more what these were replaced by.
        store.delete(now.replaced().stream().map(Store.Entry::key).toList());
        continue;
      }
      boolean completes = change.completes() && !now.isComplete();
      if (change.isNone() && !completes && now.isNamed()) {
        if (now.isComplete()) {
          manifests.repairSuccess(now.version());
        }
        return new Published(Outcome.CURRENT, now.version());
      }
      List<Store.Entry> live = new ArrayList<>(now.live());
      live.removeIf(entry -> change.replaced().contains(DateFiles.name(entry)));
      now.pending().stream()
          .filter(entry -> change.added().contains(DateFiles.name(entry)))
          .forEach(live::add);
      List<Manifest.DataFile> files = files(live, now.manifest(), sha256);
      if (files.size() < live.size()) {
        // One vanished: a rewrite was faster.
        continue;
      }
      if (leaves
          && !DateFiles.replaced(folder, files).containsAll(DateFiles.names(now.replaced()))) {
        return new Published(Outcome.OVERTAKEN, now.version());
      }
      Manifest next = next(now, change, files);
      if (write(next)) {
        return new Published(Outcome.PUBLISHED, next.version());
      }
    }
  }

  private Manifest next(DateFiles now, Change change, List<Manifest.DataFile> files)
      throws IOException {
    int version = now.version() + 1;
    int firstComplete = now.known().map(Manifest::firstComplete).orElse(0);
    if (firstComplete == 0 && (change.completes() || now.isComplete())) {
      firstComplete = version;
    }
    Abandoned dead =
        now.dead().since().isEmpty() && change.abandoned().isEmpty()
            ? Abandoned.NONE
            : now.dead().with(change.abandoned(), store.now());
    TreeSet<String> abandoned = DateFiles.names(now.abandoned());
    now.pending().stream()
        .filter(entry -> dead.contains(DateFiles.part(entry)))
        .forEach(entry -> abandoned.add(DateFiles.name(entry)));
    return new Manifest(table.name(), date, version, firstComplete, files, dead, abandoned);
  }

  /** Whether it was this writer that wrote the version. */
  private boolean write(Manifest manifest) throws IOException {
    if (!manifests.create(manifest)) {
      return false;
    }
    if (manifest.isComplete()) {
      manifests.succeed(manifest.version());
    }
    return true;
  }

  /** Whether the newest manifest calls the date complete; late files may have come since. */
  public boolean isComplete() throws IOException {
    return DateFiles.read(store, table, date).manifest().filter(Manifest::isComplete).isPresent();
  }

  /** The same, and it names exactly the date's files, and {@code _SUCCESS} names it. */
  public boolean isCurrent() throws IOException {
    DateFiles now = DateFiles.read(store, table, date);
    return now.isComplete()
        && now.isNamed()
        && manifests.succeeded().equals(Optional.of(Manifests.success(now.version())));
  }

  /**
   * Makes {@code _SUCCESS} name the newest manifest of a complete date, where a crash or an unlucky
   * order of two writers has left it behind. Any other date stays as it is.
   */
  public void repairSuccess() throws IOException {
    DateFiles now = DateFiles.read(store, table, date);
    if (now.version() > 0 && now.isComplete()) {
      manifests.repairSuccess(now.version());
    }
  }

  /**
   * What a manifest says of files, without those that are not there any more. Those that the
   * manifest before names are taken from there, for they do not change; the footers of the others
   * are read.
   */
  private List<Manifest.DataFile> files(
      List<Store.Entry> entries, Optional<Manifest> before, Map<String, String> sha256)
      throws IOException {
    Map<String, Manifest.DataFile> known = new HashMap<>();
    before.ifPresent(manifest -> manifest.files().forEach(file -> known.put(file.name(), file)));
    List<Manifest.DataFile> files = new ArrayList<>();
    List<Store.Entry> unknown = new ArrayList<>();
    for (Store.Entry entry : entries) {
      Manifest.DataFile file = known.get(DateFiles.name(entry));
      if (file != null && file.bytes() == entry.size()) {
        files.add(file.written() == null ? file.writtenAt(entry.modified()) : file);
      } else {
        unknown.add(entry);
      }
    }
    List<LakeFiles.DataFile> read = new ArrayList<>();
    LakeFiles.forEach(store, unknown, read::add);
    for (LakeFiles.DataFile file : read) {
      String digest = sha256.get(file.part().name());
      try {
        files.add(
            Manifest.DataFile.of(
                file,
                digest != null ? digest : Seal.check(store, file.entry()).sha256(),
                file.entry().modified()));
      } catch (NoSuchFileException e) {
        // Replaced meanwhile.
        continue;
      }
    }
    return files;
  }
}
