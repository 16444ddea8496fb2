package io.sluice.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the jars, and that Dockerfile and SBOM speak of the same. */
class ContentsIT {
  private static final Path FLINK = Installation.IMAGE.getParent();
  private static final Path BUILT = Installation.IMAGE.resolve("target/image");

  private static JarFile libraries() throws IOException {
    return new JarFile(BUILT.resolve("sluice-libraries.jar").toFile());
  }

  private static JarFile ours() throws IOException {
    return new JarFile(BUILT.resolve("sluice.jar").toFile());
  }

  private static Set<String> entries(JarFile jar) {
    return jar.stream().map(ZipEntry::getName).collect(Collectors.toSet());
  }

  private static Set<String> providers(JarFile jar, String service) throws IOException {
    ZipEntry entry = jar.getEntry("META-INF/services/" + service);
    if (entry == null) {
      return Set.of();
    }
    return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .map(String::trim)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .collect(Collectors.toSet());
  }

  @Test
  void theLicenceIsInBothJars() throws Exception {
    byte[] licence = Files.readAllBytes(Installation.IMAGE.resolve("../../../LICENSE"));
    for (JarFile jar : List.of(ours(), libraries())) {
      try (jar) {
        ZipEntry entry = jar.getEntry("META-INF/LICENSE");
        assertTrue(entry != null, jar.getName());
        assertArrayEquals(licence, jar.getInputStream(entry).readAllBytes(), jar.getName());
        assertTrue(jar.getEntry("META-INF/SLUICE-NOTICE") != null, jar.getName());
      }
    }
  }

  @Test
  void serviceFilesOfSeveralJarsAreJoinedAndEachProviderIsThere() throws Exception {
    try (JarFile jar = libraries()) {
      String options = "org.apache.beam.sdk.options.PipelineOptionsRegistrar";
      assertTrue(
          providers(jar, options).stream().anyMatch(name -> name.contains("runners.flink")),
          "Flink's options");
      assertTrue(
          providers(jar, options).stream().anyMatch(name -> name.contains(".io.aws2.")),
          "AWS's options");
      assertTrue(
          providers(jar, "org.apache.beam.sdk.io.FileSystemRegistrar").size() >= 2, "file systems");
      assertTrue(
          providers(jar, "org.apache.beam.sdk.runners.PipelineRunnerRegistrar").stream()
              .anyMatch(name -> name.contains("FlinkRunnerRegistrar")),
          "runners");
      Set<String> entries = entries(jar);
      Set<String> missing = new TreeSet<>();
      for (String file : entries) {
        if (file.startsWith("META-INF/services/org.apache.beam.")) {
          for (String provider : providers(jar, file.substring("META-INF/services/".length()))) {
            if (!entries.contains(provider.replace('.', '/') + ".class")) {
              missing.add(provider);
            }
          }
        }
      }
      assertEquals(Set.of(), missing);
    }
  }

  @Test
  void whatTheClusterBringsAndSignaturesAreNotThere() throws Exception {
    try (JarFile libraries = libraries();
        JarFile ours = ours()) {
      Set<String> wrong = new TreeSet<>();
      for (String entry : entries(libraries)) {
        boolean flinks =
            entry.startsWith("org/apache/flink/")
                || entry.startsWith("org/slf4j/")
                || entry.startsWith("org/rocksdb/")
                || entry.startsWith("ch/qos/logback/")
                || entry.startsWith("org/apache/logging/");
        boolean signature = entry.matches("META-INF/[^/]+\\.(SF|DSA|RSA|EC)");
        boolean demo =
            entry.startsWith("kafka/")
                || entry.startsWith("org/gaul/")
                || entry.startsWith("org/duckdb/")
                || entry.startsWith("org/junit/");
        if (entry.endsWith(".class") && (flinks || demo) || signature) {
          wrong.add(entry);
        }
      }
      assertEquals(Set.of(), wrong);
      assertFalse(entries(libraries).stream().anyMatch(entry -> entry.startsWith("io/sluice/")));
      assertEquals(
          Set.of(),
          entries(ours).stream()
              .filter(entry -> entry.endsWith(".class") && !entry.startsWith("io/sluice/"))
              .collect(Collectors.toSet()));
      assertTrue(entries(ours).contains("io/sluice/flink/FlinkMain.class"));
    }
  }

