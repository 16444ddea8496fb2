package io.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The house, as a test. {@link #WAY}, {@link #BESIDE}, {@link #PLUGGED_IN} and {@link #AROUND} are
 * one list, from top to bottom: a package knows those above it, and none below it.
 * docs/architecture.md has a section for each in the same order.
 */
class ArchitectureTest {
  /** Classes of {@code io.sluice} itself that all packages use: faults, versions, words. */
  private static final Set<String> WORDS =
      Set.of(
          "FileFaults",
          "Suggestions",
          "UnavailableException",
          "UserException",
          "Version",
          "Wording");

  /**
   * The way of a record through the core. {@code words} and {@code run} are both {@code io.sluice}:
   * {@link #WORDS}, and what composes a run.
   */
  private static final List<String> WAY =
      List.of(
          "words",
          "contract",
          "record",
          "source",
          "transform",
          "deadletter",
          "convert",
          "schema",
          "metrics",
          "decode",
          "window",
          "block",
          "lake",
          "write",
          "complete",
          "follow",
          "derive",
          "run");

  /** What operates a lake, beside the way. */
  private static final List<String> BESIDE =
      List.of("audit", "compact", "replay", "erase", "report", "infer", "sizing", "plan");

  /** What stands behind a socket: nobody names it, and none of it knows another. */
  private static final List<String> PLUGGED_IN =
      List.of(
          "json",
          "raw",
          "avro",
          "protobuf",
          "csv",
          "jsonschema",
          "debezium",
          "kafka",
          "symlink",
          "iceberg",
          "delta",
          "glue",
          "registry");

  /** What starts all of it: modules of {@code runners}, and what brings a verb of its own. */
  private static final List<String> AROUND =
      List.of("cli", "mirror", "flink", "local", "chaos", "benchmark");

  private static final List<String> ORDER =
      Stream.of(WAY, BESIDE, PLUGGED_IN, AROUND).flatMap(List::stream).toList();

  /**
   * Who names something below it all the same, with what. Savepoints of before hold the first four
   * by these names; a run is composed of flags and dead letters for Kafka.
   */
  private static final List<Pattern> EXCEPTIONS =
      List.of(
          Pattern.compile(
              "io\\.sluice\\.source\\.(KafkaSettings|SourceSpec|ReadRecords\\$ConsumerFactory|RecordTimePolicy\\$Factory)"
                  + " io\\.sluice\\.kafka\\.OldState"),
          Pattern.compile(
              "io\\.sluice\\.Sluice(Options|Config|Pipeline)"
                  + " io\\.sluice\\.kafka\\.(KafkaOptions|KafkaSettings|DeadLetterTopic|SendDeadLetters)"));

  /**
   * Classes that something plugged in calls of another: Debezium is no encoding of its own, and
   * reads JSON and Avro by the readers that these formats have.
   */
  private static final Set<String> SHARED =
      Set.of(
          "debezium json.JsonReader",
          "debezium json.PlainReader",
          "debezium avro.AvroDraft",
          "debezium avro.AvroRecords",
          "debezium avro.Plan");

  private static final String WHAT_TO_DO =
      "A package knows those above it in the list of ArchitectureTest, and none below it. Move the"
          + " class to where both may know it, or let the upper package have an interface or a"
          + " value that the lower one fills; or, where the order itself is wrong, change it there"
          + " and in docs/architecture.md.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice");

  private static final Path HOUSE = house();

  /** The repository's root, from whichever module. */
  private static Path house() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("sluice"))) {
      folder = Objects.requireNonNull(folder.getParent(), "the repository's root");
    }
    return folder;
  }

  /** The place in the list of a class; empty of one that is not of Sluice. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals("io.sluice")) {
      JavaClass top = type;
      while (top.getEnclosingClass().isPresent()) {
        top = top.getEnclosingClass().get();
      }
      return WORDS.contains(top.getSimpleName()) ? "words" : "run";
    }
    return name.startsWith("io.sluice.") ? name.split("\\.")[2] : "";
  }

  /** What is against an order, in words. */
  private static Set<String> faults(List<String> order) {
    Set<String> faults = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      String room = room(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass known = dependency.getTargetClass().getBaseComponentType();
        String other = room(known);
        boolean isBelow =
            order.indexOf(other) > order.indexOf(room)
                || PLUGGED_IN.contains(room) && PLUGGED_IN.contains(other);
        String names = type.getName() + " " + known.getName();
        if (!other.isEmpty()
            && !other.equals(room)
            && isBelow
            && EXCEPTIONS.stream().noneMatch(e -> e.matcher(names).matches())) {
          faults.add(
              room
                  + " knows "
                  + other
                  + ", which stands "
                  + (PLUGGED_IN.contains(other) ? "behind a socket" : "below it")
                  + ": "
                  + names.replace(" ", " -> "));
        }
      }
    }
    return faults;
  }

  @Test
  void aPackageKnowsThoseAboveItOnly() {
    Set<String> faults = faults(ORDER);
    assertTrue(faults.isEmpty(), () -> String.join("\n", faults) + "\n" + WHAT_TO_DO);
  }

  /**
   * Each package but the first and the plugged-in ones knows another: upside down all of it is
   * wrong.
   */
  @Test
  void anOrderThatIsWrongIsSeen() {
    List<String> upsideDown = new ArrayList<>(ORDER);
    Collections.reverse(upsideDown);
    Set<String> seen = new TreeSet<>();
    faults(upsideDown).forEach(fault -> seen.add(fault.substring(0, fault.indexOf(' '))));
    assertTrue(seen.containsAll(BESIDE), seen.toString());
    assertTrue(
        seen.containsAll(Set.of("contract", "decode", "block", "write", "run")), seen.toString());
  }

  @Test
  void everyPackageIsInTheList() throws IOException {
    for (Path folder : packagesOfMain()) {
      String room = roomOf(folder);
      assertTrue(
          room.isEmpty() || ORDER.contains(room),
          () ->
              HOUSE.relativize(folder)
                  + " has no place in the list of ArchitectureTest. Write '"
                  + room
                  + "' where it stands on the way of a record: in WAY, below all that it knows and"
                  + " above all that know it; in BESIDE, if it operates a lake; in PLUGGED_IN, if"
                  + " it stands behind a socket; in AROUND, if it is a module of runners. Then give"
                  + " it a section at that place of docs/architecture.md, with (`"
                  + room
                  + "`) at the end of its heading.");
    }
  }

  /** The same for modules that are not on this class path, by their imports. */
  @Test
  void aModuleKnowsThoseAboveItOnly() throws IOException {
    Pattern imports = Pattern.compile("(?m)^import (?:static )?io\\.sluice\\.([a-z]+)\\.(\\w+)");
    Set<String> faults = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (Path folder : packagesOfMain()) {
      String room = roomOf(folder);
      if (!PLUGGED_IN.contains(room) && !AROUND.contains(room)) {
        continue;
      }
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Matcher named = imports.matcher(Files.readString(file));
          while (named.find()) {
            String other = named.group(1);
            seen.add(room);
            if (!other.equals(room)
                && (ORDER.indexOf(other) > ORDER.indexOf(room)
                    || PLUGGED_IN.contains(room) && PLUGGED_IN.contains(other))
                && !SHARED.contains(room + " " + other + "." + named.group(2))) {
              faults.add(HOUSE.relativize(file) + " imports io.sluice." + other);
            }
          }
        }
      }
    }
    assertTrue(
        seen.containsAll(Set.of("json", "kafka", "cli", "flink", "benchmark")), seen.toString());
    assertTrue(faults.isEmpty(), () -> String.join("\n", faults) + "\n" + WHAT_TO_DO);
  }

  /** What a package need not know though it stands above: what the order alone does not say. */
  @ParameterizedTest
  @CsvSource({
    "metrics, contract record source transform",
    "lake, record source transform deadletter decode window block",
    "write, source transform deadletter decode",
    "complete, source transform deadletter decode block",
    // Whoever proves or shows a lake shares no code with whoever writes it.
    "audit, window block write",
    "report, window block write",
    "sizing, source decode deadletter block lake complete",
    "infer, lake write complete",
    "plan, complete",
    "json, source metrics window block lake write complete follow run",
    "raw, source metrics window block lake write complete follow run",
    "kafka, decode window block write complete follow run"
  })
  void aPackageKnowsNoMoreThanItNeeds(String room, String others) {
    knowsNone(room, others);
  }

  /** Each operates the lake by itself; a report shows dead letters and the proof, a plan a size. */
  @ParameterizedTest
  @CsvSource({
    "audit, compact replay report infer sizing plan",
    "compact, audit replay report infer sizing plan",
    "replay, audit compact report infer sizing plan",
    "report, compact infer sizing plan",
    "infer, audit compact replay report sizing plan",
    "sizing, audit compact replay report infer plan",
    "plan, audit compact replay report infer"
  })
  void whatOperatesTheLakeStandsByItself(String room, String others) {
    knowsNone(room, others);
  }

  private static void knowsNone(String room, String others) {
    Set<String> forbidden = Set.of(others.split(" "));
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (room(type).equals(room)) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          if (forbidden.contains(room(dependency.getTargetClass().getBaseComponentType()))) {
            found.add(dependency.getDescription());
          }
        }
      }
    }
    assertEquals(Set.of(), found, () -> room + " knows what it has no need to know");
  }

  /** A thing that stands behind a socket brings its library; the core has none of them. */
  @ParameterizedTest
  @CsvSource({
    "kafka, org.apache.kafka.. org.apache.beam.sdk.io.kafka..",
    "none, org.apache.iceberg.. io.delta.. org.apache.avro.. com.google.protobuf.."
        + " de.siegmar.fastcsv.. java.sql.. software.amazon.awssdk.services.glue..",
    "none, org.apache.beam.runners.. org.apache.flink.. org.apache.spark.."
  })
  void theCoreKnowsNoLibraryOfWhatIsPluggedIn(String owner, String libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sluice." + owner + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries.split(" "))
        .check(CLASSES);
  }

  /** Records are values by column: only a format may have documents. */
  @Test
  void noRecordIsADocumentOnItsWay() {
    noClasses()
        .that()
        .resideInAnyPackage(
            Stream.of("record", "source", "transform", "deadletter", "window", "block", "write")
                .map(room -> "io.sluice." + room + "..")
                .toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml.jackson..")
        .check(CLASSES);
  }

  @Test
  void theDocsHaveASectionForEachInThisOrder() throws IOException {
    String text = Files.readString(HOUSE.resolve("docs/architecture.md"));
    List<String> sections = new ArrayList<>();
    Matcher heading = Pattern.compile("(?m)^###? .*\\(`([a-z`, ]+)`\\)$").matcher(text);
    while (heading.find()) {
      sections.addAll(List.of(heading.group(1).split("`, `")));
    }
    assertEquals(ORDER, sections, "headings of docs/architecture.md that end in (`PACKAGE`)");
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

  /** The place in the list of a folder of classes; empty of {@code io.sluice} itself. */
  private static String roomOf(Path folder) {
    return folder
        .toString()
        .replaceFirst(".*/src/main/java/io/sluice/?", "")
        .replaceFirst("/.*", "");
  }
}
