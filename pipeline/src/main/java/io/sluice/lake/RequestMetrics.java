package io.sluice.lake;

import io.sluice.metrics.SluiceMetrics;
import java.util.List;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;

/**
 * Counts requests by what they ask, for that is what a store is paid for; and the tries that failed
 * and were followed by another, which the SDK makes by itself and says nothing of. One call for
 * each request.
 */
final class RequestMetrics implements MetricPublisher {
  private static final String ATTEMPT = "ApiCallAttempt";

  @Override
  public void publish(MetricCollection call) {
    List<MetricCollection> attempts =
        call.children().stream().filter(child -> child.name().equals(ATTEMPT)).toList();
    List<String> operations = call.metricValues(CoreMetric.OPERATION_NAME);
    SluiceMetrics.STORE_REQUESTS
        .labelValues(operations.isEmpty() ? "other" : operations.get(0))
        .inc(attempts.size());
    for (MetricCollection attempt : attempts.subList(0, Math.max(0, attempts.size() - 1))) {
      SluiceMetrics.STORE_RETRIES.labelValues(cause(attempt)).inc();
    }
  }

  /** As {@link S3Failures#of} names them. The SDK's names are those of its SdkErrorType. */
  private static String cause(MetricCollection attempt) {
    List<String> types = attempt.metricValues(CoreMetric.ERROR_TYPE);
    return switch (types.isEmpty() ? "" : types.get(0)) {
      case "Throttling" -> "throttled";
      case "ServerError" -> "server_error";
      case "ConfiguredTimeout" -> "timeout";
      case "IO" -> "connection";
      default -> "other";
    };
  }

  @Override
  public void close() {}
}
