package io.sluice.cli;

import io.sluice.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * {@code --json} of a verb that runs long: its report for machines, instead of text or beside it.
 */
public final class JsonOption {
  private static final Path STDOUT = Path.of("-");

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "-",
      paramLabel = "FILE",
      description = "Prints the report as JSON instead of text; with FILE, writes it there too.")
  private @Nullable Path to;

  /** Whether JSON is printed instead of text. */
  public boolean isInstead() {
    return STDOUT.equals(to);
  }

  /** Where text goes: not to stdout where JSON is to stand there alone. */
  public PrintStream text() {
    return isInstead() ? LogFormat.err() : System.out;
  }

  /**
   * Says now, and not after an hour, where the file cannot be written.
   *
   * @throws UserException then
   */
  public void check() {
    if (to == null || isInstead()) {
      return;
    }
    Path folder = to.toAbsolutePath().getParent();
    String why =
        Files.isDirectory(to)
            ? "a directory"
            : folder == null || !Files.isDirectory(folder)
                ? "no such directory: " + folder
                : !Files.isWritable(folder) ? "permission denied: " + folder : null;
    if (why != null) {
      throw new UserException("--json=" + to + ": cannot be written: " + why + "; name a file");
    }
  }

  /** Prints or writes the report, if it was asked for. */
  public void write(String json) throws IOException {
    if (isInstead()) {
      System.out.println(json);
      System.out.flush();
    } else if (to != null) {
      Files.writeString(to, json + "\n");
    }
  }
}
