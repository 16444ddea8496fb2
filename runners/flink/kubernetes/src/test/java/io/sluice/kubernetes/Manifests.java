package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The documents that an overlay renders to. */
record Manifests(List<ObjectNode> documents) {
  static final YAMLMapper YAML = new YAMLMapper();

  /** The project's root; tests run in their module's folder. */
  static final Path ROOT = Path.of("../../..").toAbsolutePath().normalize();

  static final Path HERE = ROOT.resolve("runners/flink/kubernetes");

  /**
   * What {@code kubectl kustomize} makes of an overlay, or of a folder that is named in full. Where
   * there is no kubectl the test is skipped, but not where {@code SLUICE_TOOLS=required}.
   */
  static Manifests render(String overlay) throws IOException, InterruptedException {
    Path folder = HERE.resolve("overlays").resolve(overlay);
    Optional<Path> kubectl =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
            .map(directory -> Path.of(directory, "kubectl"))
            .filter(Files::isExecutable)
            .findFirst();
    if (kubectl.isEmpty()) {
      String missing = "kubectl is not on the PATH: the manifests cannot be rendered";
      if ("required".equals(System.getenv("SLUICE_TOOLS"))) {
        throw new AssertionError(missing + ", and SLUICE_TOOLS=required");
      }
      // Maven's summary counts what was skipped and does not say why.
      System.err.println(missing + "; install it to have them checked");
      Assumptions.abort(missing);
    }
    Path out = Files.createTempFile("sluice-" + folder.getFileName(), ".yaml");
    Path errors = Files.createTempFile("sluice-" + folder.getFileName(), ".txt");
    try {
      Process process =
          new ProcessBuilder(kubectl.get().toString(), "kustomize", folder.toString())
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new AssertionError(
            "kubectl kustomize " + folder + ": " + Files.readString(errors).trim());
      }
      return parse(Files.readString(out));
    } finally {
      Files.delete(out);
      Files.delete(errors);
    }
  }

  static Manifests parse(String yaml) throws IOException {
    List<ObjectNode> documents = new ArrayList<>();
    try (var values = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(yaml)) {
      values.forEachRemaining(documents::add);
    }
    return new Manifests(documents);
  }

  /** The same, with one document changed. */
  Manifests with(String kind, String name, Consumer<ObjectNode> change) {
    List<ObjectNode> copies = documents.stream().map(ObjectNode::deepCopy).toList();
    Manifests changed = new Manifests(copies);
    change.accept(changed.get(kind, name));
    return changed;
  }

  Manifests without(String kind, String name) {
    List<ObjectNode> rest = new ArrayList<>(documents);
    rest.remove(get(kind, name));
    return new Manifests(rest);
  }

  ObjectNode get(String kind, String name) {
    return find(kind, name)
        .orElseThrow(() -> new AssertionError("there is no " + kind + " named " + name));
  }

  /** A document whose name is this, but for kustomize's hash at its end. */
  Optional<ObjectNode> find(String kind, String name) {
    return of(kind)
        .filter(document -> name(document).equals(name) || hashed(kind, document, name))
        .findFirst();
  }

  private static boolean hashed(String kind, JsonNode document, String name) {
    return List.of("ConfigMap", "Secret").contains(kind)
        && name(document).replaceFirst("-[a-z0-9]{10}$", "").equals(name);
  }

  /** A document in a namespace, by its exact name. */
  Optional<ObjectNode> find(String kind, String namespace, String name) {
    return of(kind)
        .filter(document -> name(document).equals(name) && namespace(document).equals(namespace))
        .findFirst();
  }

  Stream<ObjectNode> of(String kind) {
    return documents.stream().filter(document -> document.path("kind").asText().equals(kind));
  }

  ObjectNode flinkDeployment() {
    return get("FlinkDeployment", "sluice");
  }

  /** Arguments, as the job or a container gets them. */
  static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.asText()));
    return strings;
  }

  static String name(JsonNode document) {
    return document.at("/metadata/name").asText();
  }

  static String namespace(JsonNode document) {
    return document.at("/metadata/namespace").asText();
  }

  static String title(JsonNode document) {
    return document.path("kind").asText() + " " + name(document);
  }

  /** The text of a ConfigMap's or Secret's key. */
  static Optional<String> text(JsonNode document, String key) {
    if (document.path("data").has(key)) {
      String text = document.path("data").path(key).asText();
      return Optional.of(
          document.path("kind").asText().equals("Secret")
              ? new String(java.util.Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8)
              : text);
    }
    return Optional.empty();
  }
}
