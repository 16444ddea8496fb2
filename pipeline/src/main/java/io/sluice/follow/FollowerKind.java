package io.sluice.follow;

import io.sluice.UserException;
import io.sluice.lake.LakeTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A kind of follower: what a name of {@code --publish} stands for. To plug one in, implement this
 * with a public constructor without parameters, and name the class in {@code
 * META-INF/services/io.sluice.follow.FollowerKind} of a jar on the class path.
 */
public interface FollowerKind {
  /** Lower-case letters, digits and _; no two kinds have the same. */
  String name();

  /** What follows the lake, in a sentence. */
  String words();

  /**
   * Takes hold of the target of a table.
   *
   * @param options the run's, with the flags of this kind among them
   * @throws IOException where the target does not answer
   * @throws UserException where it cannot be used as the flags are
   */
  Follower open(LakeTable table, PipelineOptions options) throws IOException;

  /** Those that are plugged in, by name. */
  static TreeMap<String, FollowerKind> all() {
    Pattern names = Pattern.compile("[a-z][a-z0-9_]*");
    TreeMap<String, FollowerKind> kinds = new TreeMap<>();
    for (FollowerKind kind :
        ServiceLoader.load(FollowerKind.class, FollowerKind.class.getClassLoader())) {
      if (!names.matcher(kind.name()).matches() || kinds.put(kind.name(), kind) != null) {
        throw new IllegalStateException(
            kind.getClass().getName()
                + " calls itself '"
                + kind.name()
                + "': a follower's name is lower-case letters, digits and _, a letter first, and"
                + " no other's");
      }
    }
    return kinds;
  }

  /**
   * The kind of a name.
   *
   * @param flag that has the name
   * @throws UserException where there is none
   */
  static FollowerKind named(String flag, String name) {
    FollowerKind kind = all().get(name);
    if (kind == null) {
      throw new UserException(
          "--"
              + flag
              + "="
              + name
              + ": no follower is called so; there are "
              + String.join(", ", all().keySet())
              + ", and those of jars that are not on the class path");
    }
    return kind;
  }

  /**
   * The names of {@code --publish}, each once.
   *
   * @throws UserException where one is no follower's
   */
  static List<String> names(List<String> given) {
    List<String> names = new ArrayList<>();
    for (String name : given) {
      String known = named("publish", name.strip()).name();
      if (!names.contains(known)) {
        names.add(known);
      }
    }
    return List.copyOf(names);
  }
}
