package io.sluice.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each of these is one of our files with one thing wrong, which has to be seen. */
class MistakesTest {
  /** A mistake, and a word of what is said of it. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        flink("an unknown field", f -> spec(f).put("flinkVerison", "v1_20"), "flinkVerison"),
        flink(
            "an unknown field of the job",
            f -> ((ObjectNode) f.at("/spec/job")).put("upgrademode", "stateless"),
            "upgrademode"),
        flink("an unknown version", f -> spec(f).put("flinkVersion", "v1_99"), "spec.flinkVersion"),
        flink("another version of Flink", f -> spec(f).put("flinkVersion", "v1_18"), "v1_20"),
        flink(
            "another image",
            f -> spec(f).put("image", "ghcr.io/sluice/sluice:0.0.9"),
            "sluice:0.0.9"),
        flink("an unknown flag", f -> args(f).add("--fileMebibyte=3"), "--fileMebibytes"),
        flink("a flag given twice", f -> args(f).add("--shards=3"), "--shards is given twice"),
        flink("a value out of bounds", f -> args(f).add("--zstdLevel=99"), "--zstdLevel"),
        flink("a value of no such type", f -> args(f).add("--zstdLevel=high"), "--zstdLevel"),
        flink(
            "another parallelism",
            f -> ((ObjectNode) f.at("/spec/job")).put("parallelism", 7),
            "job.parallelism 7"),
        flink(
            "too little memory",
            f -> ((ObjectNode) f.at("/spec/taskManager/resource")).put("memory", "2048m"),
            "MiB is less than"),
        flink(
            "memory that Flink cannot divide",
            f -> ((ObjectNode) f.at("/spec/taskManager/resource")).put("memory", "1000m"),
            "memory configuration failed"),
        flink(
            "no such option of Flink",
            f -> settings(f).put("state.backend.typ", "rocksdb"),
            "state.backend.typ"),
        flink(
            "a value that Flink cannot read",
            f -> settings(f).put("restart-strategy.exponential-delay.max-backoff", "soon"),
            "max-backoff"),
        flink(
            "a key that the operator forbids",
            f -> settings(f).put("kubernetes.namespace", "other"),
            "kubernetes.namespace"),
        flink(
            "no high availability",
            f -> settings(f).remove("high-availability.type"),
            "High availability"),
        flink("a privileged container", f -> security(f).put("privileged", true), "is privileged"),
        flink(
            "a writable image",
            f -> security(f).put("readOnlyRootFilesystem", false),
            "readOnlyRootFilesystem"),
        flink("no dropped capabilities", f -> security(f).remove("capabilities"), "drop ALL"),
        flink(
            "root",
            f ->
                ((ObjectNode) f.at("/spec/podTemplate/spec/securityContext"))
                    .put("runAsUser", 0)
                    .put("runAsNonRoot", false),
            "runAsNonRoot"),
        flink(
            "an unknown field of the pod",
            f -> ((ObjectNode) f.at("/spec/podTemplate/spec")).put("priorityClass", "sluice"),
            "priorityClass"),
        flink(
            "a folder of the node",
            f ->
                ((ArrayNode) f.at("/spec/podTemplate/spec/volumes"))
                    .addObject()
                    .put("name", "node")
                    .putObject("hostPath")
                    .put("path", "/"),
            "folder of the node"),
        flink(
            "another service account", f -> spec(f).put("serviceAccount", "other"), "sluice/other"),
        flink(
            "a data port that no policy names",
            f -> settings(f).put("metrics.reporter.prom.port", "9250"),
            "9249"),
        flink(
            "metrics on loopback",
            f ->
                replace(
                    args(f), "--metricsAddress=0.0.0.0:9404", "--metricsAddress=127.0.0.1:9404"),
            "--metricsAddress"),
        flink(
            "a contract that is not mounted",
            f ->
                replace(
                    args(f),
                    "--contract=/etc/sluice/contract.yaml",
                    "--contract=/etc/contract.yaml"),
            "/etc/contract.yaml"),
        change(
            "an audit of another lake",
            "CronJob",
            "sluice-audit",
            c ->
                replace(
                    (ArrayNode) container(c).get("args"),
                    "--lake=s3://sluice-production-lake-111122223333/lake",
                    "--lake=s3://other"),
            "--lake=s3://other"),
        change(
            "an audit with an unknown flag",
            "CronJob",
            "sluice-audit",
            c -> ((ArrayNode) container(c).get("args")).add("--deeper"),
            "deeper"),
        change(
            "a verb that is not there",
            "CronJob",
            "sluice-audit",
            c -> ((ArrayNode) container(c).get("args")).set(0, "compress"),
            "sluice-audit"),
        change(
            "a compaction with an unknown flag",
            "CronJob",
            "sluice-compact",
            c -> ((ArrayNode) container(c).get("args")).add("--every"),
            "every"),
        change(
            "a compaction that encrypts otherwise",
            "CronJob",
            "sluice-compact",
            c ->
                replace(
                    (ArrayNode) container(c).get("args"),
                    "--SSEAlgorithm=aws:kms",
                    "--SSEAlgorithm=AES256"),
            "has not --SSEAlgorithm=aws:kms"),
        change(
            "a compaction as nobody",
            "CronJob",
            "sluice-compact",
            c ->
                ((ObjectNode) c.at("/spec/jobTemplate/spec/template/spec"))
                    .put("serviceAccountName", "sluice-compact"),
            "sluice/sluice-compact"),
        change(
            "a mirror of a table that has no changes of a database",
            "CronJob",
            "sluice-mirror",
            c -> ((ObjectNode) c.get("spec")).put("suspend", false),
            "format json"),
        change(
            "a report where its role may not write",
            "CronJob",
            "sluice-report",
            c ->
                replace(
                    (ArrayNode) container(c).get("args"),
                    "--out=s3://sluice-production-lake-111122223333/lake/_sluice/user_actions/report.html",
                    "--out=s3://sluice-production-lake-111122223333/report.html"),
            "which its role may write"),
        change(
            "a failure policy for another container",
            "CronJob",
            "sluice-report",
            c ->
                ((ObjectNode) c.at("/spec/jobTemplate/spec/podFailurePolicy/rules/0/onExitCodes"))
                    .put("containerName", "report"),
            "no container report"),
        change(
            "a failure policy that tries again what is lost",
            "CronJob",
            "sluice-audit",
            c ->
                ((ArrayNode)
                        c.at("/spec/jobTemplate/spec/podFailurePolicy/rules/0/onExitCodes/values"))
                    .remove(1),
            "exit status 3"),
        change(
            "no limits",
            "CronJob",
            "sluice-audit",
            c -> container(c).remove("resources"),
            "no request or no limit"),
        change(
            "audits that overlap",
            "CronJob",
            "sluice-audit",
            c -> ((ObjectNode) c.get("spec")).put("concurrencyPolicy", "Allow"),
            "Forbid"),
        change(
            "an unknown field of a CronJob",
            "CronJob",
            "sluice-audit",
            c -> ((ObjectNode) c.get("spec")).put("timezone", "UTC"),
            "timezone"),
        change(
            "a selector of no pod",
            "PodDisruptionBudget",
            "sluice-jobmanager",
            c -> ((ObjectNode) c.at("/spec/selector/matchLabels")).put("component", "worker"),
            "matches no pod"),
        budget(
            "a budget that counts JobManagers for TaskManagers",
            2,
            2,
            TASK_MANAGERS,
            "are JobManagers"),
        budget("a budget that blocks a drain", 2, 2, TASK_MANAGERS, "of 1 pods 0 may go at once"),
        budget("a budget that lets two go", 1, 4, TASK_MANAGERS, "of 2 pods 2 may go at once"),
        budget(
            "a share of TaskManagers",
            2,
            8,
            "minAvailable: 50%, component: taskmanager",
            "of 4 pods 3 may go at once"),
        budget(
            "all TaskManagers",
            2,
            4,
            "minAvailable: 2, component: taskmanager",
            "of 2 pods 0 may go at once"),
        budget(
            "no JobManager may go",
            1,
            2,
            "minAvailable: 1, component: jobmanager",
            "of 1 pods 0 may go at once"),
        budget(
            "both JobManagers",
            2,
            2,
            "maxUnavailable: 100%, component: jobmanager",
            "of 2 pods 2 may go at once"),
        change(
            "a JobManager that is not ready and keeps its node",
            "PodDisruptionBudget",
            "sluice-jobmanager",
            c -> ((ObjectNode) c.get("spec")).remove("unhealthyPodEvictionPolicy"),
            "unhealthyPodEvictionPolicy"),
        flink(
            "a JobManager whose start is throttled",
            f -> settings(f).remove("kubernetes.jobmanager.cpu.limit-factor"),
            "throttled"),
        change(
            "a field that the server does not keep",
            "PriorityClass",
            "sluice",
            c -> c.put("globalDefault", false),
            "does not keep globalDefault"),
        probe(
            "no liveness",
            "jobManager",
            c -> c.remove("livenessProbe"),
            "jobmanager: no livenessProbe"),
        probe(
            "a slow start that is killed",
            "taskManager",
            c -> c.remove("startupProbe"),
            "taskmanager: no startupProbe"),
        probe(
            "no readiness",
            "taskManager",
            c -> c.remove("readinessProbe"),
            "taskmanager: no readinessProbe"),
        probe(
            "a probe that a frozen process passes",
            "taskManager",
            c ->
                c.putObject("livenessProbe")
                    .put("periodSeconds", 60)
                    .putObject("tcpSocket")
                    .put("port", 6122),
            "asks nothing over HTTP"),
        probe(
            "a probe of no port",
            "jobManager",
            c -> ((ObjectNode) c.at("/readinessProbe/httpGet")).put("port", "ui"),
            "no port named ui"),
        probe(
            "a standby that is not ready during an election",
            "jobManager",
            c -> ((ObjectNode) c.get("readinessProbe")).remove("failureThreshold"),
            "an election lasts"),
        probe(
            "a probe without patience",
            "jobManager",
            c -> ((ObjectNode) c.get("livenessProbe")).put("failureThreshold", 2),
            "less patient than Flink"),
        change(
            "an endpoint without a port",
            "PodMonitor",
            "sluice",
            c -> ((ObjectNode) c.at("/spec/podMetricsEndpoints/0")).put("port", "metrics"),
            "no pod has a port named metrics"),
        change(
            "an unknown field of a PodMonitor",
            "PodMonitor",
            "sluice",
            c -> ((ObjectNode) c.at("/spec/podMetricsEndpoints/0")).put("every", "30s"),
            "every"),
        change(
            "a port at which nobody listens",
            "NetworkPolicy",
            "metrics",
            c -> ((ObjectNode) c.at("/spec/ingress/0/ports/0")).put("port", 9999),
            "nobody listens at port 9999"),
        change(
            "a role that may do everything",
            "Role",
            "sluice",
            c -> ((ArrayNode) c.at("/rules/0/verbs")).add("*"),
            "everything"),
        change(
            "an unknown field of an ExternalSecret",
            "ExternalSecret",
            "sluice-kafka",
            c -> ((ObjectNode) c.at("/spec/target")).put("creation", "Owner"),
            "creation"),
        change(
            "a secret of another name",
            "ExternalSecret",
            "sluice-kafka",
            c -> ((ObjectNode) c.at("/spec/target")).put("name", "kafka"),
            "sluice/sluice-kafka"),
        Arguments.of(
            "no contract",
            "production",
            (UnaryOperator<Manifests>) m -> m.without("ConfigMap", "sluice-contract"),
            "ConfigMap"),
        Arguments.of(
            "no priority class",
            "production",
            (UnaryOperator<Manifests>) m -> m.without("PriorityClass", "sluice"),
            "PriorityClass"),
        Arguments.of(
            "no service account for the secrets",
            "production",
            (UnaryOperator<Manifests>) m -> m.without("ServiceAccount", "sluice-secrets"),
            "sluice-secrets"),
        local(
            "an unknown field of Kafka",
            "Kafka",
            "sluice",
            c -> ((ObjectNode) c.at("/spec/kafka")).put("versoin", "3.9.1"),
            "versoin"),
        local(
            "another version of Kafka",
            "Kafka",
            "sluice",
            c -> ((ObjectNode) c.at("/spec/kafka")).put("version", "3.8.0"),
            "3.8"),
        local(
            "a topic of no Kafka",
            "KafkaTopic",
            "user-actions",
            c -> ((ObjectNode) c.at("/metadata/labels")).put("strimzi.io/cluster", "other"),
            "kafka/other"),
        local(
            "an API that is gone",
            "KafkaUser",
            "sluice",
            c -> c.put("apiVersion", "kafka.strimzi.io/v1alpha1"),
            "apiVersion"),
        local(
            "a service of no pod",
            "Service",
            "minio",
            c -> ((ObjectNode) c.at("/spec/selector")).put("app.kubernetes.io/name", "s3"),
            "matches no pod"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aMistakeIsSeen(String what, String overlay, UnaryOperator<Manifests> change, String word)
      throws Exception {
    List<String> problems = Overlays.problems(change.apply(Overlays.render(overlay)));
    assertTrue(
        problems.stream().anyMatch(problem -> problem.contains(word)),
        what + " is not seen; what is: " + problems);
  }

  @Test
  void anotherVersionInPomOrDockerfileIsSeen() throws Exception {
    Manifests production = Overlays.render("production");
    List<Workload> workloads = Workload.of(production);
    String pom = Versions.pom();
    String dockerfile = Versions.dockerfile();
    for (String[] change :
        new String[][] {
          {"<flink.version>1.20.1<", "<flink.version>1.21.0<", "v1_21"},
          {"<beam.version>2.70.0<", "<beam.version>2.71.0<", "2.71.0"},
          {"<version>0.1.0-SNAPSHOT<", "<version>0.2.0<", "0.2.0"},
        }) {
      assertTrue(pom.contains(change[0]), change[0]);
      assertTrue(
          Versions.problems(pom.replace(change[0], change[1]), dockerfile, production, workloads)
              .toString()
              .contains(change[2]),
          change[1]);
    }
    assertFalse(
        Versions.problems(
                pom,
                dockerfile.replaceAll("FLINK_VERSION=[0-9.]+", "FLINK_VERSION=1.20.0"),
                production,
                workloads)
            .isEmpty());
    assertFalse(
        Versions.problems(
                pom,
                dockerfile
                    .replaceAll("java17", "java11")
                    .replaceAll("JAVA_VERSION=17", "JAVA_VERSION=11"),
                production,
                workloads)
            .isEmpty());
  }

  private static Arguments flink(String what, Consumer<ObjectNode> change, String word) {
    return change(what, "FlinkDeployment", "sluice", change, word);
  }

  private static Arguments change(
      String what, String kind, String name, Consumer<ObjectNode> change, String word) {
    return Arguments.of(
        what,
        "production",
        (UnaryOperator<Manifests>) manifests -> manifests.with(kind, name, change),
        word);
  }

  private static final String TASK_MANAGERS = "maxUnavailable: 1, component: taskmanager";

  /** A budget in place of the one that is there, and so many JobManagers and subtasks. */
  private static Arguments budget(
      String what, int jobManagers, int parallelism, String budget, String word) {
    String[] parts = budget.split(", component: ");
    return Arguments.of(
        what,
        "production",
        (UnaryOperator<Manifests>)
            manifests ->
                manifests
                    .with(
                        "FlinkDeployment",
                        "sluice",
                        f -> {
                          ((ObjectNode) f.at("/spec/jobManager")).put("replicas", jobManagers);
                          ((ObjectNode) f.at("/spec/job")).put("parallelism", parallelism);
                          replace(args(f), "--parallelism=2", "--parallelism=" + parallelism);
                          replace(args(f), "--shards=2", "--shards=" + parallelism);
                        })
                    .with(
                        "PodDisruptionBudget",
                        "sluice-jobmanager",
                        b -> {
                          spec(b).remove("maxUnavailable");
                          String[] field = parts[0].split(": ");
                          if (field[1].endsWith("%")) {
                            spec(b).put(field[0], field[1]);
                          } else {
                            spec(b).put(field[0], Integer.parseInt(field[1]));
                          }
                          ((ObjectNode) b.at("/spec/selector/matchLabels"))
                              .put("component", parts[1]);
                        }),
        word);
  }

