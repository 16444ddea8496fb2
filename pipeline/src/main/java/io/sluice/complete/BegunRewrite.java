package io.sluice.complete;

import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of a rewrite of which some that it replaces are gone, where no manifest says which
 * count. Of several rewrites of the same file the one with most positions does: the other did not
 * come to its end. One that replaces files of another is newer than that, which had come to its
 * end.
 */
final class BegunRewrite {
  /** Hexadecimal digits of the time with which a rewrite's name begins; it differs by log. */
  private static final int SECONDS = 8;

  private final String id;
  private final Map<PartFile, Set<String>> replaced =
      new TreeMap<>((a, b) -> a.name().compareTo(b.name()));
  private long positions;

  private BegunRewrite(String id) {
    this.id = id;
  }

  /** What tells the files of a rewrite from those of others. */
  private static String id(PartFile file) {
    String rewrite = Objects.requireNonNull(file.rewrite());
    String name = rewrite.substring(0, rewrite.indexOf('-'));
    return name.length() > SECONDS ? name.substring(SECONDS) : name;
  }

  /**
   * Puts a file to those of its rewrite.
   *
   * @param replaced the names of what it stands for
   * @param to rewrites by their ids
   */
  static void add(LakeFiles.DataFile file, Set<String> replaced, Map<String, BegunRewrite> to) {
    BegunRewrite rewrite = to.computeIfAbsent(id(file.part()), BegunRewrite::new);
    rewrite.replaced.put(file.part(), replaced);
    rewrite.positions += file.footer().positions().size();
  }

  /** The names of the files that count. */
  static Set<String> live(Collection<BegunRewrite> all) {
    List<BegunRewrite> left = new ArrayList<>(all);
    left.sort((a, b) -> Long.compare(b.positions, a.positions));
    Set<String> live = new TreeSet<>();
    Set<String> taken = new TreeSet<>();
    Set<String> switched = new TreeSet<>();
    while (!left.isEmpty()) {
      BegunRewrite rewrite = newest(left);
      left.remove(rewrite);
      rewrite.replaced.keySet().removeIf(file -> taken.contains(file.name()));
      // What a newer one has replaced was live, and with it all of its rewrite.
      if (switched.contains(rewrite.id)
          || rewrite.contested().stream().noneMatch(taken::contains)) {
        for (Map.Entry<PartFile, Set<String>> one : rewrite.replaced.entrySet()) {
          live.add(one.getKey().name());
          taken.addAll(one.getValue());
          rewritten(one).forEach(file -> switched.add(id(file)));
        }
      }
    }
    return live;
  }

  /** The first of which no file is replaced by another one's. */
  private static BegunRewrite newest(List<BegunRewrite> rewrites) {
    Set<String> older = new TreeSet<>();
    for (BegunRewrite rewrite : rewrites) {
      rewrite
          .replaced
          .entrySet()
          .forEach(one -> rewritten(one).forEach(file -> older.add(id(file))));
    }
    return rewrites.stream()
        .filter(rewrite -> !older.contains(rewrite.id))
        .findFirst()
        .orElse(rewrites.get(0));
  }

  /** The files of other rewrites among those that one stands for. */
  private static List<PartFile> rewritten(Map.Entry<PartFile, Set<String>> file) {
    return parts(file).stream().filter(PartFile::isRewritten).toList();
  }

  private static List<PartFile> parts(Map.Entry<PartFile, Set<String>> file) {
    String key = file.getKey().key();
    String folder = key.substring(0, key.lastIndexOf('/') + 1);
    return file.getValue().stream()
        .map(name -> PartFile.parse(folder + name).orElseThrow())
        .toList();
  }

  /**
   * What it replaces itself: of a file that has replaced others, and those others, only that one.
   * These have smaller numbers in the log.
   */
  private Set<String> contested() {
    Set<String> contested = new TreeSet<>();
    for (Map.Entry<PartFile, Set<String>> one : replaced.entrySet()) {
      long greatest =
          rewritten(one).stream().mapToLong(PartFile::sequence).max().orElse(Long.MIN_VALUE);
      for (PartFile file : parts(one)) {
        if (file.isRewritten() || file.sequence() > greatest) {
          contested.add(file.name());
        }
      }
    }
    return contested;
  }
}
