package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Every name leads to something. */
final class References {
  private final Manifests manifests;
  private final List<Workload> workloads;
  private final List<String> problems = new ArrayList<>();

  private References(Manifests manifests, List<Workload> workloads) {
    this.manifests = manifests;
    this.workloads = workloads;
  }

  static List<String> problems(Manifests manifests, List<Workload> workloads) {
    References references = new References(manifests, workloads);
    references.namespaces();
    workloads.forEach(references::workload);
    references.selectors();
    references.roles();
    references.secrets();
    return references.problems;
  }

  private void namespaces() {
    Set<String> kindsWithout = Set.of("Namespace", "PriorityClass");
    Set<String> seen = new HashSet<>();
    for (ObjectNode document : manifests.documents()) {
      if (!kindsWithout.contains(document.path("kind").asText())) {
        String namespace = Manifests.namespace(document);
        if (manifests.of("Namespace").map(Manifests::name).noneMatch(namespace::equals)) {
          problems.add(Manifests.title(document) + ": there is no Namespace '" + namespace + "'");
        }
      }
      if (!seen.add(Manifests.title(document) + Manifests.namespace(document))) {
        problems.add(Manifests.title(document) + " is there twice");
      }
    }
  }

  private void workload(Workload workload) {
    String title = "pod of " + workload.name() + ": ";
    String account = workload.spec().getServiceAccountName();
    if (account != null && !account.equals("default")) {
      require(title, "ServiceAccount", workload.namespace(), account);
    }
    String priority = workload.spec().getPriorityClassName();
    if (priority != null && manifests.find("PriorityClass", "", priority).isEmpty()) {
      problems.add(title + "there is no PriorityClass " + priority);
    }
    Set<String> volumes = new HashSet<>();
    for (Volume volume : workload.spec().getVolumes()) {
      if (!volumes.add(volume.getName())) {
        problems.add(title + "volume " + volume.getName() + " is there twice");
      }
      if (volume.getConfigMap() != null) {
        // Flink's own configuration, which the operator makes.
        if (!volume.getConfigMap().getName().equals("flink-config-sluice")
            && !volume.getConfigMap().getName().startsWith("pod-template-")) {
          require(title, "ConfigMap", workload.namespace(), volume.getConfigMap().getName());
        }
      }
      if (volume.getSecret() != null) {
        problems.add(title + "Secrets are mounted by projected volumes here");
      }
      if (volume.getProjected() != null) {
        for (var source : volume.getProjected().getSources()) {
          if (source.getConfigMap() != null) {
            source
                .getConfigMap()
                .getItems()
                .forEach(
                    item ->
                        key(
                            title,
                            workload.namespace(),
                            "ConfigMap",
                            source.getConfigMap().getName(),
                            item.getKey()));
          }
          if (source.getSecret() != null) {
            source
                .getSecret()
                .getItems()
                .forEach(
                    item ->
                        key(
                            title,
                            workload.namespace(),
                            "Secret",
                            source.getSecret().getName(),
                            item.getKey()));
          }
        }
      }
    }
    workload.containers().forEach(container -> container(workload, container, volumes));
  }

  private void container(Workload workload, Container container, Set<String> volumes) {
    String title = "container " + workload.name() + "/" + container.getName() + ": ";
    Set<String> paths = new HashSet<>();
    container
        .getVolumeMounts()
        .forEach(
            mount -> {
              if (!volumes.contains(mount.getName())) {
                problems.add(title + "there is no volume " + mount.getName());
              }
              if (!paths.add(mount.getMountPath())) {
                problems.add(title + "two volumes at " + mount.getMountPath());
              }
            });
    container
        .getEnvFrom()
        .forEach(
            from -> {
              if (from.getSecretRef() != null) {
                require(title, "Secret", workload.namespace(), from.getSecretRef().getName());
              }
              if (from.getConfigMapRef() != null) {
                require(title, "ConfigMap", workload.namespace(), from.getConfigMapRef().getName());
              }
            });
  }

