package io.sluice.complete;

import io.sluice.lake.PartFile;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Rewrites of a date that were declared dead, and when: none of their files is ever live. A rewrite
 * is remembered after its files are deleted, for a week: a rewrite that was asleep may bring back a
 * file that one cleaner has deleted, and were it allowed to switch to that, another cleaner that
 * was asleep would delete it.
 *
 * @param since by what the names of all files of one rewrite have in common
 */
public record Abandoned(SortedMap<String, Instant> since) {
  /** Longer than any process sleeps, or any request is under way. */
  static final Duration REMEMBERED = Duration.ofDays(7);

  /** A manifest is not to grow with each rewrite that is killed: the oldest are forgotten first. */
  static final int MOST = 1000;

  static final Abandoned NONE = new Abandoned(new TreeMap<>());

  public Abandoned {
    since = Collections.unmodifiableSortedMap(new TreeMap<>(since));
  }

  /**
   * As a manifest has them. One of an older version names files, and only those that are there.
   *
   * @param names of files
   * @param rewrites when each was declared dead, as text
   * @param written when the manifest was: of such a file nobody knows an earlier time
   */
  static Abandoned of(Collection<String> names, Map<String, String> rewrites, Instant written) {
    TreeMap<String, Instant> since = new TreeMap<>();
    for (String name : names) {
      since.put(rewrite(name), written);
    }
    rewrites.forEach(
        (rewrite, time) -> {
          try {
            since.put(rewrite, Instant.parse(time));
          } catch (DateTimeException e) {
            since.put(rewrite, written);
          }
        });
    return new Abandoned(since);
  }

  boolean contains(PartFile file) {
    return file.isRewritten() && since.containsKey(rewrite(file.name()));
  }

  /**
   * With the rewrites of some files more, and without those that need not be remembered.
   *
   * @param now by the store's clock: those of hosts would make a week of an hour
   */
  Abandoned with(Collection<String> names, Instant now) {
    TreeMap<String, Instant> all = new TreeMap<>();
    names.forEach(name -> all.put(rewrite(name), now));
    all.putAll(since);
    return new Abandoned(
        all.entrySet().stream()
            .filter(one -> one.getValue().plus(REMEMBERED).isAfter(now))
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(MOST)
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)));
  }

  /** {@code part-SSSSS-NNNNNNNN_TTTTTTTTxxxxxxxx-iii.parquet}: the x, which are the rewrite's. */
  private static String rewrite(String name) {
    int end = name.lastIndexOf('-');
    int begin = Math.max(name.indexOf('_') + 1, end - 8);
    return end < begin ? name : name.substring(begin, end);
  }
}
