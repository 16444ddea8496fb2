package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/**
 * Disruption budgets, counted as Kubernetes' disruption controller counts them: a budget that
 * blocks a drain, or lets two pods go at once, is wrong.
 */
final class Budgets {
  /** Pods of one kind, and what owns them: its name and the number of replicas in its spec. */
  private record Owned(Workload workload, int pods, String owner, int replicas) {}

  private Budgets() {}

  static List<String> problems(Manifests manifests, List<Workload> workloads) {
    List<String> problems = new ArrayList<>();
    List<Owned> owned =
        workloads.stream().flatMap(workload -> owned(manifests, workload).stream()).toList();
    manifests
        .of("PodDisruptionBudget")
        .forEach(
            budget -> {
              LabelSelector selector =
                  Manifests.YAML.convertValue(budget.at("/spec/selector"), LabelSelector.class);
              List<Owned> selected =
                  owned.stream()
                      .filter(o -> o.workload().namespace().equals(Manifests.namespace(budget)))
                      .filter(o -> o.workload().matches(selector))
                      .toList();
              budget(budget, selected)
                  .forEach(problem -> problems.add(Manifests.title(budget) + ": " + problem));
            });
    return problems;
  }

  private static List<Owned> owned(Manifests manifests, Workload workload) {
    ObjectNode flink = manifests.flinkDeployment();
    int jobManagers = flink.at("/spec/jobManager/replicas").asInt(1);
    if (workload.name().equals("jobmanager")) {
      return List.of(new Owned(workload, jobManagers, Manifests.name(flink), jobManagers));
    }
    if (workload.name().equals("taskmanager")) {
      Configuration configuration = FlinkOperator.configuration(flink);
      int slots = FlinkOperator.slots(configuration);
      int taskManagers = (flink.at("/spec/job/parallelism").asInt() + slots - 1) / slots;
      // In native mode the JobManager makes them, with its own Deployment as their owner.
      return List.of(new Owned(workload, taskManagers, Manifests.name(flink), jobManagers));
    }
    return manifests
        .find("Deployment", workload.namespace(), workload.name())
        .map(deployment -> deployment.at("/spec/replicas").asInt(1))
        .map(replicas -> new Owned(workload, replicas, workload.name(), replicas))
        .stream()
        .toList();
  }

  private static List<String> budget(JsonNode budget, List<Owned> selected) {
    List<String> problems = new ArrayList<>();
    JsonNode least = budget.at("/spec/minAvailable");
    JsonNode most = budget.at("/spec/maxUnavailable");
    int pods = selected.stream().mapToInt(Owned::pods).sum();
    int desired;
    if (least.isInt()) {
      desired = least.asInt();
    } else {
      Map<String, Integer> scales = new LinkedHashMap<>();
      for (Owned of : selected) {
        scales.put(of.owner(), of.replicas());
        if (of.workload().name().equals("taskmanager")) {
          problems.add(
              "the replicas of Deployment "
                  + of.owner()
                  + ", which owns TaskManagers, are JobManagers: only an integer minAvailable counts pods");
        }
      }
      int expected = scales.values().stream().mapToInt(Integer::intValue).sum();
      desired =
          least.isMissingNode()
              ? Math.max(0, expected - scaled(most, expected))
              : scaled(least, expected);
    }
    int allowed = Math.max(0, pods - desired);
    if (allowed != 1) {
      problems.add(
          "of " + pods + " pods " + allowed + " may go at once; 1 is right, and 0 blocks a drain");
    }
    if (!budget.at("/spec/unhealthyPodEvictionPolicy").asText().equals("AlwaysAllow")) {
      problems.add("a pod that is not ready may block a drain: unhealthyPodEvictionPolicy");
    }
    return problems;
  }

  /** A number, or a share of the pods, rounded up. */
  private static int scaled(JsonNode value, int of) {
    return value.isInt()
        ? value.asInt()
        : (Integer.parseInt(value.asText().replace("%", "")) * of + 99) / 100;
  }
}
