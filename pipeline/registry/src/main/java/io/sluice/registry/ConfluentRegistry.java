package io.sluice.registry;

import io.sluice.UserException;
import io.sluice.schema.SchemaRegistry;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A registry with Confluent's API: {@code http://host:8081}, Apicurio's under {@code
 * http://host:8080/apis/ccompat/v7}. Several addresses with commas between are of one registry.
 */
public final class ConfluentRegistry implements SchemaRegistry {
  @Override
  public String name() {
    return "confluent";
  }

  @Override
  public boolean isAddress(String address) {
    String lower = address.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith("http://") || lower.startsWith("https://");
  }

  @Override
  public Schemas open(SchemaSettings settings) {
    return open(settings, Time.SYSTEM);
  }

  static Schemas open(SchemaSettings settings, Time time) {
    List<URI> addresses = addresses(Objects.requireNonNull(settings.address()));
    String said = String.join(",", addresses.stream().map(URI::toString).toList());
    Http http =
        new Http(() -> RegistryFile.read(settings.configFile(), RegistryFile.Kind.CONFLUENT));
    Waiting waiting =
        new Waiting(
            said, http, new ConfluentAnswers(settings.configFile()), settings.waits(), time);
    return new KeptSchemas(said, new ConfluentLookup(addresses, waiting), time);
  }

  private static List<URI> addresses(String flag) {
    List<URI> addresses = new ArrayList<>();
    for (String one : flag.split(",", -1)) {
      addresses.add(address(one.strip()));
    }
    return addresses;
  }

  private static URI address(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      // Its message has the whole text, and a password may be in it.
      throw new UserException("--schemaRegistry: one is no URL: write http://HOST:PORT", e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new UserException(
          "--schemaRegistry: an address has a user name or password in it, which Flink's UI would"
              + " show: write basic.auth.user.info=USER:PASSWORD into the file of"
              + " --schemaRegistryConfigFile, and the address as "
              + uri.getScheme()
              + "://"
              + uri.getHost());
    }
    boolean isHttp =
        "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    if (!isHttp
        || uri.getHost() == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new UserException(
          "--schemaRegistry=" + text + ": write http://HOST:PORT, or several with commas between");
    }
    return URI.create(text.replaceFirst("/+$", ""));
  }
}
