package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.metrics.SluiceMetrics;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.metrics.MetricCollector;

class RequestMetricsTest {
  private static double requests(String operation) {
    return SluiceMetrics.STORE_REQUESTS.labelValues(operation).get();
  }

  /** Each try is paid for; all but the last are retries. */
  @Test
  void eachTryIsARequestOfItsKind() {
    MetricCollector call = MetricCollector.create("ApiCall");
    call.reportMetric(CoreMetric.OPERATION_NAME, "RestoreObject");
    MetricCollector failed = call.createChild("ApiCallAttempt");
    failed.reportMetric(CoreMetric.ERROR_TYPE, "Throttling");
    call.createChild("ApiCallAttempt");
    double throttled = SluiceMetrics.STORE_RETRIES.labelValues("throttled").get();
    try (RequestMetrics metrics = new RequestMetrics()) {
      metrics.publish(call.collect());
    }
    assertEquals(2, requests("RestoreObject"));
    assertEquals(throttled + 1, SluiceMetrics.STORE_RETRIES.labelValues("throttled").get());
  }
}
