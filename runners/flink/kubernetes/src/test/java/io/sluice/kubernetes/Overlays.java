package io.sluice.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The overlays as kustomize renders them, and all that is wrong with one. */
final class Overlays {
  private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

  private Overlays() {}

  static Manifests render(String overlay) throws Exception {
    if (!RENDERED.containsKey(overlay)) {
      RENDERED.put(overlay, Manifests.render(overlay));
    }
    return RENDERED.get(overlay);
  }

  /** All that is wrong, each as a line. */
  static List<String> problems(Manifests manifests) throws Exception {
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
}
