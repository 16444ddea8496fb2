package io.sluice.flink;

import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/**
 * Whether the JobManager in which {@code main} runs has the job already. In application mode Flink
 * runs {@code main} at each failover, after it has recovered the job with its graph and its last
 * checkpoint; what {@code main} would build is thrown away then. Flink looks at the graph only
 * where it has to submit one, and that is how it is asked.
 */
final class RecoveredJob {
  private RecoveredJob() {}

  /** Nothing is submitted, whatever the answer is. */
  static boolean isHere() throws Exception {
    try {
      StreamExecutionEnvironment.getExecutionEnvironment().executeAsync(new Question());
      return true;
    } catch (NotHere e) {
      return false;
    }
  }

  private static final class NotHere extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Question extends StreamGraph {
    Question() {
      super(
          new Configuration(),
          new ExecutionConfig(),
          new CheckpointConfig(),
          SavepointRestoreSettings.none());
    }

    @Override
    public JobGraph getJobGraph(ClassLoader classLoader, @Nullable JobID id) {
      throw new NotHere();
    }
  }
}
