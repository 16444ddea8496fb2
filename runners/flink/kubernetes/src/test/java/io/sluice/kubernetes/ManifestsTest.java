package io.sluice.kubernetes;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.flink.FlinkMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each overlay is what a cluster takes, and starts the job that is here. */
class ManifestsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"local", "e2e", "staging", "production"})
  void everyOverlayIsSound(String overlay) throws Exception {
    assertEquals(List.of(), Overlays.problems(Overlays.render(overlay)));
  }

  @Test
  void stagingAndProductionHaveTheSameDocuments() throws Exception {
    assertEquals(
        Overlays.render("production").documents().stream().map(Manifests::title).toList(),
        Overlays.render("staging").documents().stream().map(Manifests::title).toList());
    assertFalse(
        Overlays.render("production").documents().toString().contains("staging"),
        "production names something of staging's");
  }

  @Test
  void theLocalOverlayHasNothingOfTheCloud() throws Exception {
    Manifests local = Overlays.render("local");
    assertEquals(List.of(), local.of("ExternalSecret").toList());
    assertEquals(List.of(), local.of("SecretStore").toList());
    assertFalse(local.documents().toString().contains("eks.amazonaws.com"));
    assertFalse(local.documents().toString().contains("aws:kms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void noSecretIsInAManifestForTheCloud(String overlay) throws Exception {
    Manifests manifests = Overlays.render(overlay);
    assertEquals(List.of(), manifests.of("Secret").toList());
  }

  /** What terraform/modules/identity calls these roles, and whom it lets have them. */
  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void eachServiceAccountHasItsOwnRole(String overlay) throws Exception {
    Manifests manifests = Overlays.render(overlay);
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
  @ValueSource(strings = {"local", "e2e", "staging", "production"})
  void onlyWhatWritesOrDeletesBesideTheJobIsTheMaintainer(String overlay) throws Exception {
    assertEquals(
        List.of("sluice-compact", "sluice-maintain", "sluice-mirror", "sluice-report"),
        Workload.of(Overlays.render(overlay)).stream()
            .filter(w -> "sluice-maintainer".equals(w.spec().getServiceAccountName()))
            .map(Workload::name)
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void theRegionIsTheSameEverywhere(String overlay) throws Exception {
    Manifests manifests = Overlays.render(overlay);
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
    Manifests manifests = Overlays.render(overlay);
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
    ObjectNode flink = Overlays.render("production").flinkDeployment();
    assertEquals(FlinkMain.class.getName(), flink.at("/spec/job/entryClass").asText());
    assertEquals("local:///opt/flink/usrlib/sluice.jar", flink.at("/spec/job/jarURI").asText());
  }

  /** What was tried, in every place that says how to install it. */
  @Test
  void theDocumentsNameOneVersionOfTheOperator() throws IOException {
    TreeSet<String> versions = new TreeSet<>();
    for (Path document :
        List.of(
            Manifests.HERE.resolve("README.md"),
            Manifests.ROOT.resolve("docs/operations.md"),
            Manifests.ROOT.resolve(".github/workflows/nightly.yml"))) {
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
    Manifests local = Overlays.render("local");
    List<String> flags = Flags.ofJob(local);
    JsonNode kafka = local.get("Kafka", "sluice");
    int port = kafka.at("/spec/kafka/listeners/0/port").asInt();
    assertTrue(flags.contains("--bootstrapServers=sluice-kafka-bootstrap.kafka.svc:" + port));
    assertEquals("kafka", Manifests.namespace(kafka));
    assertEquals(
        Flags.parsed(local).source().keys().text("topic"),
        Manifests.name(local.of("KafkaTopic").findFirst().get()));

    JsonNode service = local.get("Service", "minio");
    String endpoint = "http://minio.minio.svc:" + service.at("/spec/ports/0/port").asInt();
    assertTrue(flags.contains("--endpoint=" + endpoint));
    JsonNode settings = local.flinkDeployment().at("/spec/flinkConfiguration");
    assertEquals(endpoint, settings.path("s3.endpoint").asText());

    String script =
        local.get("Job", "buckets").at("/spec/template/spec/containers/0/args/0").asText();
    TreeSet<String> made = new TreeSet<>();
    for (String word : script.substring(script.indexOf("mc mb")).trim().split("\\s+", -1)) {
      if (word.startsWith("local/")) {
        made.add(word.substring("local/".length()));
      }
    }
    assertEquals(buckets(local), made);

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

  /** What takes the place of Strimzi and MinIO has their names, ports, buckets and password. */
  @Test
  void theEndToEndJobFindsWhatItsOverlayStarts() throws Exception {
    Manifests e2e = Overlays.render("e2e");
    assertEquals(
        List.of(),
        Stream.of("Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser", "PodMonitor")
            .flatMap(e2e::of)
            .toList());
    // Those of overlays/local, whose manifests of topic and user the broker reads.
    assertEquals(Flags.ofJob(Overlays.render("local")), Flags.ofJob(e2e));

    JsonNode broker = e2e.get("Deployment", "kafka").at("/spec/template/spec/containers/0");
    JsonNode service = e2e.get("Service", "sluice-kafka-bootstrap");
    String host = Manifests.name(service) + "." + Manifests.namespace(service) + ".svc";
    assertTrue(Manifests.strings(broker.path("command")).contains(host), "what it advertises");
    assertTrue(
        Flags.ofJob(e2e)
            .contains(
                "--bootstrapServers=" + host + ":" + service.at("/spec/ports/0/port").asInt()));
    JsonNode password = broker.at("/env/0/valueFrom/secretKeyRef");
    assertTrue(
        Manifests.text(
                e2e.find("Secret", "kafka", password.path("name").asText()).get(),
                password.path("key").asText())
            .isPresent());

    List<String> store =
        Manifests.strings(
            e2e.get("Deployment", "minio").at("/spec/template/spec/containers/0/command"));
    int port = store.indexOf(e2e.get("Service", "minio").at("/spec/ports/0/port").asText());
    assertEquals(buckets(e2e), new TreeSet<>(store.subList(port + 1, store.size())));
  }

  /** The README's patch for a catalog, over an overlay. */
  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void tablesOfIcebergFollowWhereTheComponentIs(String overlay) throws Exception {
    Path own = Files.createDirectory(directory.resolve("iceberg"));
    Path here = own.toRealPath().relativize(Manifests.HERE.toRealPath());
    Files.writeString(
        own.resolve("iceberg.properties"),
        "type=rest\nuri=https://catalog.example.com/v1\nsluice.namespace=lake\n");
    Files.writeString(
        own.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: sluice
        resources: [HERE/overlays/OVERLAY]
        components: [HERE/components/iceberg]
        secretGenerator:
          - {name: sluice-iceberg, files: [iceberg.properties], options: {disableNameSuffixHash: true}}
        """
            .replace("HERE", here.toString())
            .replace("OVERLAY", overlay));
    Manifests manifests = Manifests.render(own.toRealPath().toString());
    assertEquals(List.of(), Overlays.problems(manifests));
    List<String> asked =
        List.of("--publish=iceberg", "--icebergConfig=/etc/sluice/iceberg/iceberg.properties");
    assertTrue(Flags.ofJob(manifests).containsAll(asked), Flags.ofJob(manifests).toString());
    for (String verb : List.of("audit", "compact", "maintain", "report")) {
      JsonNode job = manifests.get("CronJob", "sluice-" + verb);
      assertTrue(
          Manifests.strings(job.at("/spec/jobTemplate/spec/template/spec/containers/0/args"))
              .containsAll(asked),
          verb);
      assertTrue(job.toString().contains("iceberg/iceberg.properties"), verb);
      assertFalse(job.at("/spec/suspend").asBoolean(), verb);
    }
    assertTrue(
        Overlays.render(overlay).get("CronJob", "sluice-maintain").at("/spec/suspend").asBoolean(),
        "without the component nothing is to be maintained");
  }

  /** The README's way to the current rows of a table, over an overlay. */
  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void theCurrentRowsOfATableAreMadeWhereTheComponentIs(String overlay) throws Exception {
    Path own = Files.createDirectory(directory.resolve("mirror"));
    Path here = own.toRealPath().relativize(Manifests.HERE.toRealPath());
    Files.writeString(own.resolve("contract.yaml"), contractOfTheManual());
    Files.writeString(
        own.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: sluice
        resources: [HERE/overlays/OVERLAY]
        components: [HERE/components/mirror]
        configMapGenerator:
          - {name: sluice-contract, behavior: replace, files: [contract.yaml]}
        """
            .replace("HERE", here.toString())
            .replace("OVERLAY", overlay));
    Manifests manifests = Manifests.render(own.toRealPath().toString());
    assertEquals(List.of(), Overlays.problems(manifests));
    JsonNode mirror = manifests.get("CronJob", "sluice-mirror");
    assertFalse(mirror.at("/spec/suspend").asBoolean());
    assertEquals("Forbid", mirror.at("/spec/concurrencyPolicy").asText());
    JsonNode pod = mirror.at("/spec/jobTemplate/spec/template/spec");
    assertEquals("sluice-maintainer", pod.path("serviceAccountName").asText());
    assertEquals("mirror", pod.at("/containers/0/args/0").asText());
    assertEquals(
        pod.at("/containers/0/image").asText(),
        manifests.flinkDeployment().at("/spec/image").asText());
    // What is on its way to its bucket has more room than the small files of the other verbs.
    assertEquals("8Gi", pod.at("/volumes/0/emptyDir/sizeLimit").asText());
    assertTrue(
        Overlays.render(overlay).get("CronJob", "sluice-mirror").at("/spec/suspend").asBoolean(),
        "without the component nothing is mirrored");
  }

  /** That of docs/operations.md for a table of changes, which here has the overlays' name. */
  private static String contractOfTheManual() throws IOException {
    String manual = Files.readString(Manifests.ROOT.resolve("docs/operations.md"));
    String section = manual.substring(manual.indexOf("## The current state of a database"));
    String contract = section.substring(section.indexOf("```yaml\n") + "```yaml\n".length());
    return contract
        .substring(0, contract.indexOf("```"))
        .replace("table: order_changes", "table: user_actions");
  }

  /** The buckets that the job and Flink name. */
  private static TreeSet<String> buckets(Manifests manifests) {
    JsonNode settings = manifests.flinkDeployment().at("/spec/flinkConfiguration");
    TreeSet<String> buckets = new TreeSet<>();
    Stream.concat(
            Flags.ofJob(manifests).stream().filter(flag -> flag.contains("=s3://")),
            Stream.of(
                    "execution.checkpointing.dir",
                    "execution.checkpointing.savepoint-dir",
                    "high-availability.storageDir")
                .map(key -> "=" + settings.path(key).asText()))
        .forEach(flag -> buckets.add(flag.replaceFirst("^.*=s3://", "").replaceFirst("/.*", "")));
    return buckets;
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "e2e", "staging", "production"})
  void networksLetThroughWhatTheJobNeedsAndNoMore(String overlay) throws Exception {
    Manifests manifests = Overlays.render(overlay);
    List<Workload> workloads = Workload.of(manifests);
    Networks networks = new Networks(manifests, workloads);
    Workload jobManager = Workload.named(workloads, "jobmanager");
    Workload taskManager = Workload.named(workloads, "taskmanager");
    List<Workload> verbs =
        Stream.of(
                "sluice-audit",
                "sluice-compact",
                "sluice-maintain",
                "sluice-mirror",
                "sluice-report")
            .map(name -> Workload.named(workloads, name))
            .toList();
    var prometheus = new Networks.Peer("monitoring", Map.of(), "");
    var operator =
        new Networks.Peer(
            "flink-operator", Map.of("app.kubernetes.io/name", "flink-kubernetes-operator"), "");
    var stranger = new Networks.Peer("default", Map.of("app", "sluice"), "");
    var dns = new Networks.Peer("kube-system", Map.of("k8s-app", "kube-dns"), "");
    boolean local = List.of("local", "e2e").contains(overlay);
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
}