  /** Of the properties that Terraform's cluster is to be read with. */
  @Test
  void theClassesOfMskWithIamAreThere() throws Exception {
    String module = Files.readString(FLINK.resolve("../../terraform/modules/kafka/main.tf"));
    Set<String> named =
        Pattern.compile("software\\.amazon\\.msk\\.[\\w.]+")
            .matcher(module)
            .results()
            .map(found -> found.group().replace('.', '/') + ".class")
            .collect(Collectors.toSet());
    assertEquals(2, named.size(), named.toString());
    try (JarFile libraries = libraries()) {
      assertTrue(entries(libraries).containsAll(named), named.toString());
    }
  }

  /**
   * The first jar with everything had 249 MB. What is pulled with each release is our own code: 3.2
   * MB, of which the mirror is 0.1.
   */
  @Test
  void theJarsStaySmall() throws Exception {
    long libraries = Files.size(BUILT.resolve("sluice-libraries.jar"));
    long ours = Files.size(BUILT.resolve("sluice.jar"));
    assertTrue(libraries < 110 << 20, "sluice-libraries.jar has " + libraries + " bytes");
    assertTrue(ours < 13 << 18, "sluice.jar has " + ours + " bytes");
  }

  @Test
  void whatTheDockerfileCopiesIsThereAndNotIgnored() throws Exception {
    Set<String> allowed =
        Files.readAllLines(FLINK.resolve(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .collect(Collectors.toSet());
    List<String> sources = new ArrayList<>();
    for (String line : Files.readAllLines(FLINK.resolve("Dockerfile"))) {
      Matcher copy = Pattern.compile("(?:COPY|ADD)\\s+(.*)\\s+\\S+").matcher(line);
      if (copy.matches() && !copy.group(1).contains("--from")) {
        sources.addAll(List.of(copy.group(1).split("\\s+")));
      }
    }
    assertTrue(sources.contains("image/target/image/sluice.jar"), sources.toString());
    for (String source : sources) {
      assertTrue(Files.isRegularFile(FLINK.resolve(source)), source + " is not there");
      assertTrue(
          allowed.stream().anyMatch(folder -> source.startsWith(folder + "/")),
          source + " is left out by .dockerignore");
    }
    assertTrue(Files.isExecutable(FLINK.resolve("image/bin/sluice")));
  }

  /**
   * Maven's metadata of each shaded jar says what it was; the SBOM is to say the same. Beam's
   * copies of gRPC and Guava have the names of the originals there.
   */
  @Test
  void theSbomNamesWhatIsInTheJars() throws Exception {
    JsonNode bom = new ObjectMapper().readTree(BUILT.resolve("sluice.cdx.json").toFile());
    Set<String> named = new HashSet<>();
    for (JsonNode component : bom.path("components")) {
      named.add(component.path("group").asText() + "/" + component.path("name").asText());
      assertTrue(
          component.path("licenses").size() > 0
              || component.path("group").asText().equals("io.sluice"),
          "no licence: " + component.path("purl").asText());
    }
    assertTrue(named.contains("org.apache.kafka/kafka-clients"), named.toString());
    assertFalse(named.contains("org.apache.flink/flink-runtime"), "the cluster's, not the image's");
    assertFalse(named.contains("org.junit.jupiter/junit-jupiter"), "a test's, not the image's");
    Pattern top =
        Pattern.compile(
            "META-INF/maven/(org\\.apache\\.(?:beam|kafka|parquet)|software\\.amazon\\.awssdk)/(?!grpc-|guava-)([^/]+)/pom\\.xml");
    try (JarFile jar = libraries();
        Stream<String> entries = entries(jar).stream()) {
      Set<String> unnamed =
          entries
              .map(top::matcher)
              .filter(Matcher::matches)
              .map(found -> found.group(1) + "/" + found.group(2))
              .filter(shaded -> !named.contains(shaded))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(Set.of(), unnamed);
    }
    assertTrue(Files.readString(BUILT.resolve("THIRD-PARTY.txt")).contains("kafka-clients"));
  }
}
