package io.sluice;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The house, as a test: no runner in the pipeline, and no stage that knows a later one. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice");

  @Test
  void thePipelineKnowsNoRunner() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.beam.runners..", "org.apache.flink..")
        .check(CLASSES);
  }

  /** A report reads what others made; nothing is made of a report. */
  @Test
  void noStageKnowsTheReport() {
    noClasses()
        .that(resideOutsideOfPackage("io.sluice.report.."))
        .should()
        .dependOnClassesThat(resideInAPackage("io.sluice.report.."))
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("io.sluice.report.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.sluice.write..", "io.sluice.block..", "io.sluice.window.."))
        .check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "contract, source decode deadletter window block write lake complete audit compact",
    "source, decode deadletter window block write lake complete audit compact",
    "deadletter, decode window block write complete audit compact",
    "decode, window block write lake complete audit compact",
    "window, source decode deadletter block write lake complete audit compact",
    "lake, source decode deadletter window block write complete audit compact",
    "block, write complete audit compact",
    "write, source decode deadletter complete audit compact",
    "complete, source decode deadletter audit compact",
    "compact, audit",
    "audit, compact",
    "metrics, source decode window block write lake complete audit compact"
  })
  void aStageKnowsNoLaterOne(String stage, String others) {
    noClasses()
        .that(resideInAPackage("io.sluice." + stage + ".."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                Stream.of(others.split(" "))
                    .map(o -> "io.sluice." + o + "..")
                    .toArray(String[]::new)))
        .check(CLASSES);
  }

  @Test
  void noStageKnowsReplays() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sluice.replay..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.sluice.replay..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.sluice.replay..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.sluice.audit..")
        .check(CLASSES);
  }
}
