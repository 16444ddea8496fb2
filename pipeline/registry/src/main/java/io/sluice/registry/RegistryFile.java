package io.sluice.registry;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a registry: a properties file with the names that Confluent's clients have for these
 * settings, with or without {@code schema.registry.} before them. Its values are in no message.
 */
final class RegistryFile {
  /** Which settings a registry has. */
  enum Kind {
    CONFLUENT(
        List.of(
            "basic.auth.user.info",
            "basic.auth.credentials.source",
            "bearer.auth.token",
            "bearer.auth.credentials.source")),
    GLUE(List.of("endpoint"));

    private static final List<String> OF_ALL =
        List.of(
            "ssl.truststore.location",
            "ssl.truststore.password",
            "ssl.truststore.type",
            "ssl.keystore.location",
            "ssl.keystore.password",
            "ssl.keystore.type",
            "ssl.key.password",
            "timeout");

    private final List<String> own;

    Kind(List<String> own) {
      this.own = own;
    }

    private List<String> known() {
      return Stream.concat(own.stream(), OF_ALL.stream()).toList();
    }
  }

  private static final String PREFIX = "schema.registry.";
  private static final String FLAG = "--schemaRegistryConfigFile";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private final @Nullable String file;
  private final Map<String, String> settings;

  private RegistryFile(@Nullable String file, Map<String, String> settings) {
    this.file = file;
    this.settings = settings;
  }

  /**
   * Reads a file.
   *
   * @param file null for none, where nothing is set
   * @throws UserException where it cannot be read or has a setting that is not known
   */
  static RegistryFile read(@Nullable String file, Kind kind) {
    Map<String, String> settings = new TreeMap<>();
    if (file != null) {
      Properties properties = properties(file);
      for (String written : properties.stringPropertyNames()) {
        String name = written.startsWith(PREFIX) ? written.substring(PREFIX.length()) : written;
        if (!kind.known().contains(name)) {
          throw new UserException(
              FLAG
                  + " "
                  + file
                  + ": there is no setting "
                  + written
                  + "; those that there are: "
                  + String.join(", ", kind.known()));
        }
        settings.put(name, properties.getProperty(written).strip());
      }
    }
    RegistryFile read = new RegistryFile(file, settings);
    read.check();
    return read;
  }

  private static Properties properties(String file) {
    Properties properties = new Properties();
    String why;
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      why = FileFaults.why(e);
    } catch (IllegalArgumentException e) {
      // The message may have a part of a value in it.
      why = "a \\u in it is no character, or its name is no path";
    }
    throw new UserException(
        FLAG + " " + file + ": cannot be read: " + why + "; name a Java properties file");
  }

  private void check() {
    only("basic.auth.credentials.source", "USER_INFO");
    only("bearer.auth.credentials.source", "STATIC_TOKEN");
    String user = get("basic.auth.user.info");
    if (user != null && user.indexOf(':') < 1) {
      throw fault("basic.auth.user.info", "is not USER:PASSWORD");
    }
    String token = get("bearer.auth.token");
    if (token != null && !token.matches("[\\x21-\\x7e]+")) {
      throw fault("bearer.auth.token", "is no token: it has characters that none has");
    }
    if (user != null && token != null) {
      throw fault("bearer.auth.token", "is there beside basic.auth.user.info: give one of the two");
    }
    timeout();
  }

  private void only(String name, String possible) {
    String value = get(name);
    if (value != null && !value.equals(possible)) {
      throw fault(name, "can be " + possible + " alone, which need not be said");
    }
  }

  /** A setting; null where it is not there. */
  @Nullable String get(String name) {
    return settings.get(name);
  }

  /** A mistake in a setting: what is wrong with it, never its value. */
  UserException fault(String name, String what) {
    return new UserException(FLAG + " " + file + ": " + name + " " + what);
  }

  /** How a file is named in a message, by the flag. */
  static String named(@Nullable String file) {
    return file == null ? "a file that " + FLAG + " names" : FLAG + " " + file;
  }

  /** The value of the header; null where there are no credentials. */
  @Nullable String authorization() {
    String user = get("basic.auth.user.info");
    if (user != null) {
      return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
    String token = get("bearer.auth.token");
    return token == null ? null : "Bearer " + token;
  }

  /** How long a try may take. */
  Duration timeout() {
    String text = get("timeout");
    if (text == null) {
      return TIMEOUT;
    }
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long n = Long.parseLong(matcher.group(1));
      Duration timeout =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            default -> Duration.ofMinutes(n);
          };
      if (timeout.toMillis() >= 1 && timeout.compareTo(Duration.ofMinutes(5)) <= 0) {
        return timeout;
      }
    }
    throw fault("timeout", "is no time up to five minutes: write 500ms, 10s or 1m");
  }
}
