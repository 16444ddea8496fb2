package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A pod that the manifests lead to. */
record Workload(String name, String namespace, Map<String, String> labels, PodSpec spec) {

  /** A file that a ConfigMap or a Secret has in a container. */
  record Source(String kind, String name, String key) {}

  /** The job's pods as Flink makes them, and those of CronJobs, Jobs and Deployments. */
  static List<Workload> of(Manifests manifests) throws IOException {
    List<Workload> workloads = new ArrayList<>();
    ObjectNode flink = manifests.flinkDeployment();
    for (var pod : FlinkOperator.pods(flink)) {
      workloads.add(
          new Workload(
              pod.getMetadata().getLabels().get("component"),
              Manifests.namespace(flink),
              pod.getMetadata().getLabels(),
              pod.getSpec()));
    }
    for (ObjectNode document : manifests.documents()) {
      String template =
          switch (document.path("kind").asText()) {
            case "CronJob" -> "/spec/jobTemplate/spec/template";
            case "Job", "Deployment" -> "/spec/template";
            default -> "";
          };
      if (!template.isEmpty()) {
        var pod =
            Manifests.YAML.treeToValue(
                document.at(template), io.fabric8.kubernetes.api.model.PodTemplateSpec.class);
        workloads.add(
            new Workload(
                Manifests.name(document),
                Manifests.namespace(document),
                pod.getMetadata().getLabels(),
                pod.getSpec()));
      }
    }
    return workloads;
  }

  static Workload named(List<Workload> workloads, String name) {
    return workloads.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no pod of " + name));
  }

  Stream<Container> containers() {
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream());
  }

  /** Whether a container says that it listens there. */
  boolean listens(int port) {
    return containers()
        .flatMap(container -> container.getPorts().stream())
        .anyMatch(declared -> declared.getContainerPort() == port);
  }

  boolean matches(LabelSelector selector) {
    return matches(selector, labels);
  }

  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    if (selector.getMatchLabels() != null
        && !labels.entrySet().containsAll(selector.getMatchLabels().entrySet())) {
      return false;
    }
    for (LabelSelectorRequirement requirement : selector.getMatchExpressions()) {
      throw new AssertionError("selectors by expressions are not read here: " + requirement);
    }
    return true;
  }

  /** Where a path in a container comes from. */
  Optional<Source> source(Container container, String path) {
    for (VolumeMount mount : container.getVolumeMounts()) {
      if (!path.startsWith(mount.getMountPath() + "/")) {
        continue;
      }
      String inside = path.substring(mount.getMountPath().length() + 1);
      for (Volume volume : spec.getVolumes()) {
        if (!volume.getName().equals(mount.getName()) || volume.getProjected() == null) {
          continue;
        }
        for (var projection : volume.getProjected().getSources()) {
          if (projection.getConfigMap() != null) {
            for (var item : projection.getConfigMap().getItems()) {
              if (item.getPath().equals(inside)) {
                return Optional.of(
                    new Source("ConfigMap", projection.getConfigMap().getName(), item.getKey()));
              }
            }
          }
          if (projection.getSecret() != null) {
            for (var item : projection.getSecret().getItems()) {
              if (item.getPath().equals(inside)) {
                return Optional.of(
                    new Source("Secret", projection.getSecret().getName(), item.getKey()));
              }
            }
          }
        }
      }
    }
    return Optional.empty();
  }
}
