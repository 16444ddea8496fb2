package io.sluice.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Verbs stand on the pipeline alone; what runs it is found, and not known. */
class ArchitectureTest {
  private static final JavaClasses VERBS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice.cli");

  @Test
  void verbsKnowNoRunner() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.flink..", "org.apache.beam.runners..", "io.sluice.flink..")
        .check(VERBS);
  }

  @Test
  void noRunnerIsOnTheirClassPath() {
    List<String> runners =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(jar -> Path.of(jar).getFileName().toString())
            .filter(jar -> jar.matches("(flink|beam-runners-(flink|direct|spark))-.*"))
            .toList();
    assertEquals(List.of(), runners);
  }
}
