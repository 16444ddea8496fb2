package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whoever collects logs as JSON gets nothing else on stderr. */
class LogFormatTest {
  @Test
  void whatAVerbSaysBesideItsResultIsOneEventALineWhereLogsAreJson() {
    Logger logger = (Logger) LoggerFactory.getLogger(Main.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    // As the launcher has it.
    logger.setLevel(Level.INFO);
    logger.addAppender(said);
    String before = System.getProperty("SLUICE_LOG_FORMAT");
    LogFormat.json.use();
    try {
      LogFormat.notes().printf("columns  %d%nwarning  %s%n", 3, "{} of it");
      LogFormat.err().println("sluice: wrong");
    } finally {
      logger.detachAppender(said);
      logger.setLevel(null);
      if (before == null) {
        System.clearProperty("SLUICE_LOG_FORMAT");
      } else {
        System.setProperty("SLUICE_LOG_FORMAT", before);
      }
    }
    assertEquals(
        List.of("columns  3", "warning  {} of it", "sluice: wrong"),
        said.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    assertEquals(
        List.of(Level.INFO, Level.INFO, Level.ERROR),
        said.list.stream().map(ILoggingEvent::getLevel).toList());
  }

  /** Each goes through {@link LogFormat}; a bar is there on a terminal only. */
  @Test
  void noVerbWritesToStderrByItself() throws IOException {
    Set<String> allowed = Set.of("LogFormat.java", "ProgressOption.java", "Main.java");
    try (Stream<Path> verbs = Files.walk(Path.of("../cli/src/main/java"));
        Stream<Path> flink = Files.walk(Path.of("../flink/src/main/java"))) {
      List<Path> all =
          Stream.concat(verbs, flink).filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(all.size() > 40, all.toString());
      for (Path file : all) {
        if (!allowed.contains(file.getFileName().toString())) {
          String text = Files.readString(file);
          assertTrue(
              !text.contains("System.err") && !text.contains("getErr()"),
              () -> file + " writes to stderr, which may have to be JSON: use LogFormat");
        }
      }
    }
  }
}
