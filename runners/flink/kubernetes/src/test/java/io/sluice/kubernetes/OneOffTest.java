package io.sluice.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code one-off.sh} makes of production's CronJob a Job that the same checks find sound. A cluster
 * is stood in for by a {@code kubectl} that keeps what it is given, and a verb that ends as told.
 */
class OneOffTest {
  private static final String KUBECTL =
      """
      #!/bin/bash
      # kubectl -n NAMESPACE VERB KIND …
      here=$(dirname "$0")
      case "$3 $4" in
        "get cronjob") cat "$here/cronjob.json" ;;
        "create -f") cat >"$here/job.json"; echo job.batch/sluice-once-x7k2p ;;
        "get pods") echo "sluice-once-x7k2p-1" ;;
        "get pod") case "$7" in *exitCode*) cat "$here/status" ;; *reason*) cat "$here/waiting" ;; esac ;;
        "logs --follow") echo "what the verb printed" ;;
        *) echo "kubectl is not asked for $*" >&2; exit 64 ;;
      esac
      """;

  @TempDir private static Path tools;
  private static Manifests production;

  private record Run(int status, String out, String errors) {}

  @BeforeAll
  static void prepare() throws Exception {
    // Where kubectl is absent this skips, and says so.
    production = Manifests.render("production");
    boolean jq =
        Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "jq")));
    if (!jq) {
      String missing = "jq is not on the PATH: one-off.sh cannot be tried";
      assertFalse("required".equals(System.getenv("SLUICE_TOOLS")), missing);
      System.err.println(missing + "; install it to have it checked");
      Assumptions.abort(missing);
    }
    Files.writeString(tools.resolve("kubectl"), KUBECTL);
    assertTrue(tools.resolve("kubectl").toFile().setExecutable(true));
    Files.writeString(
        tools.resolve("cronjob.json"), production.get("CronJob", "sluice-compact").toString());
  }

  private static Run run(int status, String... words) throws Exception {
    Files.writeString(tools.resolve("status"), String.valueOf(status));
    Files.writeString(tools.resolve("waiting"), "");
    return start(words);
  }

  private static Run start(String... words) throws IOException, InterruptedException {
    Files.deleteIfExists(tools.resolve("job.json"));
    List<String> command = new ArrayList<>(List.of("bash", Manifests.HERE + "/one-off.sh"));
    command.addAll(List.of(words));
    Path out = tools.resolve("out");
    Path errors = tools.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(tools.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile());
    builder.environment().merge("PATH", tools + ":", (path, ours) -> ours + path);
    int status = builder.start().waitFor();
    return new Run(status, Files.readString(out), Files.readString(errors));
  }

  private static ObjectNode job() throws IOException {
    return (ObjectNode) Manifests.YAML.readTree(Files.readString(tools.resolve("job.json")));
  }

  private static List<String> arguments(JsonNode job) {
    return Manifests.strings(job.at("/spec/template/spec/containers/0/args"));
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "3"})
  void aVerbRunsOnceAndItsExitStatusIsTold(int status) throws Exception {
    Run run = run(status, "replay", "--reason=WRONG_TYPE", "--dry-run");
    assertEquals(status, run.status(), run.errors());
    assertEquals("what the verb printed\n", run.out());

    ObjectNode job = job();
    List<String> shared =
        new ArrayList<>(
            arguments(production.get("CronJob", "sluice-compact").at("/spec/jobTemplate")));
    shared.subList(0, shared.indexOf("--contract=/etc/sluice/contract.yaml")).clear();
    List<String> expected = new ArrayList<>(List.of("replay", "--reason=WRONG_TYPE", "--dry-run"));
    expected.addAll(shared);
    assertEquals(expected, arguments(job));
    assertTrue(shared.stream().anyMatch(flag -> flag.startsWith("--bootstrapServers=")));
    assertEquals(0, job.at("/spec/backoffLimit").asInt(1));
    assertEquals("sluice-maintainer", job.at("/spec/template/spec/serviceAccountName").asText());
    assertEquals(List.of(), problems(job));
  }

  @Test
  void filesOfThisMachineGoAlong() throws Exception {
    String rules = "- strip_prefix: \"it's\"\n  # $HOME `x` \\ é\n";
    Files.writeString(tools.resolve("fix it.yaml"), rules);
    Files.writeString(tools.resolve("new.yaml"), "version: 2\n");
    run(0, "replay", "--fix=fix it.yaml", "--contract=new.yaml");

    ObjectNode job = job();
    assertTrue(arguments(job).contains("--fix=/etc/sluice/one-off/fix.yaml"));
    assertEquals(
        List.of("--contract=/etc/sluice/one-off/contract.yaml"),
        arguments(job).stream().filter(flag -> flag.startsWith("--contract=")).toList());
    JsonNode annotations = job.at("/spec/template/metadata/annotations");
    assertEquals(rules, annotations.path("one-off.sluice/fix.yaml").asText());
    assertEquals("version: 2\n", annotations.path("one-off.sluice/contract.yaml").asText());
    List<String> mounted = new ArrayList<>();
    job.at("/spec/template/spec/volumes/1/projected/sources/2/downwardAPI/items")
        .forEach(
            item ->
                mounted.add(
                    item.path("path").asText() + " " + item.at("/fieldRef/fieldPath").asText()));
    assertEquals(
        List.of(
            "one-off/contract.yaml metadata.annotations['one-off.sluice/contract.yaml']",
            "one-off/fix.yaml metadata.annotations['one-off.sluice/fix.yaml']"),
        mounted);
    assertEquals(List.of(), problems(job));
  }

  @Test
  void aFlagTakesThePlaceOfTheClusters() throws Exception {
    run(0, "compact", "--date=2026-01-31", "--lake=s3://other");
    assertEquals(
        List.of("--lake=s3://other"),
        arguments(job()).stream().filter(flag -> flag.startsWith("--lake=")).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--dry-run", "replay --fix=absent.yaml", "replay --fix fix.yaml"})
  void whatCannotRunIsSaidInOneLine(String words) throws Exception {
    Run run = run(0, words.isEmpty() ? new String[0] : words.split(" "));
    assertEquals(2, run.status());
    assertEquals(1, run.errors().lines().count(), run.errors());
    assertFalse(Files.exists(tools.resolve("job.json")));
  }

  @Test
  void anImageThatIsNotThereIsSaid() throws Exception {
    Files.writeString(tools.resolve("status"), "");
    Files.writeString(tools.resolve("waiting"), "ImagePullBackOff");
    Run run = start("replay");
    assertEquals(1, run.status());
    assertTrue(run.errors().contains("ImagePullBackOff"), run.errors());
  }

  /** What is found of such a Job among production's documents. */
  private static List<String> problems(ObjectNode job) throws IOException {
    ObjectNode named = job.deepCopy();
    ((ObjectNode) named.get("metadata")).put("name", "once").put("namespace", "sluice");
    List<ObjectNode> documents = new ArrayList<>(production.documents());
    documents.add(named);
    Manifests with = new Manifests(documents);
    List<String> problems = new ArrayList<>(Schemas.problems(with));
    List<Workload> workloads = Workload.of(with);
    problems.addAll(Policies.problems(with, workloads));
    problems.addAll(References.problems(with, workloads));
    return problems;
  }
}
