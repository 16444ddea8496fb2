package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.client.deployment.ClusterSpecification;
import org.apache.flink.client.deployment.application.ApplicationConfiguration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.kubernetes.configuration.KubernetesDeploymentTarget;
import org.apache.flink.kubernetes.kubeclient.FlinkKubeClient;
import org.apache.flink.kubernetes.kubeclient.FlinkKubeClientFactory;
import org.apache.flink.kubernetes.kubeclient.FlinkPod;
import org.apache.flink.kubernetes.kubeclient.factory.KubernetesJobManagerFactory;
import org.apache.flink.kubernetes.kubeclient.factory.KubernetesTaskManagerFactory;
import org.apache.flink.kubernetes.kubeclient.parameters.KubernetesJobManagerParameters;
import org.apache.flink.kubernetes.kubeclient.parameters.KubernetesTaskManagerParameters;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.FlinkDeploymentSpec;
import org.apache.flink.kubernetes.operator.api.spec.Resource;
import org.apache.flink.kubernetes.operator.config.FlinkConfigManager;
import org.apache.flink.kubernetes.operator.config.KubernetesOperatorConfigOptions;
import org.apache.flink.kubernetes.operator.utils.FlinkUtils;
import org.apache.flink.kubernetes.operator.validation.DefaultValidator;
import org.apache.flink.kubernetes.utils.Constants;
import org.apache.flink.kubernetes.utils.KubernetesUtils;
import org.apache.flink.runtime.clusterframework.ContaineredTaskManagerParameters;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;

/** What the operator and Flink make of a FlinkDeployment, by their own code. */
final class FlinkOperator {
  private static final FlinkConfigManager MANAGER = new FlinkConfigManager(new Configuration());

  private static final FlinkKubeClient CLIENT = client();

  /** Most mistakes that tests make leave the FlinkDeployment as it is. */
  private static final Map<ObjectNode, List<Pod>> PODS = new ConcurrentHashMap<>();

  private FlinkOperator() {}

  /** The pods of JobManager and TaskManager, in this order. */
  static List<Pod> pods(ObjectNode document) throws IOException {
    List<Pod> pods = PODS.get(document);
    if (pods == null) {
      pods = List.of(jobManager(document), taskManager(document));
      PODS.put(document.deepCopy(), pods);
    }
    return pods;
  }

  /** What the operator's webhook would answer. */
  static List<String> problems(ObjectNode document) {
    Optional<String> error = new DefaultValidator(MANAGER).validateDeployment(deployment(document));
    if (error.isPresent()) {
      return List.of("FlinkDeployment sluice: " + error.get());
    }
    try {
      memory(configuration(document));
      JobManagerProcessUtils.processSpecFromConfigWithNewOptionToInterpretLegacyHeap(
          configuration(document), JobManagerOptions.TOTAL_PROCESS_MEMORY);
      return List.of();
    } catch (IllegalConfigurationException e) {
      return List.of("FlinkDeployment sluice: " + e.getMessage());
    }
  }