  private static Arguments probe(
      String what, String component, Consumer<ObjectNode> change, String word) {
    return flink(
        what,
        f ->
            change.accept(
                (ObjectNode) f.at("/spec/" + component + "/podTemplate/spec/containers/0")),
        word);
  }

  /**
   * An integer minAvailable counts pods: an overlay may have it, one less than its TaskManagers.
   */
  @Test
  void anIntegerBudgetOfTaskManagersIsSound() throws Exception {
    Manifests production =
        Overlays.render("production")
            .with(
                "FlinkDeployment",
                "sluice",
                f -> ((ObjectNode) f.at("/spec/job")).put("parallelism", 6))
            .with(
                "PodDisruptionBudget",
                "sluice-jobmanager",
                b -> {
                  spec(b).put("minAvailable", 2).remove("maxUnavailable");
                  ((ObjectNode) b.at("/spec/selector/matchLabels")).put("component", "taskmanager");
                });
    assertEquals(List.of(), Budgets.problems(production, Workload.of(production)));
  }

  private static Arguments local(
      String what, String kind, String name, Consumer<ObjectNode> change, String word) {
    return Arguments.of(
        what,
        "local",
        (UnaryOperator<Manifests>) manifests -> manifests.with(kind, name, change),
        word);
  }

  private static ObjectNode spec(ObjectNode flink) {
    return (ObjectNode) flink.get("spec");
  }

  private static ArrayNode args(ObjectNode flink) {
    return (ArrayNode) flink.at("/spec/job/args");
  }

  private static ObjectNode settings(ObjectNode flink) {
    return (ObjectNode) flink.at("/spec/flinkConfiguration");
  }

  private static ObjectNode security(ObjectNode flink) {
    return (ObjectNode) flink.at("/spec/podTemplate/spec/containers/0/securityContext");
  }

  private static ObjectNode container(ObjectNode cronJob) {
    return (ObjectNode) cronJob.at("/spec/jobTemplate/spec/template/spec/containers/0");
  }

  private static void replace(ArrayNode array, String old, String value) {
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).asText().equals(old)) {
        array.set(i, value);
        return;
      }
    }
    throw new AssertionError(old + " is not there");
  }
}
