package io.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesHighAvailabilityOptions;

/** What asks the job's processes whether they are alive and ready. */
final class Probes {
  private Probes() {}

  /** The probes of a container by their name in a manifest, those that are there. */
  static Map<String, Probe> of(Container container) {
    Map<String, Probe> probes = new LinkedHashMap<>();
    probes.put("startupProbe", container.getStartupProbe());
    probes.put("readinessProbe", container.getReadinessProbe());
    probes.put("livenessProbe", container.getLivenessProbe());
    probes.values().removeIf(probe -> probe == null);
    return probes;
  }

  static List<String> problems(List<Workload> workloads) {
    List<String> problems = new ArrayList<>();
    for (String name : List.of("jobmanager", "taskmanager")) {
      Container container = Workload.named(workloads, name).spec().getContainers().get(0);
      Map<String, Probe> probes = of(container);
      for (String wanted : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        if (!probes.containsKey(wanted)) {
          problems.add("pod of " + name + ": no " + wanted);
        }
      }
      probes.forEach(
          (kind, probe) ->
              probe(container, probe)
                  .forEach(
                      problem -> problems.add("pod of " + name + ": " + kind + ": " + problem)));
      Probe liveness = probes.get("livenessProbe");
      Probe readiness = probes.get("readinessProbe");
      long election =
          KubernetesHighAvailabilityOptions.KUBERNETES_LEASE_DURATION.defaultValue().toSeconds()
              + KubernetesHighAvailabilityOptions.KUBERNETES_RETRY_PERIOD
                  .defaultValue()
                  .toSeconds();
      // A JobManager says 503 while nobody leads; the one that is to lead next may not be drained.
      if (name.equals("jobmanager") && readiness != null && patience(readiness) <= election) {
        problems.add("pod of " + name + ": readinessProbe: an election lasts " + election + " s");
      }
      // Flink replaces what is silent for so long; a probe that is quicker would kill what it
      // keeps.
      long heartbeat = HeartbeatManagerOptions.HEARTBEAT_TIMEOUT.defaultValue().toSeconds();
      if (liveness != null && patience(liveness) <= heartbeat) {
        problems.add(
            "pod of " + name + ": livenessProbe: is less patient than Flink, " + heartbeat + " s");
      }
    }
    return problems;
  }

  /** Seconds of silence until a probe has failed. */
  private static int patience(Probe probe) {
    return (probe.getPeriodSeconds() == null ? 10 : probe.getPeriodSeconds())
        * (probe.getFailureThreshold() == null ? 3 : probe.getFailureThreshold());
  }

  private static List<String> probe(Container container, Probe probe) {
    if (probe.getHttpGet() == null) {
      return List.of("asks nothing over HTTP, and the kernel accepts connections to a frozen pod");
    }
    String port = probe.getHttpGet().getPort().getStrVal();
    if (container.getPorts().stream().noneMatch(declared -> declared.getName().equals(port))) {
      return List.of("the container has no port named " + port);
    }
    return List.of();
  }
}
