package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Readers of tables that are written in Python, in an environment of their own with the versions
 * and digests of {@code python/requirements.txt}: it is made once, in the user's cache. Where it
 * cannot be had, a test is skipped with the reason, but not where {@code SLUICE_TOOLS=required}.
 */
public final class PythonReaders {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration INSTALLATION = Duration.ofMinutes(8);
  private static final Duration READ = Duration.ofMinutes(3);

  private final Path python;

  private PythonReaders(Path python) {
    this.python = python;
  }

  /** A program that did not end as it should. */
  private static final class Failed extends IOException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  /** The environment, which is made where it is not there. */
  public static PythonReaders open() throws IOException, InterruptedException {
    Optional<Path> interpreter =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "python3"))
            .filter(Files::isExecutable)
            .findFirst();
    if (interpreter.isEmpty()) {
      throw absent("python3 is not on the PATH");
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home = cache == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
    byte[] requirements = resource("requirements.txt");
    Path environment =
        Files.createDirectories(home.resolve("sluice-tests"))
            .resolve("python-" + digest(requirements));
    Path ready = environment.resolve("ready");
    // Modules' tests may run beside each other.
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("sluice-tests/lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.exists(ready)) {
        Path list = Files.write(home.resolve("sluice-tests/requirements.txt"), requirements);
        run(
            INSTALLATION,
            List.of(interpreter.get().toString(), "-m", "venv", "--clear", environment.toString()));
        run(
            INSTALLATION,
            List.of(
                environment.resolve("bin/python").toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--only-binary=:all:",
                "--require-hashes",
                "--requirement",
                list.toString()));
        Files.createFile(ready);
      }
    } catch (Failed e) {
      throw absent(
          "the Python readers of pipeline/src/test/resources/io/sluice/python cannot be installed: "
              + e.getMessage());
    }
    return new PythonReaders(environment.resolve("bin/python"));
  }

  private static AssertionError absent(String why) {
    String message = why + "; so tables are not read by pyiceberg and delta-rs";
    if ("required".equals(System.getenv("SLUICE_TOOLS"))) {
      return new AssertionError(message + ", and SLUICE_TOOLS=required");
    }
    // Maven's summary counts what was skipped and does not say why.
    System.err.println(message);
    Assumptions.abort(message);
    return new AssertionError("not reached");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PythonReaders.class.getResourceAsStream("python/" + name)) {
      if (in == null) {
        throw new IOException("no resource python/" + name);
      }
      return in.readAllBytes();
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs one of the programs.
   *
   * @param program its name, such as {@code delta_table.py}
   * @return what it printed
   */
  public JsonNode read(String program, String... arguments)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("reader", ".py");
    try {
      Files.write(file, resource(program));
      List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
      command.addAll(List.of(arguments));
      return JSON.readTree(run(READ, command));
    } finally {
      Files.delete(file);
    }
  }

  /** What it printed to its standard output. */
  private static String run(Duration longest, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("python", ".out");
    Path errors = Files.createTempFile("python", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile())
              .start();
      boolean isOver;
      try {
        isOver = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        process.destroyForcibly().waitFor();
      }
      if (!isOver || process.exitValue() != 0) {
        List<String> said = Files.readAllLines(errors, UTF_8);
        throw new Failed(
            Path.of(command.get(0)).getFileName()
                + " "
                + (isOver ? "ended with " + process.exitValue() : "took over " + longest)
                + ": "
                + String.join(" | ", said.subList(Math.max(0, said.size() - 8), said.size())));
      }
      return Files.readString(out);
    } finally {
      Files.delete(out);
      Files.delete(errors);
    }
  }
}
