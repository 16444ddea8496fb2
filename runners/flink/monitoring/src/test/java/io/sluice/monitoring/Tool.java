package io.sluice.monitoring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of Prometheus' that a test needs. Where it is not on the PATH the test is skipped, but
 * not where {@code SLUICE_TOOLS=required}.
 */
record Tool(Path path) {

  /** What a run printed, errors included. */
  record Run(int status, String output) {}

  /**
   * @param names the program's, as its makers and as Debian call it
   */
  static Tool named(String... names) {
    for (String name : names) {
      Optional<Path> found =
          Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
              .map(directory -> Path.of(directory, name))
              .filter(Files::isExecutable)
              .findFirst();
      if (found.isPresent()) {
        return new Tool(found.get());
      }
    }
    String missing = names[0] + " is not on the PATH: what it checks is not checked";
    if ("required".equals(System.getenv("SLUICE_TOOLS"))) {
      throw new AssertionError(missing + ", and SLUICE_TOOLS=required");
    }
    // Maven's summary counts what was skipped and does not say why.
    System.err.println(missing + "; Debian has it in prometheus and prometheus-alertmanager");
    Assumptions.abort(missing);
    throw new AssertionError("not reached");
  }

  Run run(List<String> arguments) throws IOException, InterruptedException {
    return run(arguments, null);
  }

  /**
   * @param input a file for its standard input, or null
   */
  Run run(List<String> arguments, Path input) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}
