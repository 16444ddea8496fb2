package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** What each pod has to be: bounded, without rights, and without a writable image. */
final class Policies {
  private Policies() {}

  static List<String> problems(Manifests manifests, List<Workload> workloads) {
    List<String> problems = new ArrayList<>();
    for (Workload workload : workloads) {
      pod(workload, problems);
      workload.containers().forEach(container -> container(workload, container, problems));
    }
    start(workloads, problems);
    manifests
        .of("PriorityClass")
        .filter(priority -> priority.has("globalDefault"))
        .filter(priority -> !priority.path("globalDefault").asBoolean())
        .forEach(
            priority ->
                problems.add(
                    Manifests.title(priority)
                        + ": the server does not keep globalDefault: false, and each apply says configured"));
    manifests.of("CronJob").forEach(cronJob -> cronJob(cronJob, problems));
    manifests
        .of("Role")
        .forEach(
            role ->
                role.path("rules")
                    .forEach(
                        rule -> {
                          if (rule.toString().contains("\"*\"")) {
                            problems.add(Manifests.title(role) + ": a rule allows everything (*)");
                          }
                        }));
    return problems;
  }

  /** Its classes and the lake's footers: half a core would be throttled for a minute. */
  private static void start(List<Workload> workloads, List<String> problems) {
    Container jobManager = Workload.named(workloads, "jobmanager").spec().getContainers().get(0);
    Quantity cpu = limit(jobManager, "cpu");
    if (cpu != null && Quantity.getAmountInBytes(cpu).compareTo(BigDecimal.valueOf(2)) < 0) {
      problems.add("container jobmanager: its start is throttled at a limit of " + cpu + " CPU");
    }
  }

  private static void pod(Workload workload, List<String> problems) {
    PodSpec spec = workload.spec();
    String pod = "pod of " + workload.name() + ": ";
    var security = spec.getSecurityContext();
    if (security == null || !Boolean.TRUE.equals(security.getRunAsNonRoot())) {
      problems.add(pod + "runAsNonRoot is to be true");
    }
    if (security == null || security.getRunAsUser() == null || security.getRunAsUser() == 0) {
      problems.add(pod + "runAsUser is to name a user that is not root");
    }
    if (security == null
        || security.getSeccompProfile() == null
        || !"RuntimeDefault".equals(security.getSeccompProfile().getType())) {
      problems.add(pod + "seccompProfile is to be RuntimeDefault");
    }
    if (Boolean.TRUE.equals(spec.getHostNetwork())
        || Boolean.TRUE.equals(spec.getHostPID())
        || Boolean.TRUE.equals(spec.getHostIPC())) {
      problems.add(pod + "shares a namespace of the node");
    }
    BigDecimal disk = BigDecimal.ZERO;
    for (Volume volume : spec.getVolumes()) {
      if (volume.getHostPath() != null) {
        problems.add(pod + "volume " + volume.getName() + " is a folder of the node");
      }
      // Flink's own, for jars that it fetches; ours is in the image.
      if (volume.getEmptyDir() != null && !volume.getName().equals("user-artifacts-volume")) {
        Quantity limit = volume.getEmptyDir().getSizeLimit();
        if (limit == null) {
          problems.add(pod + "volume " + volume.getName() + " has no sizeLimit");
        } else {
          disk = disk.add(bytes(limit));
        }
      }
    }
    BigDecimal limit =
        spec.getContainers().stream()
            .map(container -> limit(container, "ephemeral-storage"))
            .filter(Objects::nonNull)
            .map(Policies::bytes)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    if (disk.compareTo(limit) > 0) {
      problems.add(pod + "its volumes may hold " + disk + " bytes, its ephemeral-storage " + limit);
    }
  }

  private static void container(Workload workload, Container container, List<String> problems) {
    String title = "container " + workload.name() + "/" + container.getName() + ": ";
    for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
      if (request(container, resource) == null || limit(container, resource) == null) {
        problems.add(title + "no request or no limit of " + resource);
      }
    }
    SecurityContext security = container.getSecurityContext();
    if (security == null) {
      problems.add(title + "no securityContext");
      return;
    }
    if (Boolean.TRUE.equals(security.getPrivileged())) {
      problems.add(title + "is privileged");
    }
    if (!Boolean.FALSE.equals(security.getAllowPrivilegeEscalation())) {
      problems.add(title + "allowPrivilegeEscalation is to be false");
    }
    if (!Boolean.TRUE.equals(security.getReadOnlyRootFilesystem())) {
      problems.add(title + "readOnlyRootFilesystem is to be true");
    }
    if (security.getCapabilities() == null
        || !security.getCapabilities().getDrop().equals(List.of("ALL"))
        || !security.getCapabilities().getAdd().isEmpty()) {
      problems.add(title + "capabilities: drop ALL, add none");
    }
    if (security.getRunAsUser() != null && security.getRunAsUser() == 0) {
      problems.add(title + "runs as root");
    }
    String image = container.getImage();
    if (!image.contains(":") || image.endsWith(":latest")) {
      problems.add(title + "image " + image + " names no version");
    }
    // A read-only image needs somewhere for /tmp.
    if (container.getVolumeMounts().stream().noneMatch(m -> m.getMountPath().equals("/tmp"))) {
      problems.add(title + "nothing is mounted at /tmp");
    }
  }

  private static void cronJob(JsonNode cronJob, List<String> problems) {
    JsonNode spec = cronJob.path("spec");
    JsonNode job = spec.at("/jobTemplate/spec");
    Map.of(
            "concurrencyPolicy: Forbid", spec.path("concurrencyPolicy").asText().equals("Forbid"),
            "startingDeadlineSeconds", spec.has("startingDeadlineSeconds"),
            "successfulJobsHistoryLimit", spec.has("successfulJobsHistoryLimit"),
            "failedJobsHistoryLimit", spec.has("failedJobsHistoryLimit"),
            "backoffLimit", job.has("backoffLimit"),
            "activeDeadlineSeconds", job.has("activeDeadlineSeconds"))
        .forEach(
            (field, there) -> {
              if (!there) {
                problems.add(Manifests.title(cronJob) + ": is to have " + field);
              }
            });
    JsonNode exit = job.at("/podFailurePolicy/rules/0/onExitCodes");
    String container = exit.path("containerName").asText();
    if (!container.equals(job.at("/template/spec/containers/0/name").asText())) {
      problems.add(Manifests.title(cronJob) + ": podFailurePolicy: no container " + container);
    }
    for (int status : new int[] {2, 3}) {
      if (StreamSupport.stream(exit.path("values").spliterator(), false)
          .noneMatch(value -> value.asInt() == status)) {
        problems.add(
            Manifests.title(cronJob)
                + ": podFailurePolicy: exit status "
                + status
                + " does not get better by itself");
      }
    }
  }

  private static Quantity request(Container container, String resource) {
    ResourceRequirements resources = container.getResources();
    return resources == null || resources.getRequests() == null
        ? null
        : resources.getRequests().get(resource);
  }

  private static Quantity limit(Container container, String resource) {
    ResourceRequirements resources = container.getResources();
    return resources == null || resources.getLimits() == null
        ? null
        : resources.getLimits().get(resource);
  }

  private static BigDecimal bytes(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }
}
