package io.sluice.kafka;

import io.sluice.UserException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/**
 * One admin client in a JVM for each bootstrap server and settings, however many ask; it is closed
 * when the last one is done.
 */
final class Admins {
  static final int TIMEOUT_MS = 15_000;

  /** By their settings, as loaded. */
  private static final Map<Map<String, Object>, Shared> OPEN = new ConcurrentHashMap<>();

  private Admins() {}

  /** A client, and how many use it. */
  static final class Shared implements AutoCloseable {
    private final Map<String, Object> config;
    private final Admin admin;
    private int users;

    private Shared(Map<String, Object> config, Admin admin) {
      this.config = config;
      this.admin = admin;
    }

    Admin admin() {
      return admin;
    }

    Map<String, Object> config() {
      return config;
    }

    @Override
    public void close() {
      OPEN.computeIfPresent(
          config,
          (same, shared) -> {
            if (--shared.users > 0) {
              return shared;
            }
            shared.admin.close(Duration.ofSeconds(5));
            return null;
          });
    }
  }

  /**
   * A client of these settings; the first one looks at the port before it connects.
   *
   * @throws UserException where the settings cannot be used, or are not those of the port
   */
  static Shared open(KafkaSettings settings) {
    Map<String, Object> config = Map.copyOf(settings.load());
    return OPEN.compute(
        config,
        (same, open) -> {
          Shared shared = open == null ? new Shared(config, create(settings, config)) : open;
          shared.users++;
          return shared;
        });
  }

  private static Admin create(KafkaSettings settings, Map<String, Object> config) {
    BrokerProbe.look(settings, config);
    Map<String, Object> all = new HashMap<>(config);
    all.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    all.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 3);
    try {
      return Admin.create(all);
    } catch (KafkaException e) {
      throw KafkaFaults.unusable(settings, config, e);
    }
  }
}
