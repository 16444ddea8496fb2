package io.sluice.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.Test;

/** What the probes ask for is what Flink answers. */
class ProbesTest {
  @Test
  void flinkAnswersEachProbe() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    int metrics;
    try (ServerSocket free = new ServerSocket(0)) {
      metrics = free.getLocalPort();
    }
    Manifests.render("production")
        .flinkDeployment()
        .at("/spec/flinkConfiguration")
        .properties()
        .forEach(
            setting -> {
              if (setting.getKey().startsWith("metrics.reporter")) {
                configuration.setString(setting.getKey(), setting.getValue().asText());
              }
            });
    configuration.setString("metrics.reporter.prom.port", Integer.toString(metrics));
    try (MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder().setConfiguration(configuration).build())) {
      cluster.start();
      int rest = cluster.getRestAddress().get().getPort();
      var workloads = Workload.of(Manifests.render("production"));
      HttpClient client = HttpClient.newHttpClient();
      for (String name : new String[] {"jobmanager", "taskmanager"}) {
        Container container = Workload.named(workloads, name).spec().getContainers().get(0);
        Map<String, Probe> probes = Probes.of(container);
        assertEquals(3, probes.size(), name);
        for (var probe : probes.entrySet()) {
          var get = probe.getValue().getHttpGet();
          int port = Map.of("rest", rest, "flink-metrics", metrics).get(get.getPort().getStrVal());
          String path = get.getPath().replace("[", "%5B").replace("]", "%5D");
          HttpResponse<String> answer =
              client.send(
                  HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
                  HttpResponse.BodyHandlers.ofString());
          String what = name + "'s " + probe.getKey() + ": " + answer.body();
          assertEquals(200, answer.statusCode(), what);
          assertTrue(
              answer.body().contains(name.equals("jobmanager") ? "flink-version" : "JVM_CPU_Load"),
              what);
          // Kubelet reads so much of an answer, and then closes the connection.
          assertTrue(answer.body().length() < 10_240, what);
        }
      }
    }
  }
}
