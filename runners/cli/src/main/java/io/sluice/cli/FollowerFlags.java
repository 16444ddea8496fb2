package io.sluice.cli;

import io.sluice.follow.FollowerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Command;

/** What the followers that are plugged in take, for verbs that ask one of them. */
@Command
final class FollowerFlags extends PipelineFlags {
  FollowerFlags() {
    super("Followers", ofKinds().toArray(new Flag[0]));
  }

  /** The flags that each kind has of its own. */
  static List<Flag> ofKinds() {
    List<Flag> flags = new ArrayList<>();
    FollowerKind.all()
        .values()
        .forEach(
            kind ->
                new TreeMap<>(kind.flags())
                    .forEach(
                        (name, value) ->
                            flags.add(new Flag(name, value, FlagWords.ofPlugIn(name)))));
    return flags;
  }
}
