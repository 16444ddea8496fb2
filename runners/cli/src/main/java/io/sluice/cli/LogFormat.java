package io.sluice.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    return stderr(true);
  }

  /** Where what a verb says beside its result goes: to stderr, or line by line to the log. */
  static PrintStream notes() {
    return stderr(false);
  }

  private static PrintStream stderr(boolean isError) {
    return current() == text
        ? System.err
        : new PrintStream(new Lines(isError), true, StandardCharsets.UTF_8);
  }

  private static final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final boolean isError;

    Lines(boolean isError) {
      this.isError = isError;
    }

    @Override
    public void write(int b) {
      if (b == '\n') {
        // Flink's SLF4J, in the image, is 1.7: it has no atLevel.
        Logger log = LoggerFactory.getLogger(Main.class);
        String text = line.toString(StandardCharsets.UTF_8).strip();
        if (isError) {
          log.error(text);
        } else {
          log.info(text);
        }
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
