package io.sluice.benchmark.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;

/**
 * Kafka's default assignor, but no one gets a partition until all tasks have joined. That they join
 * is start-up; and a task that began alone would lose its first seconds of work to the others, and
 * leave files that are not in the table.
 */
public final class WhenAllAreThere extends RangeAssignor implements Configurable {
  static final String TASKS = "benchmark.tasks";

  private int tasks = 1;

  @Override
  public void configure(Map<String, ?> configs) {
    tasks = Integer.parseInt(String.valueOf(configs.get(TASKS)));
  }

  @Override
  public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
    if (subscriptions.groupSubscription().size() >= tasks) {
      return super.assign(metadata, subscriptions);
    }
    Map<String, Assignment> none = new HashMap<>();
    for (String member : subscriptions.groupSubscription().keySet()) {
      none.put(member, new Assignment(List.of()));
    }
    return new GroupAssignment(none);
  }
}
