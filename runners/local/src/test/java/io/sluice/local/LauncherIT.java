package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code sluice} itself, in a house that is built. */
class LauncherIT {
  private static final String MODULE =
      """
      package login;
      public final class Module implements javax.security.auth.spi.LoginModule {
        @Override public void initialize(
            javax.security.auth.Subject subject,
            javax.security.auth.callback.CallbackHandler handler,
            java.util.Map<String, ?> state,
            java.util.Map<String, ?> options) {}
        @Override public boolean login() { System.out.println("the jar's module logs in"); return true; }
        @Override public boolean commit() { return true; }
        @Override public boolean abort() { return true; }
        @Override public boolean logout() { return true; }
      }
      """;

  @TempDir Path directory;

  /** The script with what it finds beside it, where nothing is newer than what is built. */
  private Path house() throws Exception {
    Path house = Files.createDirectories(directory.resolve("house"));
    Files.copy(
        Path.of("../../sluice"), house.resolve("sluice"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createFile(house.resolve("pom.xml"));
    Files.createDirectories(house.resolve("pipeline"));
    Path target = Files.createDirectories(house.resolve("runners/benchmark/target"));
    Files.writeString(
        target.resolve("libraries.txt"),
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    Files.createFile(target.resolve("built"));
    return house;
  }

  private Path jar() throws Exception {
    Path source = directory.resolve("Module.java");
    Files.writeString(source, MODULE);
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", directory.toString(), source.toString()));
    Path jar = directory.resolve("login.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("login/Module.class"));
      Files.copy(directory.resolve("login/Module.class"), out);
    }
    return jar;
  }

  private record Said(int status, String text) {}

  private Said sluice(Path house, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", house.resolve("sluice").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(4, TimeUnit.MINUTES));
    } finally {
      process.destroyForcibly();
    }
    return new Said(process.exitValue(), Files.readString(directory.resolve("said"), UTF_8));
  }

  private String login(Path house, Map<String, String> environment) throws Exception {
    Path settings = directory.resolve("client.properties");
    Files.writeString(
        settings,
        """
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=PLAIN
        sasl.jaas.config=login.Module required;
        default.api.timeout.ms=1000
        request.timeout.ms=500
        """);
    Said said =
        sluice(
            house,
            environment,
            "contract",
            "infer",
            "--topic=events",
            "--bootstrapServers=127.0.0.1:" + EmbeddedKafka.freePort(),
            "--kafkaConfigFile=" + settings);
    assertEquals(2, said.status(), said.text());
    return said.text();
  }

  /** As for MSK's IAM, whose login is a jar of its own. */
  @Test
  void aJarForACloudsOwnLoginIsFound() throws Exception {
    Path house = house();
    String without = login(house, Map.of());
    List<String> lines = without.lines().filter(line -> line.startsWith("sluice: ")).toList();
    assertEquals(1, lines.size(), without);
    assertTrue(lines.get(0).contains("No LoginModule found for login.Module"), without);
    assertTrue(lines.get(0).contains("with SLUICE_CLASSPATH for ./sluice"), without);
    assertFalse(without.contains("the jar's module logs in"), without);

    String with = login(house, Map.of("SLUICE_CLASSPATH", jar().toString()));
    assertTrue(with.contains("the jar's module logs in"), with);
    assertTrue(with.contains("sluice: no Kafka broker answers at 127.0.0.1:"), with);
  }

  /** Builds by a Maven that says what the real one does, and answers with stdout and stderr. */
  private List<List<String>> built(Path house, int status) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path maven = bin.resolve("mvn");
    Files.writeString(
        maven,
        """
        #!/bin/sh
        echo "[INFO] Scanning for projects..."
        echo "[INFO] Building Sluice's format Avro 0.1.0-SNAPSHOT                      [4/20]"
        echo "[INFO] Downloading from central: https://repo.example/kafka-clients-3.9.1.jar"
        echo "[INFO] Building Sluice on Flink 0.1.0-SNAPSHOT                          [10/20]"
        echo "[ERROR] COMPILATION ERROR :" >&2
        exit %d
        """
            .formatted(status));
    assertTrue(maven.toFile().setExecutable(true));
    Files.deleteIfExists(house.resolve("runners/benchmark/target/built"));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("bash", house.resolve("sluice").toString(), "--version")
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder
        .environment()
        .merge("PATH", bin.toString(), (path, first) -> first + File.pathSeparator + path);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(4, TimeUnit.MINUTES));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(status, process.exitValue(), Files.readString(err));
    return List.of(Files.readAllLines(out), Files.readAllLines(err));
  }

  @Test
  void aBuildSaysWhichModuleItIsAtAndItsLogWhereItFails() throws Exception {
    Path house = house();
    List<String> progress =
        List.of(
            "building Sluice (the first time fetches its libraries, which takes some minutes) …",
            "building Sluice: 4 of 20, Sluice's format Avro …",
            "building Sluice: 10 of 20, Sluice on Flink …");
    List<List<String>> failed = built(house, 1);
    assertEquals(List.of(), failed.get(0));
    assertEquals(progress, failed.get(1).subList(0, 3));
    assertEquals(
        List.of(
            "[INFO] Scanning for projects...",
            "[INFO] Building Sluice's format Avro 0.1.0-SNAPSHOT                      [4/20]",
            "[INFO] Building Sluice on Flink 0.1.0-SNAPSHOT                          [10/20]",
            "[ERROR] COMPILATION ERROR :"),
        failed.get(1).subList(3, failed.get(1).size()));
    assertFalse(Files.exists(house.resolve("runners/benchmark/target/built")));

    List<List<String>> built = built(house, 0);
    assertEquals(1, built.get(0).size(), built.toString());
    assertTrue(built.get(0).get(0).startsWith("sluice "), built.toString());
    assertEquals(progress, built.get(1).subList(0, 3));
  }

  /** Later JDKs that are on the machine, where systems and CI's runners have them. */
  static List<Path> otherJdks() throws Exception {
    List<Path> homes = new ArrayList<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("JAVA_HOME_")) {
                homes.add(Path.of(value));
              }
            });
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> folders = Files.list(installed)) {
        folders.sorted().forEach(homes::add);
      }
    }
    Map<String, Path> byVersion = new TreeMap<>();
    for (Path home : homes) {
      Path release = home.resolve("release");
      if (Files.isExecutable(home.resolve("bin/java")) && Files.isRegularFile(release)) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(release)) {
          properties.load(in);
        }
        String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
        if (!version.isEmpty()
            && Runtime.Version.parse(version).feature() > Runtime.version().feature()) {
          byVersion.put(version, home);
        }
      }
    }
    return List.copyOf(byVersion.values());
  }

  @Test
  void theDemoRunsOnALaterJdkWithoutAWarning() throws Exception {
    List<Path> homes = otherJdks();
    assumeFalse(homes.isEmpty(), "no later JDK is on this machine: nothing was tried on one");
    Path house = house();
    for (Path home : homes) {
      Said said = sluice(house, Map.of("JAVA_HOME", home.toString()), "demo", "--events=20000");
      assertEquals(0, said.status(), home + ": " + said.text());
      assertTrue(said.text().contains("lost=0 duplicate=0"), home + ": " + said.text());
      assertFalse(said.text().contains("WARNING"), home + ": " + said.text());
    }
  }
}
