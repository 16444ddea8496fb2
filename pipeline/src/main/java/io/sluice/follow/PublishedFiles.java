package io.sluice.follow;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Files that are live together, so that a target is to have all of them and no other. */
public sealed interface PublishedFiles permits PublishedDate, PublishedVersion {
  /** Where they are, below the lake's root, with a slash at its end. */
  String folder();

  /** The files, in the order of their names. */
  List<LiveFile> live();

  /** What they are called where a target records what it was made equal to. */
  String label();

  /** The key of one of the files, below the lake's root. */
  default String key(LiveFile file) {
    return folder() + file.name();
  }

  /** The files' names. */
  default Set<String> names() {
    Set<String> names = new TreeSet<>();
    live().forEach(file -> names.add(file.name()));
    return Collections.unmodifiableSet(names);
  }
}
