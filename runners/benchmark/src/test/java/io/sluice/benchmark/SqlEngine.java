package io.sluice.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An engine that is not ours in a process of its own, on the class path of its own module, which
 * answers statements one after the other. Not safe for use by several threads.
 */
public final class SqlEngine implements AutoCloseable {
  /** More than any statement of a test takes on a slow machine. */
  private static final long MINUTES = 20;

  private static final String ROW = "row: ";
  private static final String DONE = "done";
  private static final String FAILED = "failed: ";

  /** Of a process that has ended. */
  private static final String END = "end";

  private final Process process;
  private final Writer statements;
  private final Path errors;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private SqlEngine(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.statements = process.outputWriter(UTF_8);
    Thread reads = new Thread(this::read, "answers of an engine");
    reads.setDaemon(true);
    reads.start();
  }

  /**
   * Starts Spark.
   *
   * @param directory for what it leaves behind
   * @param settings of Spark's
   */
  public static SqlEngine spark(Path directory, Map<String, String> settings) throws IOException {
    Path module = Path.of("spark/target").toAbsolutePath();
    List<String> command = new ArrayList<>();
    command.add(java(Path.of(System.getProperty("java.home"))));
    for (String name :
        List.of(
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar")) {
      command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            // A short life: optimized code comes too late.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx1g",
            "-cp",
            String.join(
                File.pathSeparator,
                module.resolve("test-classes").toString(),
                module.resolve("classes").toString(),
                Files.readString(module.resolve("test-libraries.txt")).strip()),
            "io.sluice.benchmark.spark.SparkShell"));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    return start(directory, command);
  }

  private static String java(Path home) {
    return home.resolve("bin").resolve("java").toString();
  }

  private static SqlEngine start(Path directory, List<String> command) throws IOException {
    Path errors = Files.createTempFile(directory, "engine", ".log");
    return new SqlEngine(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(errors.toFile())
            .start(),
        errors);
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // It was ended while it was being read.
    }
    answers.add(END);
  }

  /**
   * The rows of a statement, each with bars between its values.
   *
   * @throws AssertionError where it is refused
   */
  public List<String> rows(String statement) {
    List<String> rows = new ArrayList<>();
    String end = ask(statement, rows);
    if (!end.equals(DONE)) {
      throw new AssertionError(statement + ": " + end);
    }
    return rows;
  }

  /**
   * The only row of a statement.
   *
   * @throws AssertionError where there are more, or fewer
   */
  public String row(String statement) {
    List<String> rows = rows(statement);
    if (rows.size() != 1) {
      throw new AssertionError(statement + ": " + rows);
    }
    return rows.get(0);
  }

  /**
   * Why a statement is refused.
   *
   * @throws AssertionError where it is not
   */
  public String refusal(String statement) {
    String end = ask(statement, new ArrayList<>());
    if (!end.startsWith(FAILED)) {
      throw new AssertionError(statement + " is not refused");
    }
    return end.substring(FAILED.length());
  }

  private String ask(String statement, List<String> rows) {
    try {
      statements.write(statement.replaceAll("\\R", " ") + "\n");
      statements.flush();
      while (true) {
        String line = answers.poll(MINUTES, TimeUnit.MINUTES);
        if (line == null || line.equals(END)) {
          throw new AssertionError(
              statement
                  + (line == null ? " has no answer: " : ": the engine has ended: ")
                  + Files.readString(errors));
        }
        if (line.equals(DONE) || line.startsWith(FAILED)) {
          return line;
        }
        // Libraries say something there, too.
        if (line.startsWith(ROW)) {
          rows.add(line.substring(ROW.length()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(statement, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(statement, e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