  private void selectors() {
    for (String kind : List.of("PodDisruptionBudget", "PodMonitor", "Service")) {
      manifests
          .of(kind)
          .forEach(
              document -> {
                JsonNode selector = document.at("/spec/selector");
                List<Workload> selected =
                    selected(
                        Manifests.namespace(document),
                        kind.equals("Service")
                            ? labels(selector)
                            : Manifests.YAML.convertValue(selector, LabelSelector.class));
                if (selected.isEmpty()) {
                  problems.add(Manifests.title(document) + ": its selector matches no pod");
                }
                String path =
                    kind.equals("PodMonitor") ? "/spec/podMetricsEndpoints" : "/spec/ports";
                String field = kind.equals("PodMonitor") ? "port" : "targetPort";
                document
                    .at(path)
                    .forEach(
                        port -> {
                          String name = port.path(field).asText();
                          if (selected.stream()
                              .flatMap(Workload::containers)
                              .flatMap(container -> container.getPorts().stream())
                              .noneMatch(declared -> name.equals(declared.getName()))) {
                            problems.add(
                                Manifests.title(document) + ": no pod has a port named " + name);
                          }
                        });
              });
    }
    for (Workload workload : workloads) {
      for (var spread : workload.spec().getTopologySpreadConstraints()) {
        if (!workload.matches(spread.getLabelSelector())) {
          problems.add(
              "pod of " + workload.name() + ": its topology spread counts other pods than it");
        }
      }
    }
    manifests
        .of("Deployment")
        .forEach(
            deployment -> {
              Workload pods = Workload.named(workloads, Manifests.name(deployment));
              if (!pods.matches(
                  Manifests.YAML.convertValue(
                      deployment.at("/spec/selector"), LabelSelector.class))) {
                problems.add(Manifests.title(deployment) + ": its selector misses its own pods");
              }
            });
  }

  private void roles() {
    manifests
        .of("RoleBinding")
        .forEach(
            binding -> {
              require(
                  Manifests.title(binding) + ": ",
                  binding.at("/roleRef/kind").asText(),
                  Manifests.namespace(binding),
                  binding.at("/roleRef/name").asText());
              binding
                  .path("subjects")
                  .forEach(
                      subject ->
                          require(
                              Manifests.title(binding) + ": ",
                              subject.path("kind").asText(),
                              subject.path("namespace").asText(),
                              subject.path("name").asText()));
            });
  }

  private void secrets() {
    manifests
        .of("ExternalSecret")
        .forEach(
            secret ->
                require(
                    Manifests.title(secret) + ": ",
                    secret.at("/spec/secretStoreRef/kind").asText(),
                    Manifests.namespace(secret),
                    secret.at("/spec/secretStoreRef/name").asText()));
    manifests
        .of("SecretStore")
        .forEach(
            store ->
                require(
                    Manifests.title(store) + ": ",
                    "ServiceAccount",
                    Manifests.namespace(store),
                    store.at("/spec/provider/aws/auth/jwt/serviceAccountRef/name").asText()));
    manifests
        .of("KafkaUser")
        .forEach(
            user -> {
              JsonNode reference = user.at("/spec/authentication/password/valueFrom/secretKeyRef");
              key(
                  Manifests.title(user) + ": ",
                  Manifests.namespace(user),
                  "Secret",
                  reference.path("name").asText(),
                  reference.path("key").asText());
            });
    Stream.of("KafkaUser", "KafkaTopic", "KafkaNodePool")
        .flatMap(manifests::of)
        .forEach(
            document ->
                require(
                    Manifests.title(document) + ": ",
                    "Kafka",
                    Manifests.namespace(document),
                    document.at("/metadata/labels/strimzi.io~1cluster").asText()));
  }

  private List<Workload> selected(String namespace, LabelSelector selector) {
    return workloads.stream()
        .filter(workload -> workload.namespace().equals(namespace) && workload.matches(selector))
        .toList();
  }

  private static LabelSelector labels(JsonNode labels) {
    LabelSelector selector = new LabelSelector();
    selector.setMatchLabels(
        Manifests.YAML.convertValue(
            labels, new com.fasterxml.jackson.core.type.TypeReference<Map<String, String>>() {}));
    return selector;
  }

  private void require(String title, String kind, String namespace, String name) {
    if (manifests.find(kind, namespace, name).isEmpty() && !madeOf(kind, namespace, name)) {
      problems.add(title + "there is no " + kind + " " + namespace + "/" + name);
    }
  }

  private boolean madeOf(String kind, String namespace, String name) {
    return kind.equals("Secret")
        && manifests
            .of("ExternalSecret")
            .anyMatch(
                secret ->
                    Manifests.namespace(secret).equals(namespace)
                        && secret.at("/spec/target/name").asText().equals(name));
  }

  private void key(String title, String namespace, String kind, String name, String key) {
    boolean there =
        manifests
                .find(kind, namespace, name)
                .map(document -> Manifests.text(document, key).isPresent())
                .orElse(false)
            || (kind.equals("Secret")
                && manifests
                    .of("ExternalSecret")
                    .anyMatch(
                        secret ->
                            Manifests.namespace(secret).equals(namespace)
                                && secret.at("/spec/target/name").asText().equals(name)
                                && secret.at("/spec/target/template/data").has(key)));
    if (!there) {
      problems.add(
          title + "there is no " + kind + " " + namespace + "/" + name + " with a key " + key);
    }
  }
}
