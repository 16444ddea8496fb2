package io.sluice.follow;

import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What makes files of a table format equal to those that are live.
 *
 * @param <F> a file as the target has it
 * @param added files that the target lacks
 * @param removed what the target has and is not to have; among them a file that is live, where it
 *     is in the target twice or where rows of it were deleted: it is added anew
 */
public record FilesChange<F>(PublishedFiles live, List<LiveFile> added, List<F> removed) {
  public FilesChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /**
   * Compares what is live with what a target has of it.
   *
   * @param has files by the names that the follower's state has
   * @param place by which the target removes a file, and all that is there once more by it
   */
  public static <F> FilesChange<F> of(
      PublishedFiles live, Map<String, F> has, Function<F, String> place) {
    Map<String, F> sorted = new TreeMap<>(has);
    Set<String> right = new TreeSet<>(sorted.keySet());
    right.retainAll(live.names());
    Set<String> wrong =
        sorted.entrySet().stream()
            .filter(entry -> !right.contains(entry.getKey()))
            .map(entry -> place.apply(entry.getValue()))
            .collect(Collectors.toSet());
    List<F> removed = new ArrayList<>();
    sorted.forEach(
        (name, file) -> {
          if (!right.contains(name) || wrong.contains(place.apply(file))) {
            right.remove(name);
            removed.add(file);
          }
        });
    return new FilesChange<>(
        live, live.live().stream().filter(file -> !right.contains(file.name())).toList(), removed);
  }

  public boolean isNothing() {
    return added.isEmpty() && removed.isEmpty();
  }

  /** The added files that a rewrite made. */
  public List<LiveFile> rewritten() {
    return added.stream().filter(file -> file.replaces() != null).toList();
  }

  /** The other added files. */
  public List<LiveFile> appended() {
    return added.stream().filter(file -> file.replaces() == null).toList();
  }

  /**
   * Whether all that is removed has its rows in rewritten files that are added, which copied them,
   * and these have no other rows: then the target has the same rows before and after. A rebuild
   * derives rows again, under another contract, say, so theirs are not the same.
   *
   * @param rows of a file as readers of the target see them; negative where it does not say how
   *     many, or where some of them were deleted
   */
  public boolean isRewrite(Function<F, String> place, ToLongFunction<F> rows) {
    Set<String> replaced = new TreeSet<>();
    for (LiveFile file : rewritten()) {
      Replaced replaces = file.replaces();
      if (replaces != null) {
        PartFile.parse(live.key(file)).ifPresent(part -> replaced.addAll(replaces.names(part)));
      }
    }
    return !removed.isEmpty()
        && rewritten().stream()
            .allMatch(file -> file.replaces() != null && file.replaces().copied())
        && removed.stream()
            .map(place)
            .allMatch(at -> replaced.contains(at.substring(at.lastIndexOf('/') + 1)))
        && removed.stream().mapToLong(rows).allMatch(count -> count >= 0)
        && removed.stream().mapToLong(rows).sum()
            == rewritten().stream().mapToLong(LiveFile::rows).sum();
  }

  /** What is live, for the record of a commit: of dates, the version of the manifest of each. */
  public static String labels(List<? extends FilesChange<?>> changes) {
    return changes.stream().map(one -> one.live().label()).collect(Collectors.joining(","));
  }
}
