package io.sluice.mirror;

import io.sluice.UserException;
import io.sluice.erase.DerivedTable;
import io.sluice.erase.MatchingRows;
import io.sluice.erase.Where;
import io.sluice.lake.DamagedObjectException;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes rows out of a mirror: files that have some are written anew without them, and the next
 * version has these, with the positions of the one before, so that no change is read again.
 *
 * <p>A version is made where no row is found, too. A run that has read the table's files before
 * they were rewritten has the rows still; it was to make this version, and has to begin anew.
 */
final class MirrorErase implements DerivedTable {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorErase.class);
  private static final int MOST_TRIES = 10;

  /** How many files are looked into at once: of each the column of the keys may be held. */
  private static final int LOOKS = 8;

  private static final int CHUNK = 8 << 20;
  private static final String UNDER_WAY =
      "what a run of sluice mirror that was under way has written in vain: its files go with the"
          + " first erase or mirror a day later";

  private final Store store;
  private final LakeTable current;
  private final String name;
  private final Versions versions;
  private final MirrorFollowers followers;

  /**
   * @param current the table of current rows
   * @param followers are led to the version without the rows before anything is deleted
   */
  MirrorErase(Store store, LakeTable current, MirrorFollowers followers) {
    this.store = store;
    this.current = current;
    this.name = current.table().name();
    this.versions = new Versions(store, name);
    this.followers = followers;
  }

  @Override
  public String name() {
    return name;
  }

  /** A file of a bucket. */
  private record InBucket(int bucket, boolean isDeletes, BucketFiles.DataFile file) {
    static List<InBucket> of(MirrorVersion version) {
      List<InBucket> all = new ArrayList<>();
      version
          .files()
          .forEach(
              (bucket, files) -> {
                add(all, bucket, false, files.rows());
                add(all, bucket, true, files.deleted());
              });
      return all;
    }

    private static void add(
        List<InBucket> to, int bucket, boolean isDeletes, BucketFiles.@Nullable DataFile file) {
      if (file != null) {
        to.add(new InBucket(bucket, isDeletes, file));
      }
    }
  }

  /** A file, and its rows that are to go. */
  private record Hit(InBucket at, MatchingRows rows) {}

  /** A file whose bytes the store gives, and which no reader could read. */
  private static final class UnreadableFileException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableFileException(String message) {
      super(message);
    }
  }

  /** What was written may be gone by now, as what no version names. */
  private static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(String message) {
      super(message);
    }
  }

  @Override
  public Result erase(Where where, Settings settings) throws IOException {
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<MirrorVersion> newest = Optional.empty();
      try {
        newest = versions.newest();
        if (newest.isEmpty()) {
          return eraseFromNone(where, settings);
        }
        Optional<Result> result = eraseFrom(newest.get(), where, settings);
        if (result.isPresent()) {
          return result.get();
        }
      } catch (NoSuchFileException e) {
        if (isNewest(newest)) {
          return Result.leftOut(name, e.getMessage() + " is not there" + remedy(), true);
        }
      } catch (UnreadableFileException e) {
        return Result.leftOut(name, e.getMessage() + remedy(), true);
      } catch (TooLongException e) {
        return Result.leftOut(name, String.valueOf(e.getMessage()), false);
      } catch (DamagedObjectException e) {
        return Result.leftOut(name, String.valueOf(e.getMessage()), true);
      }
      LOG.info("another run has made a version of {}; going on from there", name);
    }
    return Result.leftOut(
        name,
        name + ": runs of sluice mirror were faster " + MOST_TRIES + " times: run this again",
        false);
  }

  private static String remedy() {
    return "; sluice mirror --from-scratch makes all of it anew";
  }

  private boolean isNewest(Optional<MirrorVersion> version) throws IOException {
    return versions.newest().map(MirrorVersion::number).equals(version.map(MirrorVersion::number));
  }

  /** Empty where another version came after it meanwhile. */
  private Optional<Result> eraseFrom(MirrorVersion newest, Where where, Settings settings)
      throws IOException {
    Map<String, Boolean> known = new HashMap<>();
    List<InBucket> files = InBucket.of(newest);
    List<Hit> hits = new ArrayList<>();
    for (Hit hit : Parallel.map(files, LOOKS, "looking for rows", file -> look(file, where))) {
      known.put(hit.at().file().name(), hit.rows().isAny());
      settings.found().add(hit.rows());
      if (hit.rows().isAny()) {
        hits.add(hit);
      }
    }
    settings.progress().accept(files.size());
    if (!settings.dryRun()) {
      // Listed before the switch: whatever wrote them was to make the same version.
      List<Store.Entry> unnamed = versions.unnamed();
      if (!replace(newest, hits, settings)) {
        return Optional.empty();
      }
      versions.list();
      deleteThoseWithRows(unnamed, where);
    }
    return Optional.of(result(newest, hits, known, where, settings));
  }

  private Hit look(InBucket file, Where where) throws IOException {
    return new Hit(file, reading(file.file(), entry -> MatchingRows.of(store, entry, where)));
  }

  /** Makes the next version. */
  private boolean replace(MirrorVersion newest, List<Hit> hits, Settings settings)
      throws IOException {
    String run = UUID.randomUUID().toString().substring(0, 8);
    Instant begun = store.now();
    SortedMap<Integer, BucketFiles> anew = new TreeMap<>();
    SortedMap<Integer, BucketFiles> files = new TreeMap<>(newest.files());
    List<String> written = new ArrayList<>();
    boolean isVain = true;
    try {
      for (Hit hit : hits) {
        int bucket = hit.at().bucket();
        BucketFiles before = files.getOrDefault(bucket, BucketFiles.NONE);
        BucketFiles after = without(hit, before, run, settings, written);
        files.put(bucket, after);
        anew.put(bucket, after);
      }
      Instant now = store.now();
      if (now.isAfter(begun.plus(Versions.LONGEST_RUN))) {
        throw new TooLongException(
            "writing "
                + name
                + " without the rows took longer than "
                + Versions.LONGEST_RUN.toHours()
                + " hours, so nothing was erased from it: run this again where the store is nearer,"
                + " with fewer keys at a time, or make its files smaller (sluice mirror"
                + " --from-scratch --buckets)");
      }
      MirrorVersion next = newest.followedBy(run, now, anew);
      // From here on they may be named, whatever the answer is.
      isVain = false;
      isVain = !versions.create(next);
      return !isVain;
    } finally {
      if (isVain) {
        store.delete(written.stream().map(file -> name + "/" + file).toList());
      }
    }
  }

  private BucketFiles without(
      Hit hit, BucketFiles before, String run, Settings settings, List<String> written)
      throws IOException {
    InBucket at = hit.at();
    String fileName =
        at.isDeletes()
            ? BucketFiles.deletedName(at.bucket(), run)
            : BucketFiles.rowsName(at.bucket(), run);
    written.add(fileName);
    WithoutRows.Left left =
        reading(
            at.file(),
            entry ->
                WithoutRows.write(
                    store, name, entry, hit.rows().rows(), fileName, settings.zstdLevel()));
    return at.isDeletes()
        ? new BucketFiles(before.rows(), left.file(), before.unknown(), before.forgotten())
        : new BucketFiles(
            left.file(), before.deleted(), before.unknown() - left.unknown(), before.forgotten());
  }

  /** Reads a file. */
  private interface Reading<T> {
    T of(Store.Entry file) throws IOException;
  }

  private <T> T reading(BucketFiles.DataFile file, Reading<T> reading) throws IOException {
    Store.Entry entry = versions.entry(file);
    try {
      return reading.of(entry);
    } catch (NoSuchFileException | WithoutRows.NotWrittenException | UserException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (isGiven(entry)) {
        // What the library says of pages may have their values in it.
        throw new UnreadableFileException(
            store.root() + "/" + entry.key() + " is damaged: it cannot be read");
      }
      throw e;
    }
  }

  /** Whether the store gives all bytes of a file: then it is the file that cannot be read. */
  private boolean isGiven(Store.Entry file) {
    try {
      for (long at = 0; at < file.size(); at += CHUNK) {
        store.read(file.key(), at, (int) Math.min(CHUNK, file.size() - at));
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Those of them that have rows which are to go; nothing will ever name them. */
  private void deleteThoseWithRows(List<Store.Entry> files, Where where) throws IOException {
    List<String> gone = new ArrayList<>();
    for (Store.Entry file : files) {
      if (mayHaveRows(new BucketFiles.DataFile(versions.name(file), 0, file.size()), where)) {
        gone.add(file.key());
      }
    }
    store.delete(gone);
  }

  /** A first run has not come to its end, or was killed; see {@link Mirror#run}. */
  private Result eraseFromNone(Where where, Settings settings) throws IOException {
    if (!settings.dryRun()) {
      Instant orphaned = store.now().minus(Versions.ORPHANED);
      deleteThoseWithRows(
          versions.unnamed().stream().filter(file -> file.modified().isBefore(orphaned)).toList(),
          where);
    }
    return new Result(name, 0, 0, 0, 0, null, List.of(UNDER_WAY), null, false);
  }

  /** Whether a file has rows that are to go, or nobody can tell; one that is gone has none. */
  private boolean mayHaveRows(BucketFiles.DataFile file, Where where) throws IOException {
    try {
      return reading(file, entry -> MatchingRows.of(store, entry, where)).isAny();
    } catch (NoSuchFileException e) {
      return false;
    } catch (UnreadableFileException e) {
      return true;
    }
  }

  /**
   * The last of the versions up to a number that has rows which are to go; 0 where none has.
   *
   * @param known by the names of files: whether they have
   */
  private long lastWithRows(long number, Map<String, Boolean> known, Where where)
      throws IOException {
    List<Long> numbers = new ArrayList<>(versions.numbers());
    Collections.reverse(numbers);
    for (long one : numbers) {
      Optional<MirrorVersion> version = one > number ? Optional.empty() : versions.find(one);
      if (version.isPresent() && hasRows(version.get(), known, where)) {
        return one;
      }
    }
    return 0;
  }

  private boolean hasRows(MirrorVersion version, Map<String, Boolean> known, Where where)
      throws IOException {
    List<BucketFiles.DataFile> unknown = new ArrayList<>();
    for (InBucket file : InBucket.of(version)) {
      if (!known.containsKey(file.file().name())) {
        unknown.add(file.file());
      } else if (known.getOrDefault(file.file().name(), false)) {
        return true;
      }
    }
    List<Boolean> have =
        Parallel.map(unknown, LOOKS, "looking for rows", file -> mayHaveRows(file, where));
    for (int i = 0; i < have.size(); i++) {
      known.put(unknown.get(i).name(), have.get(i));
    }
    return have.contains(true);
  }

  /**
   * Until when versions up to one are there; null where they are gone, or go with the next call.
   */
  private @Nullable Instant kept(long last, Settings settings) throws IOException {
    List<Long> numbers = versions.numbers();
    // The one right behind it may have expired while this one was kept.
    Optional<Long> after = numbers.stream().filter(number -> number > last).findFirst();
    Optional<MirrorVersion> next =
        after.isEmpty() || numbers.get(0) > last ? Optional.empty() : versions.find(after.get());
    if (next.isEmpty()) {
      return null;
    }
    Instant now = store.nowToReaders();
    Instant until = next.get().written().plus(settings.grace());
    if (until.isAfter(now)) {
      return until;
    }
    // What a table led to until now has its grace from now.
    return settings.dryRun() ? null : now.plus(settings.grace());
  }

  private String keptWords(long last) throws IOException {
    long first = versions.numbers().stream().mapToLong(number -> number).min().orElse(last);
    return first < last
        ? "versions " + first + " to " + last + " of " + name + ": they stay"
        : "version " + last + " of " + name + ": it stays";
  }

  private Result result(
      MirrorVersion newest,
      List<Hit> hits,
      Map<String, Boolean> known,
      Where where,
      Settings settings)
      throws IOException {
    List<String> holders = new ArrayList<>();
    // In a dry run the newest one is what would be erased.
    long last =
        lastWithRows(settings.dryRun() ? newest.number() - 1 : newest.number(), known, where);
    String late = null;
    if (!settings.dryRun()) {
      MirrorFollowers.Outcomes led =
          followers.follow(current, versions, store.now().minus(settings.grace()));
      late = led.late(name).orElse(null);
      if (last > 0 && late == null) {
        // Without a grace, readers that were led to it until now are not waited for.
        versions.expire(settings.grace(), last, settings.grace().isZero() ? Set.of() : led.ledTo());
        followers.expire(current, versions);
      }
    }
    Instant kept = kept(last, settings);
    if (kept != null) {
      holders.add(
          keptWords(last)
              + " until "
              + kept
              + " for readers of what was (--grace);"
              + " run this again then, which deletes what has the rows");
    }
    boolean isKey = newest.key().contains(where.path());
    if (!isKey && newest.deleted() > 0) {
      holders.add(
          "deletes that "
              + name
              + " remembers: of a deleted row it has the key, and no other column of the row, until"
              + " sluice mirror --keepDeletes is over; a condition on a column of the key erases"
              + " them");
    }
    if (!settings.dryRun()) {
      holders.add(UNDER_WAY);
    }
    return new Result(
        name,
        newest.allFiles().size(),
        hits.size(),
        hits.stream().mapToLong(hit -> hit.rows().count()).sum(),
        0,
        kept,
        holders,
        late,
        false);
  }
}
