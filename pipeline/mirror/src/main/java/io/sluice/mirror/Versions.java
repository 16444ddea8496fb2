package io.sluice.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.UserException;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of a mirror, {@code NAME/_versions/NNNNNNNNNN.json}, of which the newest holds, and
 * the list of its files for readers of such lists.
 */
final class Versions {
  /** A run that goes on for longer switches to nothing: what it has written may be gone. */
  static final Duration LONGEST_RUN = Duration.ofHours(12);

  /** Files that no version names are left over from this age on. */
  static final Duration ORPHANED = Duration.ofDays(1);

  private static final String FOLDER = "_versions/";
  private static final String BUCKETS = "bucket-";
  private static final Pattern NAME = Pattern.compile("/_versions/(\\d{10})\\.json$");

  private final Store store;
  private final String folder;

  /**
   * @param folder of the mirror
   */
  Versions(Store store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  private String key(long number) {
    return folder + "/" + FOLDER + String.format("%010d.json", number);
  }

  /** The numbers of those that are there, ascending. */
  List<Long> numbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (Store.Entry entry : store.list(folder + "/" + FOLDER)) {
      Matcher name = NAME.matcher("/" + entry.key());
      if (name.find()) {
        numbers.add(Long.parseLong(name.group(1)));
      }
    }
    return numbers;
  }

  /** The newest; empty where the mirror was not begun. */
  Optional<MirrorVersion> newest() throws IOException {
    for (int i = 0; i < Store.MOST_TRIES; i++) {
      List<Long> numbers = numbers();
      if (numbers.isEmpty()) {
        return Optional.empty();
      }
      // It may expire before it is read, once there is a newer one.
      Optional<MirrorVersion> newest = find(numbers.get(numbers.size() - 1));
      if (newest.isPresent()) {
        return newest;
      }
    }
    throw new IOException(store.root() + "/" + folder + ": its newest version vanishes each time");
  }

  /** How long the oldest that can be read has been there; empty where the mirror was not begun. */
  Optional<Duration> ageOfOldest() throws IOException {
    TreeMap<Long, MirrorVersion> all = all();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.between(all.firstEntry().getValue().written(), store.now()));
  }

  /** A version; empty where it is not there, or not any more. */
  Optional<MirrorVersion> find(long number) throws IOException {
    return store.read(key(number)).map(json -> MirrorVersion.of(store, key(number), number, json));
  }

  /**
   * @throws UserException where it is not there, or not any more
   */
  MirrorVersion get(long number) throws IOException {
    Optional<MirrorVersion> version = find(number);
    if (version.isPresent()) {
      return version.get();
    }
    List<Long> numbers = numbers();
    throw new UserException(
        store.root()
            + "/"
            + folder
            + " has no version "
            + number
            + (numbers.isEmpty()
                ? ": it has none"
                : ": it has "
                    + numbers.get(0)
                    + " to "
                    + numbers.get(numbers.size() - 1)
                    + "; older ones have expired (--grace)"));
  }

  /**
   * Switches to a version.
   *
   * @return whether it was this call; else others have made one of this number
   */
  boolean create(MirrorVersion version) throws IOException {
    // Theirs may have expired since.
    for (long number : numbers()) {
      if (number >= version.number()) {
        return false;
      }
    }
    return store.create(key(version.number()), version.toJson(), UUID.randomUUID().toString());
  }

  private String listKey() {
    return "_symlink_format_manifest/" + folder + "/manifest";
  }

  /** Where a file is, for readers that know no root. */
  String place(String name) {
    String root = store.root();
    return (root.startsWith("s3://") ? root : "file://" + root) + "/" + folder + "/" + name;
  }

  /** Makes the list name the files of the newest version, whoever wrote it last. */
  void list() throws IOException {
    for (int i = 0; i < Store.MOST_TRIES; i++) {
      Optional<MirrorVersion> newest = newest();
      if (newest.isEmpty()) {
        return;
      }
      StringBuilder text = new StringBuilder();
      newest.get().rowFiles().forEach(name -> text.append(place(name)).append('\n'));
      byte[] list = text.toString().getBytes(UTF_8);
      Optional<byte[]> there = store.read(listKey());
      if (there.isPresent() && Arrays.equals(there.get(), list)) {
        return;
      }
      store.replace(listKey(), list, "text/plain");
    }
  }

  /**
   * What was removed.
   *
   * @param versions that have expired
   * @param files that nothing names any more
   */
  record Removed(int versions, int files) {
    static final Removed NOTHING = new Removed(0, 0);
  }

  /** All that are there, by number; one that expires meanwhile may be missing. */
  private TreeMap<Long, MirrorVersion> all() throws IOException {
    TreeMap<Long, MirrorVersion> all = new TreeMap<>();
    for (long number : numbers()) {
      find(number).ifPresent(version -> all.put(number, version));
    }
    return all;
  }

  /** The files that no version names: those of runs that are under way, or have ended in vain. */
  List<Store.Entry> unnamed() throws IOException {
    List<Store.Entry> files = store.list(folder + "/" + BUCKETS);
    Set<String> named = new TreeSet<>();
    all().values().forEach(version -> named.addAll(version.allFiles()));
    return files.stream().filter(file -> !named.contains(name(file))).toList();
  }

  /** The name of a file below the folder. */
  String name(Store.Entry file) {
    return file.key().substring(folder.length() + 1);
  }

  /** A file of a version in the store. */
  Store.Entry entry(BucketFiles.DataFile file) {
    return new Store.Entry(folder + "/" + file.name(), file.bytes(), Instant.EPOCH);
  }

  /**
   * Removes versions that were followed by another one for a grace, and files that no version that
   * is left names: those of expired versions, and those that killed runs have left, once they are
   * older than any run.
   *
   * @param kept the numbers of versions that stay, however old
   */
  Removed expire(Duration grace, Set<Long> kept) throws IOException {
    return expire(grace, Long.MAX_VALUE, kept);
  }

  /**
   * The same of versions up to a number alone.
   *
   * @param last none that is greater is removed
   */
  Removed expire(Duration grace, long last, Set<Long> kept) throws IOException {
    TreeMap<Long, MirrorVersion> all = all();
    if (all.isEmpty()) {
      return Removed.NOTHING;
    }
    Instant now = store.now();
    Set<String> named = new TreeSet<>();
    Set<String> expired = new TreeSet<>();
    List<String> versions = new ArrayList<>();
    for (MirrorVersion version : all.values()) {
      // The one right behind it may have expired while this one was kept.
      Map.Entry<Long, MirrorVersion> next = all.higherEntry(version.number());
      boolean isOver =
          version.number() <= last
              && next != null
              && !next.getValue().written().plus(grace).isAfter(now);
      if (isOver && !kept.contains(version.number())) {
        expired.addAll(version.allFiles());
        versions.add(key(version.number()));
      } else {
        named.addAll(version.allFiles());
      }
    }
    expired.removeAll(named);
    List<String> gone = new ArrayList<>();
    for (Store.Entry entry : store.list(folder + "/" + BUCKETS)) {
      boolean isOrphan =
          !named.contains(name(entry)) && !entry.modified().plus(ORPHANED).isAfter(now);
      if (expired.contains(name(entry)) || isOrphan) {
        gone.add(entry.key());
      }
    }
    // A version is gone before its files are: nobody is led to what is not there.
    store.delete(versions);
    store.delete(gone);
    return new Removed(versions.size(), gone.size());
  }
}
