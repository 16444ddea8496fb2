package io.sluice.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JVM's own record of its garbage collections. */
final class GcLog {
  private static final Pattern PAUSE = Pattern.compile("(\\d+)M->(\\d+)M\\(");

  private GcLog() {}

  /**
   * A collection.
   *
   * @param frees whether it frees memory: G1 also has pauses that only look
   * @param before bytes in use before it
   * @param after bytes in use after it
   */
  record Pause(boolean frees, long before, long after) {}

  /** The options by which a JVM with G1 keeps one. */
  static List<String> options(Path file) {
    return List.of("-XX:+UseG1GC", "-Xlog:gc:file=" + file + "::filecount=0");
  }

  static List<Pause> read(Path file) throws IOException {
    List<Pause> pauses = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Matcher matcher = PAUSE.matcher(line);
      if (matcher.find()) {
        boolean frees = line.contains("Pause Young") || line.contains("Pause Full");
        pauses.add(new Pause(frees, mebibytes(matcher.group(1)), mebibytes(matcher.group(2))));
      }
    }
    return pauses;
  }

  private static long mebibytes(String text) {
    return Long.parseLong(text) << 20;
  }
}
