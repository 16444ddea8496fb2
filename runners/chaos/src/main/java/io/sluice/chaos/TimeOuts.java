package io.sluice.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the logs of a cluster say of sessions and heartbeats that timed out. They do so after
 * faults, too; but where a machine has too little time for the cluster, nothing else names the
 * cause.
 */
final class TimeOuts {
  /** As ZooKeeper's client, Curator and Flink write them. */
  private static final Pattern LINE =
      Pattern.compile("(?i)heartbeat of .+ timed out|session timed out|session 0x\\S+ has expired");

  private TimeOuts() {}

  /** In one sentence without its full stop; empty where none is there. */
  static String in(List<Path> logs) {
    int count = 0;
    String last = "";
    for (Path log : logs) {
      // A process that was killed may have left half a character.
      try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
        for (String line : lines.filter(LINE.asPredicate()).toList()) {
          count++;
          last = log.getFileName() + ": " + line.strip();
        }
      } catch (IOException | UncheckedIOException e) {
        // One that did not start yet has none.
      }
    }
    return count == 0
        ? ""
        : "a session of ZooKeeper ("
            + FlinkCluster.SESSION.toSeconds()
            + " s) or a heartbeat ("
            + FlinkCluster.HEARTBEAT.toSeconds()
            + " s) timed out, in "
            + count
            + (count == 1 ? " line" : " lines")
            + " of the logs, the last \""
            + last
            + "\": where no fault of the schedule did that, the machine is too busy for the cluster";
  }
}
