package io.sluice.kafka;

import io.sluice.UserException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler;
import org.jspecify.annotations.Nullable;

/**
 * Reads user and password from the properties file each time that a client authenticates itself,
 * for PLAIN and SCRAM. Kafka's own handler keeps those that were there when the client was made, so
 * that a long-lived consumer would come with the old password when it connects anew.
 */
public final class FileCredentials implements AuthenticateCallbackHandler {
  /** Tells the handler where to read; no setting of Kafka's. */
  private static final String FILE = "sluice.kafka.config.file";

  private final SaslClientCallbackHandler kafka = new SaslClientCallbackHandler();
  private @Nullable String file;

  /** Kafka makes it by its name. */
  public FileCredentials() {}

  /**
   * Makes clients with these settings use the handler, where user and password are in them and no
   * other handler is named.
   */
  static void use(Map<String, Object> settings, String file) {
    String mechanism = KafkaSettings.mechanism(settings);
    if (KafkaSettings.protocol(settings).startsWith("SASL_")
        && (mechanism.equals("PLAIN") || mechanism.startsWith("SCRAM-"))
        && settings.containsKey(SaslConfigs.SASL_JAAS_CONFIG)
        && !settings.containsKey(SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS)) {
      settings.put(SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS, FileCredentials.class.getName());
      settings.put(FILE, file);
    }
  }

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    file = String.valueOf(configs.get(FILE));
    kafka.configure(configs, mechanism, entries);
  }

  @Override
  public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
    List<Callback> others = new ArrayList<>();
    Map<String, String> credentials = null;
    for (Callback callback : callbacks) {
      if (callback instanceof NameCallback name) {
        credentials = credentials == null ? read() : credentials;
        name.setName(credentials.get("username"));
      } else if (callback instanceof PasswordCallback password) {
        credentials = credentials == null ? read() : credentials;
        password.setPassword(
            Objects.requireNonNullElse(credentials.get("password"), "").toCharArray());
      } else {
        others.add(callback);
      }
    }
    kafka.handle(others.toArray(new Callback[0]));
  }

  private Map<String, String> read() throws IOException {
    try {
      Map<String, Object> raw = new KafkaSettings("none:1", Objects.requireNonNull(file)).load();
      // It resolves what config.providers stand for, too.
      Map<String, Object> settings = new HashMap<>(new AdminClientConfig(raw).values());
      Map<String, String> options = new HashMap<>();
      for (AppConfigurationEntry entry :
          JaasContext.loadClientContext(settings).configurationEntries()) {
        entry.getOptions().forEach((name, value) -> options.put(name, String.valueOf(value)));
      }
      return options;
    } catch (UserException | KafkaException | IllegalArgumentException e) {
      throw new IOException(
          "sasl.jaas.config of --kafkaConfigFile " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    kafka.close();
  }
}
