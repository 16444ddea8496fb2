package io.sluice.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How stderr looks: as people read it, or as one JSON object a line, for whoever collects logs. The
 * logger's configuration knows both by these names.
 */
enum LogFormat {
  text,
  json;

  private static final String NAME = "SLUICE_LOG_FORMAT";

  /** Takes effect where no logger has been made yet. */
  void use() {
    System.setProperty(NAME, name());
  }

  /** What is in use: by a verb's flag, by the environment, or text. */
  static LogFormat current() {
    String set = System.getProperty(NAME, System.getenv(NAME));
    return json.name().equals(set) ? json : text;
  }

  /** Where a verb's errors go: to stderr, or line by line to the log. */
  static PrintStream err() {
    return stderr(Level.ERROR);
  }

  /** Where what a verb says beside its result goes: to stderr, or line by line to the log. */
  static PrintStream notes() {
    return stderr(Level.INFO);
  }

  private static PrintStream stderr(Level level) {
    return current() == text
        ? System.err
        : new PrintStream(new Lines(level), true, StandardCharsets.UTF_8);
  }

  private static final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Level level;

    Lines(Level level) {
      this.level = level;
    }

    @Override
    public void write(int b) {
      if (b == '\n') {
        LoggerFactory.getLogger(Main.class)
            .atLevel(level)
            .log(line.toString(StandardCharsets.UTF_8).strip());
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
