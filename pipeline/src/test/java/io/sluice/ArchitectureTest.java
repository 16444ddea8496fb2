package io.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The house, as a test: no runner in the pipeline, and no room that knows a later one. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice");

  private static final Path HOUSE = Path.of("").toAbsolutePath().getParent();

  private static final String STAGES =
      "contract record transform source deadletter decode window block write lake complete metrics";

  private static final String MOVED =
      "io\\.sluice\\.source\\.(KafkaSettings|SourceSpec|ReadRecords\\$ConsumerFactory|RecordTimePolicy\\$Factory)";

  @Test
  void thePipelineKnowsNoRunner() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.beam.runners..", "org.apache.flink..")
        .check(CLASSES);
  }

  /** The one package behind the socket of sources that knows a client of Kafka. */
  @Test
  void onlyKafkaKnowsKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sluice.kafka..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.apache.beam.sdk.io.kafka..")
        .check(CLASSES);
  }

  /** What composes a run names it; so does what stands for classes that savepoints know. */
  @Test
  void onlyWhatComposesKnowsWhatIsBehindASocket() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sluice", "io.sluice.kafka..")
        .and()
        .haveNameNotMatching(MOVED)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.sluice.kafka..")
        .check(CLASSES);
    knowsNone("kafka", "decode window block write complete audit compact infer plan report sizing");
  }

  @ParameterizedTest
  @CsvSource({
    "contract, record transform source decode deadletter window block write lake complete",
    "record, transform source decode deadletter window block write lake complete",
    "transform, source decode deadletter window block write lake complete metrics",
    "source, decode deadletter metrics window block write lake complete",
    "deadletter, decode window block write complete",
    "decode, json window block write lake complete",
    "window, source decode deadletter block write lake complete",
    "lake, source decode deadletter window block write complete",
    "block, write complete",
    "write, source decode deadletter complete",
    "complete, source decode deadletter",
    "metrics, source decode window block write lake complete"
  })
  void aStageKnowsNoLaterOne(String stage, String later) {
    knowsNone(stage, later);
  }

  /** What is plugged in is found by its service: nobody names it. */
  @Test
  void nobodyKnowsAFormat() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sluice.json..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.sluice.json..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.sluice.json..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            packages(
                "source window block write lake complete audit compact infer plan replay report sizing"))
        .check(CLASSES);
  }

  /** What is done to a lake by hand knows the pipeline, and the pipeline does not know it. */
  @ParameterizedTest
  @CsvSource({
    "audit, compact infer plan replay report sizing",
    "compact, audit infer plan replay report sizing",
    "infer, write lake complete audit compact plan replay report sizing",
    "plan, complete audit compact infer replay report",
    "replay, audit compact infer plan report sizing",
    "report, window block write compact infer plan replay sizing",
    "sizing, source decode deadletter block lake complete audit compact infer plan replay report"
  })
  void whatOperatesTheLakeStandsBesideThePipeline(String room, String others) {
    knowsNone(room, others);
    knowsNone(STAGES, room);
  }

  /** A newcomer finds a room by what its package says of it. */
  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    List<Path> packages = packagesOfMain();
    assertTrue(packages.size() > 20, packages.toString());
    for (Path folder : packages) {
      Path info = folder.resolve("package-info.java");
      assertTrue(Files.exists(info), () -> folder + " has no package-info.java");
      String text = Files.readString(info);
      assertTrue(
          text.startsWith("/**") && text.indexOf("*/") > 60,
          () -> info + " has no paragraph on what the package is for");
    }
  }

  @Test
  void theIndexOfDecisionsNamesEachWithItsTitle() throws IOException {
    Path folder = HOUSE.resolve("docs/adr");
    String index = Files.readString(folder.resolve("README.md"));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().matches("\\d.*")).toList()) {
        String title = Files.readAllLines(file).get(0);
        String line =
            "| [%d](%s) | %s | "
                .formatted(
                    Integer.parseInt(file.getFileName().toString().substring(0, 4)),
                    file.getFileName(),
                    title.replaceFirst("# \\d+\\. ", ""));
        assertTrue(index.contains(line), () -> "docs/adr/README.md lacks a line: " + line);
      }
    }
  }

  /** The folders of main code that have a class, of every module. */
  private static List<Path> packagesOfMain() throws IOException {
    try (Stream<Path> files = Files.walk(HOUSE)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/main/java/"))
          .map(Path::getParent)
          .distinct()
          .sorted()
          .toList();
    }
  }

  private static void knowsNone(String rooms, String others) {
    noClasses()
        .that()
        .resideInAnyPackage(packages(rooms))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(others))
        .check(CLASSES);
  }

  private static String[] packages(String rooms) {
    return Stream.of(rooms.split(" "))
        .map(room -> "io.sluice." + room + "..")
        .toArray(String[]::new);
  }
}
