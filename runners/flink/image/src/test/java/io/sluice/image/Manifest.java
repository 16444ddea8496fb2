package io.sluice.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the local overlay of runners/flink/kubernetes starts, read without kubectl: its patches of
 * the arguments append, and its FlinkDeployment's settings win over the base's.
 */
record Manifest(
    String entryClass, List<String> arguments, Map<String, String> settings, String log4j) {
  static final Path KUBERNETES = Path.of("../kubernetes").toAbsolutePath().normalize();
  private static final Path OVERLAY = KUBERNETES.resolve("overlays/local");

  static Manifest job() throws IOException {
    Map<String, Object> base = map(read(KUBERNETES.resolve("base/flinkdeployment.yaml")));
    Map<String, Object> spec = map(base.get("spec"));
    Map<String, Object> job = map(spec.get("job"));
    List<String> arguments = new ArrayList<>(strings(job.get("args")));
    arguments.addAll(appended("args.yaml", "/spec/job/args/-"));
    Map<String, String> settings = new LinkedHashMap<>();
    Map<String, Object> patch = map(map(read(OVERLAY.resolve("flinkdeployment.yaml"))).get("spec"));
    for (Map<String, Object> part : List.of(spec, patch)) {
      map(part.get("flinkConfiguration"))
          .forEach((name, value) -> settings.put(name, String.valueOf(value)));
      settings.put("parallelism.default", String.valueOf(map(part.get("job")).get("parallelism")));
    }
    return new Manifest(
        String.valueOf(job.get("entryClass")),
        arguments,
        settings,
        String.valueOf(map(spec.get("logConfiguration")).get("log4j-console.properties")));
  }

  /** The buckets that arguments and settings name. */
  Set<String> buckets() {
    Pattern bucket = Pattern.compile("s3://([^/]+).*");
    return Stream.concat(
            arguments.stream().map(argument -> argument.replaceFirst("^[^=]*=", "")),
            settings.values().stream())
        .map(bucket::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The arguments of a CronJob's {@code sluice}, the verb first.
   *
   * @param name that of the file in {@code base}
   */
  static List<String> cronJob(String name) throws IOException {
    Object command = container("base/cronjob.yaml").get("command");
    if (!List.of("sluice").equals(command)) {
      throw new AssertionError("the CronJobs' command is " + command);
    }
    List<String> arguments =
        new ArrayList<>(strings(container("base/" + name + ".yaml").get("args")));
    arguments.addAll(
        appended("cronjob-args.yaml", "/spec/jobTemplate/spec/template/spec/containers/0/args/-"));
    return arguments;
  }

  private static Map<String, Object> container(String file) throws IOException {
    Object at = read(KUBERNETES.resolve(file));
    for (String field : List.of("spec", "jobTemplate", "spec", "template", "spec", "containers")) {
      at = map(at).get(field);
    }
    return map(((List<?>) at).get(0));
  }

  /**
   * Arguments with other values for some flags.
   *
   * @throws AssertionError where a flag of them is not there: it was renamed, and something else
   *     would be tried than the manifest has
   */
  static List<String> with(List<String> arguments, Map<String, String> values) {
    List<String> changed = new ArrayList<>(arguments);
    values.forEach(
        (flag, value) -> {
          changed.replaceAll(
              argument -> argument.startsWith(flag + "=") ? flag + "=" + value : argument);
          if (!changed.contains(flag + "=" + value)) {
            throw new AssertionError("the manifest has no " + flag + ": " + arguments);
          }
        });
    return changed;
  }

  private static List<String> appended(String file, String path) throws IOException {
    return ((List<?>) read(OVERLAY.resolve(file)))
        .stream()
            .map(Manifest::map)
            .filter(patch -> path.equals(patch.get("path")))
            .map(patch -> String.valueOf(patch.get("value")))
            .toList();
  }

  private static Object read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return new Load(LoadSettings.builder().setLabel(file.toString()).build())
          .loadFromInputStream(bytes);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  private static List<String> strings(Object value) {
    return ((List<?>) value).stream().map(String::valueOf).toList();
  }
}
