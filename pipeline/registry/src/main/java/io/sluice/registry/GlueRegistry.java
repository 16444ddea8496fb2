package io.sluice.registry;

import io.sluice.UserException;
import io.sluice.schema.Framing;
import io.sluice.schema.SchemaRegistry;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import java.net.URI;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * AWS Glue's schema registry: {@code glue:REGION}, or {@code glue:REGION/REGISTRY} where subjects
 * are of another registry than Glue's default one. Credentials come from the AWS default chain.
 */
public final class GlueRegistry implements SchemaRegistry {
  private static final String SCHEME = "glue:";
  private static final Pattern ADDRESS =
      Pattern.compile("glue:([a-z]{2,4}(?:-[a-z]+)+-\\d+)(?:/([A-Za-z0-9_$#.-]{1,255}))?");

  @Override
  public String name() {
    return "glue";
  }

  @Override
  public boolean isAddress(String address) {
    return address.startsWith(SCHEME);
  }

  @Override
  public Framing.Kind framing() {
    return Framing.Kind.GLUE;
  }

  @Override
  public Schemas open(SchemaSettings settings) {
    return open(settings, Time.SYSTEM);
  }

  static Schemas open(SchemaSettings settings, Time time) {
    String address = Objects.requireNonNull(settings.address());
    Matcher named = ADDRESS.matcher(address);
    if (!named.matches()) {
      throw new UserException(
          "--schemaRegistry="
              + address
              + ": write glue:REGION, as glue:eu-central-1, or glue:REGION/REGISTRY");
    }
    String region = named.group(1);
    RegistryFile file = RegistryFile.read(settings.configFile(), RegistryFile.Kind.GLUE);
    GlueCredentials credentials = new GlueCredentials();
    Http http = new Http(() -> RegistryFile.read(settings.configFile(), RegistryFile.Kind.GLUE));
    Waiting waiting = new Waiting(address, http, new GlueAnswers(), settings.waits(), time);
    return new KeptSchemas(
        address,
        new GlueLookup(endpoint(file, region), region, named.group(2), waiting, credentials),
        time);
  }

  private static URI endpoint(RegistryFile file, String region) {
    String endpoint = file.get("endpoint");
    if (endpoint == null) {
      String suffix = PartitionMetadata.of(Region.of(region)).dnsSuffix();
      return URI.create("https://glue." + region + "." + suffix + "/");
    }
    try {
      URI uri = URI.create(endpoint);
      if (uri.getHost() != null && uri.getScheme().matches("https?")) {
        return uri.getPath().isEmpty() ? uri.resolve("/") : uri;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw file.fault("endpoint", "is no URL: write https://HOST:PORT");
  }
}
