package io.sluice.kubernetes;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.kubernetes.operator.config.KubernetesOperatorConfigOptions;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;

/** Flink takes any key and ignores what it does not know; here each is to be an option of its. */
final class FlinkSettings {
  private static final List<Class<?>> OPTIONS =
      List.of(
          BlobServerOptions.class,
          CheckpointingOptions.class,
          CoreOptions.class,
          ExecutionCheckpointingOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          KubernetesConfigOptions.class,
          KubernetesOperatorConfigOptions.class,
          MetricOptions.class,
          NettyShuffleEnvironmentOptions.class,
          RestartStrategyOptions.class,
          RocksDBOptions.class,
          StateBackendOptions.class,
          TaskManagerOptions.class);

  /** Of the S3 plugin, which hands all that begins with s3. to Hadoop's S3A. */
  private static final Set<String> S3 =
      Set.of(
          "s3.endpoint",
          "s3.endpoint.region",
          "s3.path.style.access",
          "s3.aws.credentials.provider");

  private static final String REPORTER = "metrics.reporter.prom.";

  private FlinkSettings() {}

  static List<String> problems(Manifests manifests) throws IllegalAccessException {
    List<String> problems = new ArrayList<>();
    Map<String, String> settings = new HashMap<>();
    manifests
        .flinkDeployment()
        .at("/spec/flinkConfiguration")
        .properties()
        .forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
    Map<String, ConfigOption<?>> options = options();
    Configuration configuration = Configuration.fromMap(settings);
    for (String key : settings.keySet()) {
      if (S3.contains(key)) {
        continue;
      }
      if (key.startsWith(REPORTER)) {
        reporter(key, settings.get(key), problems);
      } else if (!options.containsKey(key)) {
        problems.add("flinkConfiguration: Flink has no option " + key);
      } else {
        try {
          configuration.get(options.get(key));
        } catch (RuntimeException e) {
          problems.add("flinkConfiguration: " + key + ": " + e.getMessage());
        }
      }
    }
    for (String key :
        List.of(
            "execution.checkpointing.dir",
            "execution.checkpointing.savepoint-dir",
            "high-availability.storageDir")) {
      if (!settings.getOrDefault(key, "").startsWith("s3://")) {
        problems.add("flinkConfiguration: " + key + " is to be on S3");
      }
    }
    Configuration whole = FlinkOperator.configuration(manifests.flinkDeployment());
    if (!"kubernetes".equals(whole.get(HighAvailabilityOptions.HA_MODE))) {
      problems.add("flinkConfiguration: high-availability.type is to be kubernetes");
    }
    return problems;
  }

  private static void reporter(String key, String value, List<String> problems) {
    switch (key.substring(REPORTER.length())) {
      case "factory.class" -> {
        try {
          if (!MetricReporterFactory.class.isAssignableFrom(Class.forName(value))) {
            problems.add("flinkConfiguration: " + value + " is no factory of reporters");
          }
        } catch (ClassNotFoundException e) {
          problems.add("flinkConfiguration: " + key + ": there is no class " + value);
        }
      }
      case "port" -> {
        if (!value.equals("9249")) {
          problems.add("flinkConfiguration: the port flink-metrics is 9249, not " + value);
        }
      }
      default -> problems.add("flinkConfiguration: the reporter has no option " + key);
    }
  }

  private static Map<String, ConfigOption<?>> options() throws IllegalAccessException {
    Map<String, ConfigOption<?>> options = new HashMap<>();
    for (Class<?> holder : OPTIONS) {
      for (Field field : holder.getFields()) {
        if (Modifier.isStatic(field.getModifiers())
            && ConfigOption.class.isAssignableFrom(field.getType())) {
          ConfigOption<?> option = (ConfigOption<?>) field.get(null);
          options.put(option.key(), option);
        }
      }
    }
    return options;
  }
}
