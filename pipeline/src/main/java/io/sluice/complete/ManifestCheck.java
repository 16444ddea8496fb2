package io.sluice.complete;

import io.sluice.Wording;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Parallel;
import io.sluice.lake.PartFile;
import io.sluice.lake.PositionRanges;
import io.sluice.lake.Rounds;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a table's dates say of themselves is so: that {@code _SUCCESS} names the newest
 * manifest, that this can be read, that the files are there which it names, and that it says of
 * them what their footers say.
 *
 * <p>Files that no manifest names yet are no fault: their rows are in flight. Neither is what heals
 * by itself: whoever writes a manifest writes {@code _SUCCESS} right after it.
 *
 * <p>Nor is what a rule of the bucket deletes by its age: each object has its own, so of a date
 * that expires the files, the manifests and {@code _SUCCESS} go on different days.
 */
public final class ManifestCheck {
  /**
   * A manifest that is younger, by the store's clock, may be about to be followed by its {@code
   * _SUCCESS}.
   */
  static final Duration GRACE = Duration.ofMinutes(15);

  /** What a footer says of its file, in a few bytes. */
  private record Told(
      long rows, long records, long bytes, String contractVersion, long positions) {}

  /**
   * A rule takes effect at a midnight, and then not on all at once: two objects of which one was
   * written right after the other may go in any order.
   */
  private static final Duration EXPIRY_TAKES = Duration.ofDays(1);

  private final Store store;
  private final Table table;
  private final @Nullable Duration expiry;
  private final Set<LocalDate> expired = new ConcurrentSkipListSet<>();

  /** By key. */
  private final Map<String, Told> files = new HashMap<>();

  /**
   * @param expiry the age at which a rule of the bucket deletes objects; null where none does
   */
  public ManifestCheck(Store store, Table table, @Nullable Duration expiry) {
    this.store = store;
    this.table = table;
    this.expiry = expiry;
  }

  /** Takes note of a live file's footer. */
  public void add(LakeFiles.DataFile file) {
    files.put(
        file.entry().key(),
        new Told(
            file.footer().rows(),
            file.footer().records(),
            file.entry().size(),
            file.footer().contractVersion(),
            digest(PositionRanges.of(file.footer().positions()))));
  }

  /** What is wrong, by date; each line names the object, the fault and what to do. */
  public List<String> findings() throws IOException {
    List<LocalDate> dates = LakeFiles.dates(store, table);
    Map<LocalDate, List<String>> findings = new ConcurrentSkipListMap<>();
    Parallel.forEach(
        dates, Parallel.THREADS, "reading manifests", date -> findings.put(date, check(date)));
    return findings.values().stream().flatMap(List::stream).toList();
  }

  /** The dates of which {@link #findings} missed something that was old enough to expire. */
  public SortedSet<LocalDate> expired() {
    return new TreeSet<>(expired);
  }

  private boolean hasExpired(Instant written, Instant now) {
    return expiry != null && !written.plus(expiry).isAfter(now);
  }

