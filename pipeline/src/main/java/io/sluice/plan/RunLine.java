package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.Wording;
import io.sluice.sizing.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The command that runs what was planned: the flags that were given as they are, and behind them
 * those advised whose value would else be another.
 */
final class RunLine {
  private static final int LONGEST = 100;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

  private final List<String> given;
  private final List<String> advised = new ArrayList<>();
  private boolean rocksdb;

  RunLine(Plan plan, List<String> given) {
    this.given = List.copyOf(given);
    SluiceConfig config = plan.config();
    Findings findings = plan.findings();
    if (findings != null && findings.times().compared() > 0) {
      EventTimes times = findings.times();
      advise("lateness", config.windows().lateness(), times.lateness().value());
      advise("maxFuture", config.decoding().maxFuture(), times.maxFuture().value());
      advise("watermarkDelay", config.watermarkDelay(), times.watermarkDelay().value());
    }
    Sizing sizing = plan.sizing();
    if (sizing != null) {
      Settings best = sizing.advised().settings();
      advise("parallelism", String.valueOf(best.parallelism()));
      if (plan.lake() == null || config.reshard()) {
        advise("shards", String.valueOf(best.shards()));
      }
      Settings now = sizing.given().settings();
      advise("windowSize", now.windowSize(), best.windowSize());
      advise("fileInterval", now.fileInterval(), best.fileInterval());
      if (now.fileMebibytes() != best.fileMebibytes()) {
        advise("fileMebibytes", String.valueOf(best.fileMebibytes()));
      }
      if (now.s3PartMebibytes() != best.s3PartMebibytes()) {
        advise("s3PartMebibytes", String.valueOf(best.s3PartMebibytes()));
      }
      rocksdb =
          sizing.advised().memory().stateBackend().equals("rocksdb") && !isGiven("stateBackend");
    }
  }

  private void advise(String flag, @Nullable Duration now, Duration best) {
    if (!Objects.equals(now, best)) {
      advise(flag, Wording.duration(best));
    }
  }

  private void advise(String flag, String value) {
    if (!isGiven(flag)) {
      advised.add("--" + flag + "=" + value);
    }
  }

  private boolean isGiven(String flag) {
    return given.stream()
        .anyMatch(one -> one.equals("--" + flag) || one.startsWith("--" + flag + "="));
  }

  /** The flags that were not given and are advised. */
  List<String> advised() {
    return List.copyOf(advised);
  }

  /** Whether the state needs RocksDB, whose folder only the user knows. */
  boolean needsRocksdb() {
    return rocksdb;
  }

  /** As a shell takes it. */
  String command() {
    return String.join(" ", words());
  }

  /** The same in lines of some length, for people. */
  List<String> lines() {
    return broken(words());
  }

  /** A run with these flags, in such lines. */
  static List<String> lines(List<String> flags) {
    List<String> words = new ArrayList<>();
    words.add("sluice run");
    flags.forEach(word -> words.add(quoted(word)));
    return broken(words);
  }

  private static List<String> broken(List<String> words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      if (line.length() + word.length() > LONGEST) {
        lines.add(line + "\\");
        line = new StringBuilder("  ");
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    words.add("sluice run");
    given.forEach(word -> words.add(quoted(word)));
    words.addAll(advised);
    return words;
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
