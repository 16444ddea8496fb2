package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The output {@code sluice_args} of each Terraform environment, whose value its test asserts there,
 * is one that a run takes.
 */
class TerraformFlagsTest {
  private static final Path ENVIRONMENTS = Path.of("../../terraform/environments");
  private static final Pattern ASSERTED =
      Pattern.compile("output\\.sluice_args\\s*==\\s*\"([^\"]+)\"");

  @TestFactory
  List<DynamicTest> aRunTakesTheFlagsOfEachEnvironment() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path environment : folders(ENVIRONMENTS)) {
      tests.add(
          DynamicTest.dynamicTest(
              environment.getFileName().toString(), () -> aRunTakes(asserted(environment))));
    }
    assertTrue(tests.size() >= 3, "environments: " + tests.size());
    return tests;
  }

  private static void aRunTakes(List<String> flags) {
    SluiceOptions options = FlinkJob.options(flags);
    SluiceConfig config = SluiceConfig.from(options);
    assertTrue(flags.contains("--lake=" + config.lake().root()), flags.toString());
    assertTrue(flags.contains("--deadLetters=" + config.deadLetters().root()), flags.toString());
    assertTrue(flags.contains("--awsRegion=" + options.getAwsRegion()), flags.toString());
  }

  private static List<String> asserted(Path environment) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files(environment.resolve("tests"))) {
      Matcher matcher = ASSERTED.matcher(Files.readString(file));
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
    }
    assertEquals(1, found.size(), environment + ": assertions of the whole of sluice_args");
    return List.of(found.get(0).split(" "));
  }

  private static List<Path> folders(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static List<Path> files(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(file -> file.toString().endsWith(".tftest.hcl")).sorted().toList();
    }
  }
}
