package io.sluice.kubernetes;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.xml.sax.InputSource;

/** Versions stand once in the parent pom; Dockerfile and manifests are to say the same. */
final class Versions {
  private static final String IMAGE = "ghcr.io/sluice/sluice";

  private Versions() {}

  static String dockerfile() throws IOException {
    return Files.readString(Manifests.ROOT.resolve("runners/flink/Dockerfile"));
  }

  static String pom() throws IOException {
    return Files.readString(Manifests.ROOT.resolve("pom.xml"));
  }

  static List<String> problems(
      String pom, String dockerfile, Manifests manifests, List<Workload> workloads)
      throws Exception {
    List<String> problems = new ArrayList<>();
    String project = value(pom, "/project/version");
    String flink = value(pom, "/project/properties/flink.version");
    String beam = value(pom, "/project/properties/beam.version");
    String java = value(pom, "/project/properties/maven.compiler.release");
    String kafka = value(pom, "/project/properties/kafka.version");
    String opens = value(pom, "/project/properties/jvm.opens");

    same("the project's Beam", beam, ReleaseInfo.getReleaseInfo().getVersion(), problems);
    same("the project's Flink", flink, EnvironmentInformation.getVersion(), problems);
    for (Workload workload : workloads) {
      workload
          .containers()
          .filter(container -> container.getImage().startsWith(IMAGE))
          .forEach(
              container ->
                  same(
                      "image of " + workload.name(),
                      IMAGE + ":" + project,
                      container.getImage(),
                      problems));
    }
    same(
        "flinkVersion",
        "v" + minor(flink).replace('.', '_'),
        manifests.flinkDeployment().at("/spec/flinkVersion").asText(),
        problems);
    same(
        "env.java.opts.all",
        opens + " -Daws.java.v1.disableDeprecationAnnouncement=true",
        manifests
            .flinkDeployment()
            .at("/spec/flinkConfiguration")
            .path("env.java.opts.all")
            .asText(),
        problems);
    manifests
        .of("Kafka")
        .forEach(
            // Strimzi has not every patch.
            broker ->
                same(
                    "Kafka",
                    minor(kafka),
                    minor(broker.at("/spec/kafka/version").asText()),
                    problems));

    same("FLINK_VERSION of the Dockerfile", flink, argument(dockerfile, "FLINK_VERSION"), problems);
    String from = String.join(" ", lines(dockerfile, "FROM\\s+(.*)"));
    if (!from.contains("java" + java)
        && !dockerfile.matches("(?s).*ARG\\s+JAVA_VERSION=" + java + "\\b.*")) {
      problems.add("the Dockerfile is not on Java " + java + ": " + from);
    }
    for (String name : List.of("BEAM_VERSION", "SLUICE_VERSION")) {
      String said = argument(dockerfile, name);
      if (said != null) {
        same(name + " of the Dockerfile", name.startsWith("BEAM") ? beam : project, said, problems);
      }
    }
    return problems;
  }

  static String value(String pom, String path) throws Exception {
    XPath xpath = XPathFactory.newInstance().newXPath();
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(pom)));
    return xpath.evaluate(path, document).trim();
  }

  private static @org.jspecify.annotations.Nullable String argument(
      String dockerfile, String name) {
    return lines(dockerfile, "ARG\\s+" + name + "=\"?([^\"\\s]+)\"?").stream()
        .findFirst()
        .orElse(null);
  }

  private static List<String> lines(String dockerfile, String pattern) {
    Matcher matcher = Pattern.compile("(?m)^" + pattern).matcher(dockerfile);
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static String minor(String version) {
    return version.substring(0, version.lastIndexOf('.'));
  }

  private static void same(
      String what,
      String expected,
      @org.jspecify.annotations.Nullable String actual,
      List<String> problems) {
    if (!expected.equals(actual)) {
      problems.add(what + " is " + actual + ", not " + expected);
    }
  }

  static Path compose() {
    return Manifests.ROOT.resolve("runners/local/compose.yaml");
  }
}