  private List<String> check(LocalDate date) throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    for (Rounds rounds = new Rounds(store, folder);
        ;
        rounds.next("its manifests change while they are checked")) {
      DateFiles now = DateFiles.read(store, table, date);
      Manifests manifests = new Manifests(store, table, date);
      List<String> found = new ArrayList<>();
      List<Store.Entry> versions = manifests.versions();
      boolean isExpiring = checkManifest(folder, now, versions, found);
      isExpiring |= checkSuccess(folder, now, manifests, versions, found);
      if (isExpiring) {
        expired.add(date);
      }
      // Unless somebody published something meanwhile.
      if (found.isEmpty()
          || (versions.equals(manifests.versions())
              && Manifests.greatest(versions) == now.version())) {
        return found;
      }
    }
  }

  /** Returns whether something is not there, or not as it was, for it expires. */
  private boolean checkSuccess(
      String folder,
      DateFiles now,
      Manifests manifests,
      List<Store.Entry> versions,
      List<String> found)
      throws IOException {
    Optional<String> succeeded = manifests.succeeded();
    String key = at(folder) + Manifests.SUCCESS;
    if (versions.isEmpty()) {
      if (succeeded.isEmpty()) {
        return false;
      }
      for (Store.Entry success : store.list(folder + Manifests.SUCCESS)) {
        if (hasExpired(success.modified(), store.nowToReaders().plus(EXPIRY_TAKES))) {
          return true;
        }
      }
      found.add(
          key
              + ": says that the date is complete, and there is no manifest; the job's next start"
              + " writes one");
      return false;
    }
    Store.Entry newest = versions.get(versions.size() - 1);
    Optional<String> expected =
        now.isComplete()
            ? Optional.of(Manifests.success(Manifests.number(newest)))
            : Optional.empty();
    boolean isYoung = newest.modified().plus(GRACE).isAfter(store.nowToReaders());
    if (isYoung || succeeded.equals(expected)) {
      return false;
    }
    if (hasExpired(newest.modified(), store.nowToReaders().plus(EXPIRY_TAKES))) {
      return true;
    }
    found.add(
        expected.isEmpty()
            ? key
                + ": says that the date is complete, and "
                + name(newest)
                + " that it is not; the job's next start completes the date once more"
            : key
                + succeeded
                    .map(text -> ": does not name the newest manifest, but says " + text.strip())
                    .orElse(": is not there, though the date has a manifest")
                + "; newest is "
                + name(newest)
                + ": sluice compact of this date puts it right, or the job's next start");
    return false;
  }

  /** Of the files that are not there, removes those that were old enough to expire. */
  private boolean forgive(Manifest manifest, List<Store.Entry> versions, Set<String> missing)
      throws IOException {
    if (expiry == null || missing.isEmpty() || versions.isEmpty()) {
      return false;
    }
    // Of a file of which the manifest does not say it, it is known that it was there before.
    Instant latest = versions.get(versions.size() - 1).modified();
    Instant now = store.nowToReaders();
    Set<String> gone = new TreeSet<>();
    for (Manifest.DataFile file : manifest.files()) {
      Instant written = file.written();
      if (missing.contains(file.name()) && hasExpired(written == null ? latest : written, now)) {
        gone.add(file.name());
      }
    }
    return missing.removeAll(gone);
  }

  /** Returns whether something is not there for it has expired. */
  private boolean checkManifest(
      String folder, DateFiles now, List<Store.Entry> versions, List<String> found)
      throws IOException {
    String key = at(folder) + Manifests.name(now.version());
    Optional<Manifest> newest = now.manifest();
    if (newest.isEmpty()) {
      if (now.version() > 0) {
        found.add(
            key
                + ": is not a manifest, its bytes cannot be read; the job's next start writes the"
                + " next one, from the footers of the date's files");
      }
      return false;
    }
    Manifest manifest = newest.get();
    LocalDate date = manifest.date();
    if (!folder.equals(PartFile.folder(table.name(), table.dateColumn(), date))) {
      found.add(
          key
              + ": is the manifest of "
              + date
              + ", so this folder was renamed or copied: give it its name back, or remove the copy");
    }
    Set<String> missing = new TreeSet<>(manifest.names());
    missing.removeAll(DateFiles.names(now.live()));
    boolean isExpiring = forgive(manifest, versions, missing);
    if (!missing.isEmpty()) {
      found.add(
          key
              + ": names "
              + missing.iterator().next()
              + (missing.size() > 1
                  ? " and "
                      + Wording.count(
                          missing.size() - 1, "more file that is", "more files that are")
                  : ", which is")
              + " not there; restore "
              + (missing.size() > 1 ? "them" : "it")
              + " from a backup, or sluice rebuild this date from Kafka");
    }
    List<String> wrong = new ArrayList<>();
    for (Manifest.DataFile file : manifest.files()) {
      String name = file.name();
      Told told = files.get(folder + name);
      // What was not taken note of has come since.
      if (told != null && !missing.contains(name)) {
        compare(file, told).ifPresent(difference -> wrong.add(name + " " + difference));
      }
    }
    if (!wrong.isEmpty()) {
      found.add(
          key
              + ": says of "
              + wrong.get(0)
              + (wrong.size() > 1
                  ? ", and as wrong of " + Wording.count(wrong.size() - 1, "more file")
                  : "")
              + "; sluice audit --deep says whether the file is intact; then remove all of the"
              + " date's manifests, and the job's next start writes one from the footers");
    }
    return isExpiring;
  }

  private static Optional<String> compare(Manifest.DataFile file, Told told) {
    if (file.rows() != told.rows()) {
      return differs("rows", file.rows(), told.rows());
    }
    if (file.records() != told.records()) {
      return differs("records", file.records(), told.records());
    }
    if (file.bytes() != told.bytes()) {
      return Optional.of("bytes=" + file.bytes() + ", the object has " + told.bytes());
    }
    if (!file.contractVersion().equals(told.contractVersion())) {
      return differs("contract_version", file.contractVersion(), told.contractVersion());
    }
    if (digest(file.positions()) != told.positions()) {
      return Optional.of("other positions than its footer has");
    }
    return Optional.empty();
  }

  private static Optional<String> differs(String what, Object manifest, Object footer) {
    return Optional.of(what + "=" + manifest + ", its footer " + footer);
  }

  /** Of equal positions the same, whatever their order. */
  private static long digest(PositionRanges positions) {
    long[] digest = new long[1];
    positions.forEach(
        (partition, from, to) -> {
          long mixed = partition.source().hashCode();
          for (long part : new long[] {partition.number(), from, to}) {
            mixed = (mixed ^ part) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 32;
          }
          digest[0] += mixed;
        });
    return digest[0];
  }

  private static String name(Store.Entry manifest) {
    return manifest.key().substring(manifest.key().lastIndexOf('/') + 1);
  }

  private String at(String folder) {
    return store.root() + "/" + folder;
  }
}