  /**
   * Flink's configuration, as the operator hands it to the cluster. Its own builder of it is, on
   * Central, older than the model.
   */
  static Configuration configuration(ObjectNode document) {
    FlinkDeployment deployment = deployment(document);
    FlinkDeploymentSpec spec = deployment.getSpec();
    Configuration configuration = Configuration.fromMap(spec.getFlinkConfiguration());
    configuration.set(KubernetesConfigOptions.CLUSTER_ID, deployment.getMetadata().getName());
    configuration.set(KubernetesConfigOptions.NAMESPACE, deployment.getMetadata().getNamespace());
    configuration.set(KubernetesConfigOptions.CONTAINER_IMAGE, spec.getImage());
    configuration.set(KubernetesConfigOptions.KUBERNETES_SERVICE_ACCOUNT, spec.getServiceAccount());
    configuration.set(
        KubernetesConfigOptions.KUBERNETES_JOBMANAGER_REPLICAS, spec.getJobManager().getReplicas());
    Resource jobManager = spec.getJobManager().getResource();
    configuration.set(KubernetesConfigOptions.JOB_MANAGER_CPU, jobManager.getCpu());
    configuration.set(
        JobManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.parse(jobManager.getMemory()));
    Resource taskManager = spec.getTaskManager().getResource();
    configuration.set(KubernetesConfigOptions.TASK_MANAGER_CPU, taskManager.getCpu());
    configuration.set(
        TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.parse(taskManager.getMemory()));
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, spec.getJob().getParallelism());
    configuration.set(DeploymentOptions.TARGET, KubernetesDeploymentTarget.APPLICATION.getName());
    configuration.set(PipelineOptions.JARS, List.of(spec.getJob().getJarURI()));
    configuration.set(
        ApplicationConfiguration.APPLICATION_MAIN_CLASS, spec.getJob().getEntryClass());
    return configuration;
  }

  /** A component's pod template over the common one, joined by the operator's own code. */
  private static Pod template(
      FlinkDeploymentSpec spec, PodTemplateSpec component, Resource resource) {
    Pod merged =
        FlinkUtils.mergePodTemplates(
            pod(spec.getPodTemplate()),
            pod(component),
            Configuration.fromMap(spec.getFlinkConfiguration())
                .get(KubernetesOperatorConfigOptions.POD_TEMPLATE_MERGE_BY_NAME));
    Map<String, Quantity> disk =
        Map.of("ephemeral-storage", new Quantity(resource.getEphemeralStorage()));
    merged.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(Constants.MAIN_CONTAINER_NAME))
        .forEach(
            container ->
                container.setResources(
                    new ResourceRequirementsBuilder().withRequests(disk).withLimits(disk).build()));
    return merged;
  }

  private static Pod pod(PodTemplateSpec template) {
    return new PodBuilder()
        .withMetadata(template.getMetadata())
        .withSpec(template.getSpec())
        .build();
  }

  static TaskExecutorProcessSpec memory(Configuration configuration) {
    return TaskExecutorProcessUtils.processSpecFromConfig(configuration);
  }

  private static FlinkDeployment deployment(ObjectNode document) {
    return Manifests.YAML.convertValue(document, FlinkDeployment.class);
  }

  /** The JobManager's pod, as its Deployment has it. */
  private static Pod jobManager(ObjectNode document) throws IOException {
    FlinkDeploymentSpec spec = deployment(document).getSpec();
    Configuration configuration = configuration(document);
    var parameters =
        new KubernetesJobManagerParameters(
            configuration,
            new ClusterSpecification.ClusterSpecificationBuilder()
                .setMasterMemoryMB(
                    configuration.get(JobManagerOptions.TOTAL_PROCESS_MEMORY).getMebiBytes())
                .createClusterSpecification());
    FlinkPod template =
        read(
            template(
                spec, spec.getJobManager().getPodTemplate(), spec.getJobManager().getResource()));
    Deployment deployment =
        ours(
            KubernetesJobManagerFactory.buildKubernetesJobManagerSpecification(template, parameters)
                .getDeployment(),
            Deployment.class);
    return pod(deployment.getSpec().getTemplate());
  }

  /** A TaskManager's pod, as the JobManager makes it. */
  private static Pod taskManager(ObjectNode document) throws IOException {
    FlinkDeploymentSpec spec = deployment(document).getSpec();
    Configuration configuration = configuration(document);
    var parameters =
        new KubernetesTaskManagerParameters(
            configuration,
            "sluice-taskmanager-1-1",
            "",
            "",
            ContaineredTaskManagerParameters.create(configuration, memory(configuration)),
            Map.of(),
            Set.of());
    FlinkPod template =
        read(
            template(
                spec, spec.getTaskManager().getPodTemplate(), spec.getTaskManager().getResource()));
    return ours(
        KubernetesTaskManagerFactory.buildTaskManagerKubernetesPod(template, parameters)
            .getInternalResource(),
        Pod.class);
  }

  /** As Flink reads a template: from a file. */
  private static FlinkPod read(Pod template) throws IOException {
    Path file = Files.createTempFile("pod-template", ".yaml");
    try {
      Manifests.YAML.writeValue(file.toFile(), template);
      return KubernetesUtils.loadPodFromTemplateFile(
          CLIENT, file.toFile(), Constants.MAIN_CONTAINER_NAME);
    } finally {
      Files.delete(file);
    }
  }

  /** Parses files, and asks no server. */
  private static FlinkKubeClient client() {
    Configuration configuration = new Configuration();
    configuration.set(KubernetesConfigOptions.CLUSTER_ID, "sluice");
    return FlinkKubeClientFactory.getInstance().fromConfiguration(configuration, "test");
  }

  /** Flink has Fabric8's model under another package. */
  private static <T> T ours(Object shaded, Class<T> model) throws IOException {
    String yaml =
        org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.utils.Serialization.asYaml(
            shaded);
    return Manifests.YAML.readValue(yaml, model);
  }

  static int slots(Configuration configuration) {
    return configuration.get(TaskManagerOptions.NUM_TASK_SLOTS);
  }
}
