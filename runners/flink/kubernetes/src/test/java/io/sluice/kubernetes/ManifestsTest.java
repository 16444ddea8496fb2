package io.sluice.kubernetes;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.flink.FlinkMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each overlay is what a cluster takes, and starts the job that is here. */
class ManifestsTest {
  private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

  private static Manifests render(String overlay) throws Exception {
    if (!RENDERED.containsKey(overlay)) {
      RENDERED.put(overlay, Manifests.render(overlay));
    }
    return RENDERED.get(overlay);
  }

  /** All that is wrong, each as a line. */
  private static List<String> problems(Manifests manifests) throws Exception {
    List<String> problems = new ArrayList<>(Schemas.problems(manifests));
    if (!problems.isEmpty()) {
      // What is no such document cannot be read further.
      return problems;
    }
    problems.addAll(FlinkOperator.problems(manifests.flinkDeployment()));
    if (!problems.isEmpty()) {
      return problems;
    }
    List<Workload> workloads = Workload.of(manifests);
    problems.addAll(FlinkSettings.problems(manifests));
    problems.addAll(Policies.problems(manifests, workloads));
    problems.addAll(Budgets.problems(manifests, workloads));
    problems.addAll(Probes.problems(workloads));
    problems.addAll(References.problems(manifests, workloads));
    problems.addAll(new Networks(manifests, workloads).problems());
    problems.addAll(Flags.problems(manifests, workloads));
    problems.addAll(Versions.problems(Versions.pom(), Versions.dockerfile(), manifests, workloads));
    return problems;
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "staging", "production"})
  void everyOverlayIsSound(String overlay) throws Exception {
    assertEquals(List.of(), problems(render(overlay)));
  }

  @Test
  void stagingAndProductionHaveTheSameDocuments() throws Exception {
    assertEquals(
        render("production").documents().stream().map(Manifests::title).toList(),
        render("staging").documents().stream().map(Manifests::title).toList());
    assertFalse(
        render("production").documents().toString().contains("staging"),
        "production names something of staging's");
  }

  @Test
  void theLocalOverlayHasNothingOfTheCloud() throws Exception {
    Manifests local = render("local");
    assertEquals(List.of(), local.of("ExternalSecret").toList());
    assertEquals(List.of(), local.of("SecretStore").toList());
    assertFalse(local.documents().toString().contains("eks.amazonaws.com"));
    assertFalse(local.documents().toString().contains("aws:kms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void noSecretIsInAManifestForTheCloud(String overlay) throws Exception {
    Manifests manifests = render(overlay);
    assertEquals(List.of(), manifests.of("Secret").toList());
  }

  /** What terraform/modules/identity calls these roles, and whom it lets have them. */
  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void eachServiceAccountHasItsOwnRole(String overlay) throws Exception {
    Manifests manifests = render(overlay);
    for (String[] account :
        new String[][] {
          {"sluice", "writer"}, {"sluice-maintainer", "maintainer"}, {"sluice-secrets", "secrets"},
        }) {
      assertTrue(
          manifests
              .get("ServiceAccount", account[0])
              .at("/metadata/annotations/eks.amazonaws.com~1role-arn")
              .asText()
              .matches("arn:aws:iam::[0-9]{12}:role/sluice-" + overlay + "-" + account[1]),
          account[0]);
    }
  }

  /** The job's role may not delete, and whoever may is not the job. */
  @ParameterizedTest
  @ValueSource(strings = {"local", "staging", "production"})
  void onlyCompactionAndTheReportAreTheMaintainer(String overlay) throws Exception {
    assertEquals(
        List.of("sluice-compact", "sluice-report"),
        Workload.of(render(overlay)).stream()
            .filter(w -> "sluice-maintainer".equals(w.spec().getServiceAccountName()))
            .map(Workload::name)
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void theRegionIsTheSameEverywhere(String overlay) throws Exception {
    Manifests manifests = render(overlay);
    String region = manifests.get("SecretStore", "sluice").at("/spec/provider/aws/region").asText();
    assertTrue(Flags.ofJob(manifests).contains("--awsRegion=" + region));
    assertEquals(
        region,
        manifests
            .flinkDeployment()
            .at("/spec/flinkConfiguration")
            .path("s3.endpoint.region")
            .asText());
  }

  @Test
  void theContractIsTheDefaultOne() throws IOException {
    assertEquals(
        Files.readString(
            Manifests.ROOT.resolve(
                "pipeline/src/main/resources/io/sluice/contract/user-actions.yaml")),
        Files.readString(Manifests.HERE.resolve("base/contract.yaml")),
        "copy the default contract to base/contract.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "staging", "production"})
  void rulesAndDashboardAreThoseThatAreTested(String overlay) throws Exception {
    Manifests manifests = render(overlay);
    ObjectNode dashboard = manifests.get("ConfigMap", "sluice-dashboard");
    assertEquals("1", dashboard.at("/metadata/labels/grafana_dashboard").asText());
    Path monitoring = Manifests.ROOT.resolve("runners/flink/monitoring");
    assertEquals(
        Files.readString(monitoring.resolve("dashboards/sluice.json")),
        Manifests.text(dashboard, "sluice.json").get());
    ObjectNode rules = manifests.get("PrometheusRule", "sluice");
    assertEquals("sluice", Manifests.namespace(rules));
    assertEquals(
        Manifests.YAML.readTree(monitoring.resolve("rules/sluice.yaml").toFile()),
        rules.get("spec"),
        "run runners/flink/monitoring/prometheus-rule.sh");
    // As the rules and the routes know the job: by the PodMonitor's namespace and name.
    assertEquals("sluice", Manifests.name(manifests.get("PodMonitor", "sluice")));
  }

  @Test
  void theJobsEntryClassIsThere() throws Exception {
    ObjectNode flink = render("production").flinkDeployment();
    assertEquals(FlinkMain.class.getName(), flink.at("/spec/job/entryClass").asText());
    assertEquals("local:///opt/flink/usrlib/sluice.jar", flink.at("/spec/job/jarURI").asText());
  }

  /** What was tried, in every place that says how to install it. */
  @Test
  void theDocumentsNameOneVersionOfTheOperator() throws IOException {
    TreeSet<String> versions = new TreeSet<>();
    for (Path document :
        List.of(
            Manifests.HERE.resolve("README.md"), Manifests.ROOT.resolve("docs/operations.md"))) {
      String text = Files.readString(document);
      assertTrue(text.contains("flink-kubernetes-operator-"), document.toString());
      Pattern.compile("(?:flink-kubernetes-operator-|Flink Kubernetes Operator[^|]*\\| )([0-9.]+)")
          .matcher(text)
          .results()
          .forEach(version -> versions.add(version.group(1)));
    }
    assertEquals(new TreeSet<>(List.of("1.14.0")), versions);
  }

  /** Broker, topic, buckets and object store are where the job looks for them. */
  @Test
  void theLocalJobFindsWhatTheOverlayStarts() throws Exception {
    Manifests local = render("local");
    List<String> flags = Flags.ofJob(local);
    JsonNode kafka = local.get("Kafka", "sluice");
    int port = kafka.at("/spec/kafka/listeners/0/port").asInt();
    assertTrue(flags.contains("--bootstrapServers=sluice-kafka-bootstrap.kafka.svc:" + port));
    assertEquals("kafka", Manifests.namespace(kafka));
    assertEquals(
        Flags.parsed(local).topic(), Manifests.name(local.of("KafkaTopic").findFirst().get()));

    JsonNode service = local.get("Service", "minio");
    String endpoint = "http://minio.minio.svc:" + service.at("/spec/ports/0/port").asInt();
    assertTrue(flags.contains("--endpoint=" + endpoint));
    JsonNode settings = local.flinkDeployment().at("/spec/flinkConfiguration");
    assertEquals(endpoint, settings.path("s3.endpoint").asText());

    String script =
        local.get("Job", "buckets").at("/spec/template/spec/containers/0/args/0").asText();
    TreeSet<String> buckets = new TreeSet<>();
    Stream.concat(
            flags.stream().filter(flag -> flag.contains("=s3://")),
            Stream.of(
                    "state.checkpoints.dir", "state.savepoints.dir", "high-availability.storageDir")
                .map(key -> "=" + settings.path(key).asText()))
        .forEach(flag -> buckets.add(flag.replaceFirst("^.*=s3://", "").replaceFirst("/.*", "")));
    TreeSet<String> made = new TreeSet<>();
    for (String word : script.substring(script.indexOf("mc mb")).trim().split("\\s+", -1)) {
      if (word.startsWith("local/")) {
        made.add(word.substring("local/".length()));
      }
    }
    assertEquals(buckets, made);

    String password =
        Manifests.text(local.find("Secret", "kafka", "sluice-password").get(), "password").get();
    String client =
        Manifests.text(local.find("Secret", "sluice", "sluice-kafka").get(), "client.properties")
            .get();
    assertTrue(client.contains("password=\"" + password + "\""));
    assertTrue(
        Files.readString(Versions.compose())
            .contains(
                local
                    .get("Deployment", "minio")
                    .at("/spec/template/spec/containers/0/image")
                    .asText()),
        "MinIO is another version than that of runners/local/compose.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "staging", "production"})
  void networksLetThroughWhatTheJobNeedsAndNoMore(String overlay) throws Exception {
    Manifests manifests = render(overlay);
    List<Workload> workloads = Workload.of(manifests);
    Networks networks = new Networks(manifests, workloads);
    Workload jobManager = Workload.named(workloads, "jobmanager");
    Workload taskManager = Workload.named(workloads, "taskmanager");
    List<Workload> verbs =
        Stream.of("sluice-audit", "sluice-compact", "sluice-report")
            .map(name -> Workload.named(workloads, name))
            .toList();
    var prometheus = new Networks.Peer("monitoring", Map.of(), "");
    var operator =
        new Networks.Peer(
            "flink-operator", Map.of("app.kubernetes.io/name", "flink-kubernetes-operator"), "");
    var stranger = new Networks.Peer("default", Map.of("app", "sluice"), "");
    var dns = new Networks.Peer("kube-system", Map.of("k8s-app", "kube-dns"), "");
    boolean local = overlay.equals("local");
    var broker =
        local
            ? new Networks.Peer("kafka", Map.of("strimzi.io/cluster", "sluice"), "")
            : Networks.Peer.outside("10.1.2.3");
    int brokerPort = local ? 9092 : 9096;

    List<org.junit.jupiter.api.function.Executable> checks = new ArrayList<>();
    Consumer<Boolean> allowed = yes -> checks.add(() -> assertTrue(yes));
    Consumer<Boolean> denied = yes -> checks.add(() -> assertFalse(yes));
    for (int port : List.of(6123, 6124, 6126)) {
      allowed.accept(networks.between(taskManager, jobManager, port));
      allowed.accept(networks.between(jobManager, jobManager, port));
      verbs.forEach(verb -> denied.accept(networks.between(verb, jobManager, port)));
    }
    for (int port : List.of(6122, 6126)) {
      allowed.accept(networks.between(jobManager, taskManager, port));
    }
    for (int port : List.of(6121, 6122)) {
      allowed.accept(networks.between(taskManager, taskManager, port));
      verbs.forEach(verb -> denied.accept(networks.between(verb, taskManager, port)));
    }
    allowed.accept(networks.ingress(operator, jobManager, 8081));
    allowed.accept(networks.ingress(prometheus, jobManager, 9249));
    allowed.accept(networks.ingress(prometheus, taskManager, 9249));
    allowed.accept(networks.ingress(prometheus, taskManager, 9404));
    denied.accept(networks.ingress(prometheus, jobManager, 8081));
    denied.accept(networks.ingress(stranger, jobManager, 8081));
    denied.accept(networks.ingress(stranger, jobManager, 6123));
    denied.accept(networks.ingress(stranger, taskManager, 9404));
    for (Workload verb : verbs) {
      denied.accept(networks.ingress(prometheus, verb, 9404));
      denied.accept(networks.ingress(stranger, verb, 443));
    }
    for (Workload workload :
        Stream.concat(Stream.of(jobManager, taskManager), verbs.stream()).toList()) {
      allowed.accept(networks.egress(workload, dns, 53, "UDP"));
      allowed.accept(networks.egress(workload, broker, brokerPort, "TCP"));
      allowed.accept(networks.egress(workload, Networks.Peer.outside("52.95.1.1"), 443, "TCP"));
      denied.accept(networks.egress(workload, Networks.Peer.outside("52.95.1.1"), 80, "TCP"));
      denied.accept(networks.egress(workload, Networks.Peer.outside("169.254.169.254"), 80, "TCP"));
      denied.accept(
          networks.egress(workload, Networks.Peer.outside("169.254.169.254"), 443, "TCP"));
    }
    assertAll(checks);
  }

  /** A mistake, and a word of what is said of it. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        flink("an unknown field", f -> spec(f).put("flinkVerison", "v1_19"), "flinkVerison"),
        flink(
            "an unknown field of the job",
            f -> ((ObjectNode) f.at("/spec/job")).put("upgrademode", "stateless"),
            "upgrademode"),
        flink("an unknown version", f -> spec(f).put("flinkVersion", "v1_99"), "spec.flinkVersion"),
        flink("another version of Flink", f -> spec(f).put("flinkVersion", "v1_18"), "v1_19"),
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
            "3.8.0"),
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

  /** Each of these was one of our files with one thing wrong. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aMistakeIsSeen(String what, String overlay, UnaryOperator<Manifests> change, String word)
      throws Exception {
    List<String> problems = problems(change.apply(render(overlay)));
    assertTrue(
        problems.stream().anyMatch(problem -> problem.contains(word)),
        what + " is not seen; what is: " + problems);
  }

  @Test
  void anotherVersionInPomOrDockerfileIsSeen() throws Exception {
    Manifests production = render("production");
    List<Workload> workloads = Workload.of(production);
    String pom = Versions.pom();
    String dockerfile = Versions.dockerfile();
    for (String[] change :
        new String[][] {
          {"<flink.version>1.19.3<", "<flink.version>1.20.1<", "v1_20"},
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
                dockerfile.replaceAll("FLINK_VERSION=[0-9.]+", "FLINK_VERSION=1.19.0"),
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
        render("production")
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
