package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.UnknownSchemaException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * Schemas of Glue, by the one action of its API that is needed, <a
 * href="https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaVersion.html">GetSchemaVersion</a>,
 * signed by the SDK's own signer: its client for all of Glue is a jar of several megabytes. Glue's
 * schemas refer to no others.
 */
final class GlueLookup implements Lookup {
  private static final String DEFAULT_REGISTRY = "default-registry";

  /** Java's client sets these itself, to the same. */
  private static final Set<String> NOT_OURS = Set.of("host", "content-length");

  private final URI endpoint;
  private final String region;
  private final String registry;
  private final Waiting waiting;
  private final GlueCredentials credentials;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  /**
   * @param registry which has the subjects; null for Glue's default one
   */
  GlueLookup(
      URI endpoint,
      String region,
      @Nullable String registry,
      Waiting waiting,
      GlueCredentials credentials) {
    this.endpoint = endpoint;
    this.region = region;
    this.registry = registry == null ? DEFAULT_REGISTRY : registry;
    this.waiting = waiting;
    this.credentials = credentials;
  }

  @Override
  public RegisteredSchema byId(SchemaId id) throws UnknownSchemaException, InterruptedException {
    UUID uuid = new UUID(id.high(), id.low());
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("SchemaVersionId", uuid.toString());
    return schema(ask("schema " + uuid, body));
  }

  @Override
  public RegisteredSchema latest(String subject)
      throws UnknownSchemaException, InterruptedException {
    ObjectNode body = named(subject);
    body.putObject("SchemaVersionNumber").put("LatestVersion", true);
    return schema(ask("the newest version of schema " + subject + " of " + registry, body));
  }

  @Override
  public RegisteredSchema version(String subject, int version)
      throws UnknownSchemaException, InterruptedException {
    ObjectNode body = named(subject);
    body.putObject("SchemaVersionNumber").put("VersionNumber", version);
    return schema(ask("version " + version + " of schema " + subject + " of " + registry, body));
  }

  private ObjectNode named(String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("SchemaId").put("SchemaName", subject).put("RegistryName", registry);
    return body;
  }

  private static RegisteredSchema schema(JsonNode version) {
    return new RegisteredSchema(
        version.path("DataFormat").asText(RegisteredSchema.AVRO),
        version.path("SchemaDefinition").asText(),
        List.of());
  }

  private JsonNode ask(String what, ObjectNode body)
      throws UnknownSchemaException, InterruptedException {
    return waiting.ask(new Request(what, List.of(endpoint), new Signed(body.toString())));
  }

  private final class Signed implements Request.Body {
    private final String text;

    Signed(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public Map<String, List<String>> headers(URI place) throws Unanswered {
      AwsCredentials identity = credentials.get();
      SdkHttpRequest request =
          SdkHttpRequest.builder()
              .method(SdkHttpMethod.POST)
              .uri(place)
              .putHeader("Content-Type", "application/x-amz-json-1.1")
              .putHeader("X-Amz-Target", "AWSGlue.GetSchemaVersion")
              .build();
      Map<String, List<String>> headers = new TreeMap<>();
      signer
          .sign(
              sign ->
                  sign.identity(identity)
                      .request(request)
                      .payload(ContentStreamProvider.fromUtf8String(text))
                      .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "glue")
                      .putProperty(AwsV4HttpSigner.REGION_NAME, region))
          .request()
          .forEachHeader(
              (name, values) -> {
                if (!NOT_OURS.contains(name.toLowerCase(Locale.ROOT))) {
                  headers.put(name, values);
                }
              });
      return headers;
    }
  }

  @Override
  public void close() {
    waiting.close();
    credentials.close();
  }
}
