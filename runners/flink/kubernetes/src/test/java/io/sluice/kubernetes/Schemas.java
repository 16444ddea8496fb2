package io.sluice.kubernetes;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every document by the model or schema of its kind, where a field that is not there is wrong. */
final class Schemas {
  /** Fabric8's and Strimzi's models keep what they do not know; this mapper refuses it. */
  static final ObjectMapper STRICT =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .registerModule(
              new SimpleModule()
                  .setDeserializerModifier(
                      new BeanDeserializerModifier() {
                        @Override
                        public BeanDeserializerBuilder updateBuilder(
                            DeserializationConfig config,
                            BeanDescription description,
                            BeanDeserializerBuilder builder) {
                          builder.setAnySetter(null);
                          builder.setIgnoreUnknownProperties(false);
                          return builder;
                        }
                      }));

  private static final Map<String, Class<? extends HasMetadata>> MODELS =
      Stream.of(
              ConfigMap.class,
              CronJob.class,
              Deployment.class,
              Job.class,
              Kafka.class,
              KafkaNodePool.class,
              KafkaTopic.class,
              KafkaUser.class,
              Namespace.class,
              NetworkPolicy.class,
              PodDisruptionBudget.class,
              PodMonitor.class,
              PriorityClass.class,
              PrometheusRule.class,
              Role.class,
              RoleBinding.class,
              Secret.class,
              Service.class,
              ServiceAccount.class)
          .collect(Collectors.toMap(HasMetadata::getKind, Function.identity()));

  private static final Map<String, JsonSchema> SCHEMAS =
      Map.of(
          "FlinkDeployment",
          crd("/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"),
          "ExternalSecret",
          schema(read("external-secret.schema.yaml")),
          "SecretStore",
          schema(read("secret-store.schema.yaml")));

  private Schemas() {}

  static List<String> problems(Manifests manifests) {
    List<String> problems = new ArrayList<>();
    for (ObjectNode document : manifests.documents()) {
      String title = Manifests.title(document);
      String kind = document.path("kind").asText();
      if (MODELS.containsKey(kind)) {
        String version = HasMetadata.getApiVersion(MODELS.get(kind));
        if (!document.path("apiVersion").asText().equals(version)) {
          problems.add(title + ": apiVersion is to be " + version);
        }
        problems.addAll(strictly(title, document, MODELS.get(kind)));
      } else if (SCHEMAS.containsKey(kind)) {
        SCHEMAS
            .get(kind)
            .validate(document)
            .forEach(message -> problems.add(title + ": " + message.getMessage()));
      } else {
        problems.add(title + ": there is no model of this kind here");
      }
    }
    // The CRD has these too, but fabric8's model is the newer one.
    ObjectNode flink = manifests.flinkDeployment();
    for (String path : List.of("/spec", "/spec/jobManager", "/spec/taskManager")) {
      JsonNode template = flink.at(path).path("podTemplate");
      if (template.isObject()) {
        problems.addAll(strictly("FlinkDeployment " + path + "/podTemplate", template, Pod.class));
      }
    }
    return problems;
  }

  private static List<String> strictly(String title, JsonNode document, Class<?> model) {
    try {
      STRICT.treeToValue(document, model);
      return List.of();
    } catch (IOException e) {
      return List.of(title + ": " + e.getMessage().replaceAll("\\s+", " "));
    }
  }

  private static JsonSchema crd(String resource) {
    JsonNode crd = read(resource);
    return schema(crd.at("/spec/versions/0/schema/openAPIV3Schema"));
  }

  private static JsonSchema schema(JsonNode schema) {
    ObjectNode root = schema.deepCopy();
    ObjectNode properties = (ObjectNode) root.get("properties");
    for (String of : List.of("apiVersion", "kind")) {
      if (!properties.has(of)) {
        properties.putObject(of).put("type", "string");
      }
    }
    // The API server's own; fabric8's model of it is strict enough.
    properties.putObject("metadata").put("type", "object");
    close(root);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
  }

  /** The API server prunes fields that a schema does not name, in silence; here they are wrong. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      JsonNode properties = object.get("properties");
      if (properties != null) {
        properties.forEach(Schemas::close);
        if (!object.has("additionalProperties")
            && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
          object.put("additionalProperties", false);
        }
      }
      for (String inner : List.of("items", "additionalProperties")) {
        if (object.has(inner)) {
          close(object.get(inner));
        }
      }
    }
  }

  private static JsonNode read(String resource) {
    try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return Manifests.YAML.readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
