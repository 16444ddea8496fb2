package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutorServiceLoader;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.runtime.dispatcher.DispatcherGateway;
import org.apache.flink.util.concurrent.ScheduledExecutorServiceAdapter;
import org.junit.jupiter.api.Test;

/** What {@code main} does where Flink runs it in a JobManager. */
class RecoveredJobTest {

  /** Asks as {@code main} does in a JobManager of application mode that has recovered these. */
  private static boolean ask(List<JobID> recovered) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(DeploymentOptions.TARGET, EmbeddedExecutor.NAME);
    configuration.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, new JobID(1, 2).toHexString());
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    DispatcherGateway untouched =
        (DispatcherGateway)
            Proxy.newProxyInstance(
                RecoveredJobTest.class.getClassLoader(),
                new Class<?>[] {DispatcherGateway.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError("the dispatcher was asked to " + method.getName());
                });
    try {
      StreamContextEnvironment.setAsContext(
          new EmbeddedExecutorServiceLoader(
              new java.util.ArrayList<>(recovered),
              untouched,
              new ScheduledExecutorServiceAdapter(executor)),
          configuration,
          RecoveredJobTest.class.getClassLoader(),
          true,
          true);
      return RecoveredJob.isHere();
    } finally {
      StreamContextEnvironment.unsetAsContext();
      executor.shutdownNow();
    }
  }

  @Test
  void aJobThatFlinkRecoveredIsSeenAndNothingIsSubmittedWhereThereIsNone() throws Exception {
    assertTrue(ask(List.of(new JobID(1, 2))));
    assertFalse(ask(List.of()));
    assertFalse(ask(List.of(new JobID(3, 4))));
  }

  @Test
  void outsideOfAClusterThereIsNone() throws Exception {
    assertFalse(RecoveredJob.isHere());
  }

  @Test
  void aStartWaitsForWhatIsAwayAndEndsWithWhatTheUserHasToMend() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    assertEquals(
        "started",
        FlinkMain.patiently(
            () ->
                switch (tries.incrementAndGet()) {
                  case 1 -> throw new UnavailableException("no broker", new IOException());
                  case 2 -> throw new IOException("S3: 503");
                  default -> "started";
                }));
    assertEquals(3, tries.get());
    UserException wrong = new UserException("--lake: not a bucket's name");
    assertEquals(
        wrong,
        assertThrows(
            UserException.class,
            () ->
                FlinkMain.patiently(
                    () -> {
                      throw wrong;
                    })));
  }
}
