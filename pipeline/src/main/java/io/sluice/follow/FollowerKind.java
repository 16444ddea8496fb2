package io.sluice.follow;

import io.sluice.UserException;
import io.sluice.contract.PlugIn;
import io.sluice.lake.LakeTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A kind of follower: what a name of {@code --publish} stands for. To plug one in, implement this
 * with a public constructor without parameters, and name the class in {@code
 * META-INF/services/io.sluice.follow.FollowerKind} of a jar on the class path.
 */
public interface FollowerKind extends PlugIn {
  /** What follows the lake, in a sentence. */
  String words();

  /** The flags of its own: what each takes, such as FILE. Beam's options have their words. */
  default Map<String, String> flags() {
    return Map.of();
  }

  /** Whether readers of its targets find what these were before, too, for some time. */
  default boolean hasSnapshots() {
    return false;
  }

  /**
   * Looks at its flags, before a run begins; the target need not answer yet.
   *
   * @throws UserException where one is missing or wrong
   */
  default void check(PipelineOptions options) {
    // Most have none.
  }

  /**
   * Takes hold of the target of a table.
   *
   * @param options the run's, with the flags of this kind among them
   * @throws IOException where the target does not answer
   * @throws UserException where it cannot be used as the flags are
   */
  Follower open(LakeTable table, PipelineOptions options) throws IOException;

  /** Whether it follows tables without dates, too. */
  default boolean hasUnpartitioned() {
    return false;
  }

  /**
   * Takes hold of the target of a table without dates, all of whose files are in the folder of its
   * name.
   *
   * @param options as {@link #open} takes them
   * @throws IOException where the target does not answer
   * @throws UserException where it cannot be used as the flags are
   * @throws UnsupportedOperationException where this kind has no such targets
   */
  default UnpartitionedFollower openUnpartitioned(LakeTable table, PipelineOptions options)
      throws IOException {
    throw new UnsupportedOperationException(name() + " follows tables with dates");
  }

  /** Those that are plugged in, by name. */
  static TreeMap<String, FollowerKind> all() {
    return PlugIn.all(FollowerKind.class);
  }

  /**
   * The kind of a name.
   *
   * @param flag that has the name
   * @throws UserException where no follower has it
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
